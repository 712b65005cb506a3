"""Sensors that stand still: when silence means that nobody passes, and when that they are dead."""

import numpy as np
from numpy.typing import NDArray

from policies.grid import Floats, Grid, Ints
from policies.stretches import GAP_INTERVALS, Column, Stretches, joined

QUIET_OPEN_S = 8 * 3600
"""Open time, in seconds, for which a sensor may stand still.

That nobody passes for so long is rarer than a dead sensor. While closed, anything may stand still.
"""
FEW_PEOPLE = 2
"""As many, or nobody, may be present for longer: the staff."""


def changes_and_silences(column: Column, end_s: float, open_s: Floats, grid: Grid) -> Stretches:
    """Changes at their instants, and between them silences, which hold nothing.

    A silence with more than `QUIET_OPEN_S` of open time is left out: unknown, not zero.

    Args:
        column: readings of changes.
        end_s: how far silence is known, in seconds after the grid's start.
        open_s: (sensors, bins) open seconds in each bin at the place that the sensor watches.
        grid: the bins.
    """
    said = column.where(~np.isnan(column.value))
    until_s = said.until_next(end_s)
    quiet = until_s > said.time_s
    quiet &= _open_between(open_s, grid, said.sensor, said.time_s, until_s) <= QUIET_OPEN_S
    changes = Stretches(said.sensor, said.time_s, said.time_s, said.value)
    silences = Stretches(said.sensor, said.time_s, until_s, np.zeros(len(until_s))).where(quiet)
    return joined([changes, silences])


def held(column: Column, end_s: float, open_s: Floats, grid: Grid) -> Stretches:
    """Values held until the next reading, one that does not say included; no longer than a gap.

    One value of more than `FEW_PEOPLE` repeated for `QUIET_OPEN_S` of open time is unknown from its
    first reading on. Amounts are such that a bin's is the mean over the known part of the bin.
    Arguments as for `changes_and_silences`.
    """
    until_s = np.minimum(
        column.until_next(end_s), column.time_s + GAP_INTERVALS * column.interval_s
    )
    is_first = (np.diff(column.sensor, prepend=-1) != 0) | (np.diff(column.value, prepend=-1) != 0)
    first, run = np.flatnonzero(is_first), np.cumsum(is_first) - 1
    last = np.append(first, len(is_first))[1:] - 1
    still_s = _open_between(
        open_s, grid, column.sensor[first], column.time_s[first], until_s[last]
    )[run]
    is_known = ~np.isnan(column.value) & (until_s > column.time_s)
    is_known &= (column.value <= FEW_PEOPLE) | (still_s <= QUIET_OPEN_S)
    amount = column.value * (until_s - column.time_s) / grid.bin_s
    return Stretches(column.sensor, column.time_s, until_s, amount).where(is_known)


def _open_between(
    open_s: Floats, grid: Grid, sensor: Ints, begin_s: Floats, end_s: Floats
) -> Floats:
    """Open seconds in each stretch, as far as it lies in the grid."""
    sums = np.zeros((len(open_s), grid.bins + 1))
    np.cumsum(open_s, axis=1, out=sums[:, 1:])

    def until(time_s: Floats) -> NDArray[np.float64]:
        position = np.clip(time_s / grid.bin_s, 0, grid.bins)
        whole = np.minimum(position.astype(np.intp), max(grid.bins - 1, 0))
        below, above = sums[sensor, whole], sums[sensor, whole + 1]
        return np.asarray(below + (position - whole) * (above - below))

    return until(end_s) - until(begin_s)
