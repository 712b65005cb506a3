"""Totals that are simply wrong for a moment: the counter leaves its count and returns to it."""

import math

import numpy as np
from numpy.typing import NDArray

from policies.plausible import most_in
from policies.stretches import Column

ODD_READINGS = 3
"""So many readings in a row may be wrong before the total returns."""
AROUND = 2
"""So many steps on either side tell how many people usually pass a door."""
BUSIER = 2
"""By so much a stretch may be busier than those around it, and still be a usual one."""

Flags = NDArray[np.bool_]


def odd_totals(said: Column) -> Flags:
    """Readings that are wrong, as the total moves back or leaps and then goes on where it was.

    A reset from a low total looks alike, as it is soon passed again. It is taken for one where the
    device says that it started, and where the counts since would be no more than usual.
    """
    odd = np.zeros(len(said.value), dtype=np.bool_)
    goes_on = np.diff(said.value) >= 0
    goes_on &= np.diff(said.value) <= most_in(np.diff(said.time_s))
    for at in (np.flatnonzero((np.diff(said.sensor) == 0) & ~goes_on) + 1).tolist():
        if said.starts_in(at - 1) or odd[at - 1]:
            continue
        after = _partner(said, at - 1, range(at + 1, at + 1 + ODD_READINGS))
        before = _partner(said, at, range(at - 2, at - 2 - ODD_READINGS, -1))
        if after is not None:
            odd[at:after] |= not _is_passed_again(said, at, after)
        elif before is not None:
            odd[before + 1 : at] |= not _may_be_new(said, before, at)
    return odd


def usual_most(said: Column, first: int, last: int) -> float:
    """Crossings a second that are usual around two readings, at most; NaN with nothing around.

    Args:
        said: totals.
        first: what is between this reading
        last: and this one is not looked at.
    """
    paces = []
    for steps in (range(first - AROUND, first), range(last, last + AROUND)):
        for at in steps:
            if _is_of(said, at, first) and _is_of(said, at + 1, first) and _goes_on(said, at):
                length_s = said.time_s[at + 1] - said.time_s[at]
                rise = said.value[at + 1] - said.value[at]
                paces.append(float(rise / length_s) if length_s > 0 else 0.0)
    return BUSIER * max(paces, default=math.nan)


def _is_passed_again(said: Column, at: int, after: int) -> bool:
    """Whether usual counts explain how a total came back, had it begun anew before that at `at`."""
    usual = usual_most(said, at - 1, after)
    counted = np.diff(said.value[at : after + 1], prepend=0)
    most = usual * np.diff(said.time_s[at - 1 : after + 1])
    return bool(np.all((counted >= 0) & (counted <= most)))


def _may_be_new(said: Column, before: int, at: int) -> bool:
    """Whether a total that fell to that at `at` may as well have begun anew just then.

    It may where it is no higher than what it had just counted, if that can be.
    """
    counted = said.value[at - 1] - said.value[before]
    return _goes_on(said, before, at - 1) and bool(said.value[at] <= counted)


def _partner(said: Column, at: int, others: range) -> int | None:
    """The first of some readings with which the total goes on from, or to, that at `at`."""
    for other in others:
        if not _is_of(said, other, at):
            return None
        if _goes_on(said, min(at, other), max(at, other)):
            return other
    return None


def _is_of(said: Column, at: int, other: int) -> bool:
    """Whether there is such a reading, of the same sensor as the other."""
    return 0 <= at < len(said.sensor) and bool(said.sensor[at] == said.sensor[other])


def _goes_on(said: Column, start: int, end: int | None = None) -> bool:
    """Whether a total may have gone from one reading to another, or the next, by counting."""
    end = start + 1 if end is None else end
    rise = said.value[end] - said.value[start]
    return bool(0 <= rise <= most_in(said.time_s[end] - said.time_s[start]))
