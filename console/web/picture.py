"""Numbers for the drawings of the pages: where bars begin and how wide they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from domain.hours import Block, DayHours, WeeklyHours, clock_text
from domain.planning import Interval


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a day in a week strip: "kept", "added" or "dropped"."""

    start: int
    width: int
    kind: str


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day of a week strip."""

    weekday: int
    before: DayHours
    after: DayHours
    spans: tuple[Span, ...]

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class WeekStrip:
    """Two weeks' hours over one another, on an axis of minutes wide enough for both."""

    first: int
    last: int
    ticks: tuple[int, ...]
    days: tuple[StripDay, ...]

    @property
    def width(self) -> int:
        return self.last - self.first

    @property
    def kinds(self) -> set[str]:
        """The kinds of span that the strip has."""
        return {span.kind for day in self.days for span in day.spans}

    def share(self, minute: int) -> str:
        """Where a minute lies on the axis, in percent, as SVG wants it."""
        return f"{100 * (minute - self.first) / self.width:.3f}%"


def week_strip(before: WeeklyHours, after: WeeklyHours | None = None) -> WeekStrip:
    """A strip of `before`, with what `after` adds and drops; alone where `after` is None."""
    after = before if after is None else after
    blocks = [b for week in (before, after) for day in week.days for b in day]
    first = min((b.start for b in blocks), default=480) // 180 * 180
    last = -(-max((b.end for b in blocks), default=1200) // 180) * 180
    days = tuple(
        StripDay(i, old, new, tuple(_spans(old, new)))
        for i, (old, new) in enumerate(zip(before.days, after.days, strict=True))
    )
    return WeekStrip(first, last, tuple(range(first, last + 1, 180)), days)


def _spans(old: DayHours, new: DayHours) -> Iterator[Span]:
    edges = sorted({edge for block in (*old, *new) for edge in block})
    for start, end in pairwise(edges):
        was, will = _covers(old, start), _covers(new, start)
        if was or will:
            kind = "kept" if was and will else "added" if will else "dropped"
            yield Span(start, end - start, kind)


def _covers(day: Iterable[Block], minute: int) -> bool:
    return any(block.start <= minute < block.end for block in day)


def tick_label(minute: int) -> str:
    """The hour under a tick, past midnight counted from it: 1560 → "02"."""
    return clock_text(minute)[:2]


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """An interval drawn against zero; all places in percent of the bar's width."""

    low: float
    mean: float
    high: float
    zero: float


def interval_bar(interval: Interval) -> IntervalBar:
    """Where an interval's ends, its middle and zero lie on a bar that holds them all."""
    left, right = min(interval.low, 0.0), max(interval.high, 0.0)
    margin = 0.08 * (right - left) or 1.0
    left, right = left - margin, right + margin

    def at(value: float) -> float:
        return round(100 * (value - left) / (right - left), 2)

    return IntervalBar(at(interval.low), at(interval.mean), at(interval.high), at(0.0))
