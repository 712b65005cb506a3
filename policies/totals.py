"""Counters that only ever rise: from totals to what was counted between two readings.

They do not only rise. They roll over at their width, start anew at a reset, and now and then say a
number that is simply wrong. docs/counting.md says by which evidence these are told apart.
"""

import math

import numpy as np
from numpy.typing import NDArray

from policies.glitches import AROUND, ODD_READINGS, odd_totals, usual_most
from policies.plausible import AT_ONCE, most_in
from policies.stretches import GAP_INTERVALS, Column, Stretches

WIDTHS = (2**16, 10**6, 2**20, 2**31, 2**32)
"""At which counters roll over: 16, 20, 31 and 32 bits, and six digits on a mechanical gate."""
NEAR_THE_TOP = 1 / 64
"""A rollover that takes more than usual is believed where it takes no more than this part of the
width; a counter that is reset stands there by chance once in 64 times."""
SURGE = 4
"""Nor more than so many times what is usual, and as many as may come at once; a reset of a counter
that few pass looks like a sudden crowd."""
BEARS_READINGS = ODD_READINGS + AROUND + 2
"""How many readings away a total may bear on what is made of another: past those that may be odd,
and those around them by which they are judged."""

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
    said = said.where(~odd_totals(said))
    follows = np.diff(said.sensor) == 0
    rise, length_s = np.diff(said.value), np.diff(said.time_s)
    begin_s, start_s = said.time_s[:-1].copy(), said.start_s[1:]
    known = follows & ~_hides_a_reset(said)
    for step in np.flatnonzero(follows & (rise < 0)).tolist():
        width = _width(said, step)
        if width:
            rise[step] += width
        elif start_s[step] > begin_s[step]:
            begin_s[step], rise[step] = start_s[step], said.value[step + 1]
            known[step] = True
    known &= (rise >= 0) & (rise <= most_in(said.time_s[1:] - begin_s))
    known &= length_s <= GAP_INTERVALS * said.interval_s[1:]
    return Stretches(said.sensor[1:], begin_s, said.time_s[1:], rise).where(known)


def _hides_a_reset(said: Column) -> Flags:
    """Steps with a reset on command after which the total may have risen beyond what it was."""
    was_reset = np.diff(said.resets) > 0
    return np.asarray(was_reset & (said.value[1:] <= most_in(np.diff(said.time_s))))


def _width(said: Column, step: int) -> int:
    """The width at which the total rolled over in a step in which it fell; 0 for none."""
    if said.starts_in(step):
        return 0
    runs_on = said.start_s[step + 1] <= said.time_s[step]
    if said.beside[step + 1] < said.beside[step] and not runs_on:
        return 0  # both directions at once: the counter was reset
    near = slice(max(step - AROUND, 0), step + 2 + AROUND)
    highest = said.value[near][said.sensor[near] == said.sensor[step]].max()
    length_s = said.time_s[step + 1] - said.time_s[step]
    usual = usual_most(said, step, step + 1) * length_s
    for width in WIDTHS:
        counted = said.value[step + 1] - said.value[step] + width
        if highest < width and 0 <= counted <= most_in(length_s):
            return width if _is_likelier_than_a_reset(counted, width, usual) else 0
    return 0


def _is_likelier_than_a_reset(counted: float, width: int, usual: float) -> bool:
    """Whether so many may have come in a stretch in which a counter rolled over once."""
    if math.isnan(usual):
        return counted <= width * NEAR_THE_TOP
    if counted + width <= usual:
        return False  # it may have gone round twice
    return counted <= max(usual, min(width * NEAR_THE_TOP, SURGE * usual + AT_ONCE))
