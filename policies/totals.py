"""Counters that only ever rise: from totals to what was counted between two readings.

They do not only rise. They roll over at their width, start anew at a reset, and now and then say a
number that is simply wrong. docs/counting.md says by which evidence these are told apart.
"""

import numpy as np
from numpy.typing import NDArray

from domain.readings import Mark
from policies.grid import Floats, Ints
from policies.plausible import most_in
from policies.stretches import GAP_INTERVALS, Column, Stretches

WIDTHS = (2**16, 10**6, 2**20, 2**31, 2**32)
"""At which counters roll over: 16, 20, 31 and 32 bits, and six digits on a mechanical gate."""
NEAR_THE_TOP = 1 / 64
"""A rollover is believed where it takes no more than this part of the width; a counter that is
reset stands there by chance once in 64 times."""
ODD_READINGS = 3
"""So many readings in a row may be wrong before the total returns."""
ANEW = int(Mark.BOOTED | Mark.RESET)
"""Marks of a reading before which the total may have begun at zero."""

Flags = NDArray[np.bool_]


def counted_between(column: Column) -> Stretches:
    """What was counted between consecutive readings of a total.

    Readings from which the total returns are left out. Nothing is known of a stretch that is longer
    than `GAP_INTERVALS` reporting intervals, in which more was counted than a door lets through, or
    in which the counter began anew: what was counted before that is lost, and to take the rest for
    the whole would read as a quiet quarter-hour. Where the device says since when it runs, the part
    after its start is known.
    """
    said = column.where(~np.isnan(column.value))
    said = said.where(~_odd(said))
    steps = _Steps(said)
    rise, fell = steps.rise, steps.follows & (steps.rise < 0)
    begin_s = said.time_s[:-1].copy()
    for step in np.flatnonzero(fell).tolist():
        width = steps.width_of(step)
        if width:
            rise[step] += width
        elif steps.began_s[step] > begin_s[step]:
            begin_s[step], rise[step] = steps.began_s[step], said.value[step + 1]
    known = steps.follows & (rise >= 0)
    known &= rise <= most_in(said.time_s[1:] - begin_s)
    known &= steps.length_s <= GAP_INTERVALS * said.interval_s[1:]
    return Stretches(said.sensor[1:], begin_s, said.time_s[1:], rise).where(known)


class _Steps:
    """From each reading to the next; arrays (readings − 1,)."""

    def __init__(self, said: Column) -> None:
        self._said = said
        self.follows = np.diff(said.sensor) == 0
        self.rise = np.diff(said.value)
        self.length_s = np.diff(said.time_s)
        self.began_s = (said.time_s - said.uptime_s)[1:]
        """When the device started, as it says at the step's end; NaN where it does not say."""
        self._highest = _highest(said)

    def width_of(self, step: int) -> int:
        """The width at which the total rolled over in a step in which it fell; 0 for none."""
        said = self._said
        if said.marks[step + 1] & ANEW or self.began_s[step] > said.time_s[step]:
            return 0
        runs_on = self.began_s[step] <= said.time_s[step]
        if said.beside[step + 1] < said.beside[step] and not runs_on:
            return 0  # both directions at once: the counter was reset
        most = float(most_in(self.length_s[step]))
        for width in WIDTHS:
            counted = float(self.rise[step]) + width
            if self._highest[step] < width and 0 <= counted <= min(most, width * NEAR_THE_TOP):
                return width
        return 0


def _highest(said: Column) -> Floats:
    """The highest total of each step's sensor."""
    if not len(said.value):
        return np.zeros(0)
    first = np.flatnonzero(np.diff(said.sensor, prepend=-1))
    highest = np.maximum.reduceat(said.value, first)
    return np.repeat(highest, np.diff(np.append(first, len(said.value))))[:-1]


def _odd(said: Column) -> Flags:
    """Readings that are wrong, as the total moves back or leaps and then goes on where it was."""
    odd = np.zeros(len(said.value), dtype=np.bool_)
    if len(odd) < 3:
        return odd
    step = _goes_on(said, np.arange(len(odd) - 1), np.arange(1, len(odd)))
    same = np.diff(said.sensor) == 0
    for at in (np.flatnonzero(same & ~step) + 1).tolist():
        if odd[at] or odd[at - 1] or said.marks[at] & ANEW:
            continue
        after = _partner(said, at - 1, range(at + 1, at + 1 + ODD_READINGS))
        before = _partner(said, at, range(at - 2, at - 2 - ODD_READINGS, -1))
        if after is not None:
            odd[at:after] = True
        elif before is not None and not _may_be_new(said, before, at):
            odd[before + 1 : at] = True
    return odd


def _may_be_new(said: Column, before: int, at: int) -> bool:
    """Whether a total that fell to that at `at` may as well have begun anew just then.

    It may where it is no higher than what it had just counted, if that can be.
    """
    counted = said.value[at - 1] - said.value[before]
    can_be = _goes_on(said, np.array([before]), np.array([at - 1]))[0]
    return bool(can_be and said.value[at] <= counted)


def _partner(said: Column, at: int, others: range) -> int | None:
    """The first of some readings with which the total goes on from, or to, that at `at`."""
    for other in others:
        if not 0 <= other < len(said.value) or said.sensor[other] != said.sensor[at]:
            return None
        low, high = np.array([min(at, other)]), np.array([max(at, other)])
        if _goes_on(said, low, high)[0]:
            return other
    return None


def _goes_on(said: Column, start: Ints, end: Ints) -> Flags:
    """Whether a total may have gone from one reading to another by counting."""
    rise = said.value[end] - said.value[start]
    return np.asarray((rise >= 0) & (rise <= most_in(said.time_s[end] - said.time_s[start])))
