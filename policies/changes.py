"""What sets proposed hours apart from today's: which edges move, and who gains and loses by it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.hours import DAY_MINUTES, WeeklyHours, clock_text
from domain.planning import Fact, Interval, Reason
from policies.reasons import Code, days_text, reason

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

WIDER = 1.25
"""How much wider the interval is than the rates' posteriors say: changes are chosen where the rates
happen to be over- or underestimated. In simulated cities of two families (two-peaks, well-chosen)
the posteriors alone held .73 and .85 of the true changes, and so widened .78 and .95."""


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of one day that opens or closes, in minutes after the day's midnight."""

    code: Code
    day: int
    start: int
    end: int

    @property
    def times(self) -> tuple[int, int]:
        """An edge's time today and proposed; of a stretch that stands alone, start and end."""
        moves_back = self.code in (Code.OPENS_EARLIER, Code.CLOSES_EARLIER)
        return (self.end, self.start) if moves_back else (self.start, self.end)


def open_minutes(week: WeeklyHours, day_starts: int) -> Mask:
    """Which minutes of the business days are open, of what lies in them; shape (7, 1440)."""
    mask = np.zeros((7, DAY_MINUTES), dtype=np.bool_)
    for day, blocks in enumerate(week.days):
        for block in blocks:
            start, end = max(block.start - day_starts, 0), max(block.end - day_starts, 0)
            mask[day, start:end] = True
    return mask


def open_shares(week: WeeklyHours, day_starts: int) -> Floats:
    """The share of each slot that is open; shape (7, 96)."""
    minutes = open_minutes(week, day_starts).reshape(7, SLOTS_A_DAY, SLOT_MINUTES)
    return np.asarray(minutes.mean(axis=2))


def find_changes(today: WeeklyHours, proposed: WeeklyHours, day_starts: int) -> list[Change]:
    """Every stretch that opens or closes, day by day in order of time."""
    before, after = open_minutes(today, day_starts), open_minutes(proposed, day_starts)
    return [
        Change(code, day, day_starts + start, day_starts + end)
        for day in range(7)
        for start, end, code in sorted(_day_changes(before[day], after[day]))
    ]


def _day_changes(before: Mask, after: Mask) -> Iterator[tuple[int, int, Code]]:
    kept = np.concatenate([[False], before & after, [False]])
    for opens, changed in ((True, after & ~before), (False, before & ~after)):
        edges = np.flatnonzero(np.diff(changed.astype(np.int8), prepend=0, append=0))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            touches = bool(kept[start]), bool(kept[end + 1])
            yield (
                start,
                end,
                _code(touches, opens=opens, alone=not (before if opens else after).any()),
            )


def _code(touches: tuple[bool, bool], *, opens: bool, alone: bool) -> Code:
    """What a stretch is called that has hours which stay open before it, and after it."""
    match touches:
        case True, True:
            return Code.DROPS_BREAK if opens else Code.ADDS_BREAK
        case True, False:
            return Code.CLOSES_LATER if opens else Code.CLOSES_EARLIER
        case False, True:
            return Code.OPENS_EARLIER if opens else Code.OPENS_LATER
        case _ if alone:
            return Code.DAY_OPENS if opens else Code.DAY_CLOSES
        case _:
            return Code.ADDS_BLOCK if opens else Code.DROPS_BLOCK


def change_reasons(
    changes: list[Change], rate: Floats, day_starts: int, break_even: float
) -> list[Reason]:
    """One reason for each kind of change and pair of times, equal changes of several days joined.

    Args:
        changes: as `find_changes` gives them.
        rate: (7, 96) expected arrivals in a slot.
        day_starts: minutes after midnight.
        break_even: arrivals an hour.
    """
    by_minute = np.repeat(rate / SLOT_MINUTES, SLOT_MINUTES, axis=1)
    alike: dict[tuple[Code, int, int], list[Change]] = {}
    for change in changes:
        alike.setdefault((change.code, change.start, change.end), []).append(change)
    reasons = []
    for (code, start, end), group in alike.items():
        days = tuple(c.day for c in group)
        visits = float(by_minute[list(days), start - day_starts : end - day_starts].sum())
        first, last = group[0].times
        facts: dict[str, Fact] = {
            "days": days_text(days),
            "from": clock_text(first),
            "to": clock_text(last),
            "visits_per_hour": visits / len(days) / (end - start) * 60,
            "visits": visits,
            "break_even": break_even,
        }
        reasons.append(reason(code, facts))
    return reasons


def visits_change(change: Floats, rate: Floats, low: Floats, high: Floats) -> Interval:
    """The change in expected visits a week, with its 80 % interval.

    All slots that open are taken to err together, and so are all that close, each independent of
    the other. So with half-widths w of the slots::

        width² = WIDER² · [(Σ_opening w)² + (Σ_closing w)²]

    The interval is of the expected visits of an ordinary week; single weeks scatter more.

    Args:
        change: (7, 96) share of each slot that opens, negative where it closes.
        rate: (7, 96) expected arrivals in a slot; NaN where unknown and unchanged.
        low: 10 % quantile of `rate`.
        high: 90 % quantile.
    """
    changes = change != 0
    opening, closing = np.maximum(change, 0.0)[changes], np.maximum(-change, 0.0)[changes]
    down, up = (rate - low)[changes], (high - rate)[changes]
    mean = float(np.sum(change[changes] * rate[changes]))
    return Interval(
        mean - _width(opening * down, closing * up),
        mean,
        mean + _width(opening * up, closing * down),
    )


def _width(opening: Floats, closing: Floats) -> float:
    return WIDER * math.hypot(np.sum(opening), np.sum(closing))
