"""People present on days that have a beginning: as it is known at the time, and with hindsight."""

import numpy as np
from numpy.typing import NDArray

from policies.occupancy.band import Occupancy
from policies.occupancy.cohorts import follow, smoothed
from policies.occupancy.habits import Habits
from policies.occupancy.settled import settled

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def live(
    entered: Floats, left: Floats, habits: Habits, *, heads: Floats | None = None
) -> Occupancy:
    """Occupancy as it can be known at the end of each bin, of days that began in an empty room.

    From a gap on it is unknown until the day ends. More may be inside than a room is meant to
    hold: that is when it has to be seen.

    Args:
        entered: (rows, bins) of one day each, up to any hour; NaN where unknown.
        left: (rows, bins), likewise.
        habits: of the room of each row, by the days before.
        heads: (rows, bins) people counted inside by hand; NaN elsewhere.
    """
    heads = None if heads is None else heads / habits.level[:, None]
    known = ~np.logical_or.accumulate(np.isnan(entered + left), axis=1)
    seen = follow(np.where(known, entered, 0), np.where(known, left, 0), habits, heads)
    return _known(seen.present, seen.variance, habits, known)


def night(
    entered: Floats,
    left: Floats,
    habits: Habits,
    *,
    starts_empty: bool = True,
    ends_empty: bool = True,
    capacity: Floats | None = None,
    heads: Floats | None = None,
) -> Occupancy:
    """Occupancy with hindsight: never negative or beyond capacity, zero when the room is empty.

    What habit and the whole day's counts make likely, after the smallest correction that makes it
    possible (`settled`). On a day with a gap, what comes before it is corrected from the day's
    start with its end left free, what comes after it from the day's end backwards; between two
    gaps it is unknown.

    Args:
        entered: (rows, bins) of one day each; NaN where unknown.
        left: (rows, bins), likewise.
        habits: of the room of each row.
        starts_empty: whether the rooms are empty before the first bin.
        ends_empty: whether they are empty after the last.
        capacity: (rows,) people that the room holds; NaN where nobody knows.
        heads: (rows, bins) people counted inside by hand; NaN elsewhere.
    """
    gap = np.isnan(entered + left)
    first = starts_empty & ~np.logical_or.accumulate(gap, axis=1)
    last = ends_empty & ~np.logical_or.accumulate(gap[:, ::-1], axis=1)[:, ::-1]
    most = np.full(len(entered), np.nan) if capacity is None else capacity
    heads = None if heads is None else heads / habits.level[:, None]
    present, variance = np.zeros((2, *entered.shape))
    is_whole = (first & last).all(axis=1)
    rows = np.flatnonzero(is_whole)
    seen = follow(
        entered[rows], left[rows], habits.take(rows), None if heads is None else heads[rows]
    )
    present[rows], variance[rows] = smoothed(seen)
    odd = rows[(present[rows].min(axis=1) < 0) | (present[rows].max(axis=1) > most[rows])]
    present[odd] = settled(entered[odd], left[odd], capacity=most[odd], inside=present[odd])
    rows = np.flatnonzero(~is_whole)
    present[rows], variance[rows] = _from_ends(
        entered[rows], left[rows], habits.take(rows), first[rows], last[rows], most[rows]
    )
    return _known(present, variance, habits, first | last)


def _from_ends(
    entered: Floats,
    left: Floats,
    habits: Habits,
    first: Flags,
    last: Flags,
    capacity: Floats,
) -> tuple[Floats, Floats]:
    """Mean and variance by counts alone, of bins known from the day's start, or else its end.

    A film run backwards: who comes in goes out.
    """
    into, out = entered / habits.caught_in[:, None], left / habits.caught_out[:, None]
    ways = (into, out, (1 / habits.caught_in - 1)[:, None], (1 / habits.caught_out - 1)[:, None])
    present, variance = _from_start(*ways, first, capacity)
    backwards = (out[:, ::-1], into[:, ::-1], ways[3], ways[2])
    after = [a[:, ::-1] for a in _from_start(*backwards, last[:, ::-1], capacity)]
    at_start = [np.concatenate([a[:, 1:], np.zeros((len(a), 1))], axis=1) for a in after]
    return np.where(first, present, at_start[0]), np.where(first, variance, at_start[1])


def _from_start(
    into: Floats,
    out: Floats,
    missed_in: Floats,
    missed_out: Floats,
    known: Flags,
    capacity: Floats,
) -> tuple[Floats, Floats]:
    into, out = np.where(known, into, 0), np.where(known, out, 0)
    free = np.ones(len(into), dtype=np.bool_)
    drift = np.cumsum(into * missed_in + out * missed_out, axis=1)
    return settled(into, out, end_is_free=free, capacity=capacity), drift


def _known(present: Floats, variance: Floats, habits: Habits, known: Flags) -> Occupancy:
    """With what no count can tell added to the band, and NaN where nothing is known."""
    level, error = habits.level[:, None], habits.level_error[:, None]
    present, variance = level * present, level**2 * variance + (error * present) ** 2
    return Occupancy.around(np.where(known, present, np.nan), variance)
