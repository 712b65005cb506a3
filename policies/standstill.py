"""Sensors that stand still: when silence means that nobody passes, and when that they are dead."""

import numpy as np
from numpy.typing import NDArray

from policies.grid import Floats
from policies.stretches import GAP_INTERVALS, Column, Stretches

QUIET_OPEN_S = 8 * 3600
"""Open time, in seconds, for which a sensor may stand still.

That nobody passes for so long is rarer than a dead sensor. While closed, anything may stand still.
"""
FEW_PEOPLE = 2
"""As many, or nobody, may be present for longer: the staff."""
ONCE_IN = 10_000
"""A silence as unlikely as this is no silence (Poisson)."""

SLOTS_A_WEEK = 7 * 96

Flags = NDArray[np.bool_]


def held(column: Column, end_s: float) -> Stretches:
    """Values held until the next reading, one that does not say included; no longer than a gap.

    Args:
        column: people present.
        end_s: how far silence is known, in seconds after the grid's start.
    """
    until_s = np.minimum(
        column.until_next(end_s), column.time_s + GAP_INTERVALS * column.interval_s
    )
    is_known = ~np.isnan(column.value) & (until_s > column.time_s)
    return Stretches(column.sensor, column.time_s, until_s, column.value).where(is_known)


def quiet(is_heard: Flags, was_heard: Flags, open_s: Floats) -> Flags:
    """Bins without a word in which nobody can be taken to have passed; (sensors, bins).

    A silence with more than `QUIET_OPEN_S` of open time is left out: unknown, not zero. Before the
    first word nothing is known.

    Args:
        is_heard: (sensors, bins) whether the sensor spoke.
        was_heard: (sensors,) whether it spoke before the first bin.
        open_s: (sensors, bins) open seconds in each bin at the place that it watches.
    """
    sums = _sums(open_s)
    bins = np.arange(is_heard.shape[1])
    before = np.maximum.accumulate(np.where(is_heard, bins, -1), axis=1)
    after = np.minimum.accumulate(np.where(is_heard, bins, len(bins))[:, ::-1], axis=1)[:, ::-1]
    silent_s = np.take_along_axis(sums, after, 1) - np.take_along_axis(sums, before + 1, 1)
    spoke = (before >= 0) | was_heard[:, None]
    return np.asarray(~is_heard & spoke & (silent_s <= QUIET_OPEN_S))


def stands_still(value: Floats, lowest: Floats, highest: Floats, open_s: Floats) -> Flags:
    """Bins of a number of people that has not changed for too long; (sensors, bins).

    One value of more than `FEW_PEOPLE` for more than `QUIET_OPEN_S` of open time is unknown from
    its first bin on. Bins of which nothing is known interrupt nothing.

    Args:
        value: mean people present, NaN where unknown.
        lowest: least in the bin.
        highest: most in the bin.
        open_s: open seconds in each bin at the place that the sensor watches.
    """
    sums = _sums(open_s)
    stands = np.zeros(value.shape, dtype=np.bool_)
    row, bin_ = np.nonzero(~np.isnan(value))
    if not len(row):
        return stands
    level = value[row, bin_]
    constant = lowest[row, bin_] == highest[row, bin_]
    follows = (np.diff(row, prepend=-1) == 0) & constant & np.append(False, constant[:-1])
    follows &= np.append(np.nan, level[:-1]) == level
    first = np.flatnonzero(~follows)
    last = np.append(first[1:], len(row)) - 1
    still_s = sums[row[last], bin_[last] + 1] - sums[row[first], bin_[first]]
    too_long = (still_s > QUIET_OPEN_S) & (level[first] > FEW_PEOPLE) & constant[first]
    stands[row, bin_] = np.repeat(too_long, last - first + 1)
    return stands


def is_dead(passed: Floats, known: Flags, open_s: Floats) -> Flags:
    """Bins in which nobody passes a door for so long that its counter is dead; (sensors, bins).

    More than `QUIET_OPEN_S` of open time without anybody, where by what is usual that would happen
    once in `ONCE_IN` such times, is unknown from its first bin on: not an empty room.

    Args:
        passed: people who passed; 0 where unknown.
        known: whether that is known.
        open_s: open seconds in each bin at the place that the sensor watches.
    """
    idle = known & (passed == 0)
    quiet_s = _sums(np.where(idle, open_s, 0))
    missed = _sums(np.where(idle & (open_s > 0), _usual(passed, known, open_s), 0))
    row, bin_ = np.nonzero(np.diff(np.pad(idle, ((0, 0), (1, 1))).astype(np.int8), axis=1))
    starts, ends = (row[::2], bin_[::2]), (row[1::2], bin_[1::2])
    too_long = quiet_s[ends] - quiet_s[starts] > QUIET_OPEN_S
    too_long &= missed[ends] - missed[starts] > np.log(ONCE_IN)
    dead = np.zeros(idle.shape, dtype=np.bool_)
    runs = zip(*starts, ends[1], too_long, strict=True)
    for sensor, first, end in ((s, f, e) for s, f, e, is_so in runs if is_so):
        dead[sensor, first:end] = True
    return dead


def _usual(passed: Floats, known: Flags, open_s: Floats) -> Floats:
    """People who usually pass in a bin in which nobody did; (sensors, bins).

    The mean of the other weeks at the same time, nobody included: a door that is never used on
    Sundays is not dead on each of them. The door's own mean where no other week is known.
    """
    sensors, bins = passed.shape
    pad = ((0, 0), (0, -bins % SLOTS_A_WEEK))
    by_week = (sensors, -(-bins // SLOTS_A_WEEK), SLOTS_A_WEEK)
    of_weeks = np.pad(passed, pad).reshape(by_week).sum(axis=1)
    others = np.pad(known, pad).reshape(by_week).sum(axis=1) - 1
    seen_s = np.sum(np.where(known, open_s, 0), axis=1)
    rate = np.divide(passed.sum(axis=1), seen_s, out=np.zeros(sensors), where=seen_s > 0)
    time = np.arange(bins) % SLOTS_A_WEEK
    mean = (of_weeks / np.maximum(others, 1))[:, time]
    return np.asarray(np.where((others > 0)[:, time], mean, rate[:, None] * open_s), np.float64)


def _sums(open_s: Floats) -> Floats:
    """Open seconds before each bin and after the last; (sensors, bins + 1)."""
    sums = np.zeros((open_s.shape[0], open_s.shape[1] + 1))
    np.cumsum(open_s, axis=1, out=sums[:, 1:])
    return sums
