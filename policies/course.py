"""The way to hours that one change cannot reach.

An edge moves by the largest change at most, and never into a block of its own. So hours that each
time are the best within reach may end far from the best: a morning that is worth a block, before
forenoon hours that are not, is closed with these or never opened. Two rules keep the way open. What
the best hours have open stays open, but for the worthiest block of the day, which nothing closes
for good. And where a block of them lies apart from today's hours, the hours between are opened,
step by step, and closed again when it is reached.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PAYS_WITHIN_WEEKS = 26
"""A block must have paid for the way to it by then, by its worth a week."""
STEP_WORTH = 1.0
"""Net visits that a slot on the way counts: a little, for a budget has better uses."""


@dataclass(frozen=True, slots=True)
class Course:
    """Masks (7, 96)."""

    way: Mask
    """Closed slots between today's hours and a block of the best ones."""
    stays: Mask
    """Slots that must not be closed where they are open."""

    def value(self, value: Floats) -> Floats:
        """Worth of open slots, (7, 96), those on the way for what they lead to."""
        return np.where(self.way, np.maximum(value, STEP_WORTH), value)


def course(best: Mask, today: Mask, value: Floats, reach_minutes: int | None) -> Course:
    """The way from today's hours to the best ones.

    Args:
        best: (7, 96) slots that the best hours open, were there no largest change.
        today: (7, 96) slots open today.
        value: (7, 96) worth of an open slot less its cost, visits a week; NaN where it stays as it
            is.
        reach_minutes: the largest change; None: everything is reached at once.
    """
    way, stays = np.zeros_like(best), np.zeros_like(best)
    if reach_minutes is None:
        return Course(way, stays)
    reach = reach_minutes // SLOT_MINUTES
    for day in np.flatnonzero(today.any(axis=1)).tolist():
        worths = {run: float(value[day, slice(*run)].sum()) for run in _runs(best[day])}
        for (first, end), worth in worths.items():
            if today[day, first:end].any():
                stays[day, first:end] = worth < max(worths.values())
                continue
            before = np.flatnonzero(today[day, :first])
            after = end + np.flatnonzero(today[day, end:])
            gaps = [(int(before[-1]) + 1, first)] if len(before) else []
            gaps += [(end, int(after[0]))] if len(after) else []
            start, stop = min(gaps, key=lambda gap: gap[1] - gap[0])
            cost = -value[day, start:stop].clip(max=0).sum()
            weeks = 2 * math.ceil((stop - start) / reach)
            if worth * PAYS_WITHIN_WEEKS > cost * weeks:
                way[day, start:stop] = True
                stays[day, max(start - reach, 0) : stop + reach] = True
    return Course(way, stays)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
