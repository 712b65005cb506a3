"""How many of those who pass a room's doors are counted: shares of each direction.

The balance of whole days tells the ratio of both shares, as whoever comes goes. How the daily
balances scatter tells how many are missed in all, as misses are chance. What is missed alike in
both directions beyond that only a count by hand can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEARNT_DAYS = 28
"""Days that are learnt from."""
RATIO_PRIOR = 50.0
"""Crossings each way that speak for a ratio of 1 before the first day is counted."""
RATIO_LIMIT = 1.25
"""A ratio beyond this, or its inverse, is a broken counter and no matter of missed people."""
MISSED_PRIOR = 0.03
"""Share missed by the better counting direction before anything is known: makers claim 1 to 5 %."""
MISSED_PRIOR_DAYS = 10.0
"""Days of scatter that speak for it."""
MISSED_LIMITS = (0.005, 0.15)
"""Share missed by the better counting direction, at least and at most."""
PRIOR_CROSSINGS = 150.0
"""Crossings counted by hand that would tell as much as the scatter does: a standard error of
about 1.4 %, what is left of it after four weeks of a room with a few hundred visitors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What was counted by hand at the doors of rooms, and by their sensors meanwhile; (rooms,)."""

    passed_in: Floats
    """People seen coming in, old counts weighing less."""
    counted_in: Floats
    """Of these, by the sensors."""
    passed_out: Floats
    counted_out: Floats

    @classmethod
    def none(cls, rooms: int) -> "ByHand":
        """No count anywhere."""
        return cls(**{field.name: np.zeros(rooms) for field in fields(cls)})

    def add(
        self, row: int, passed_in: float, counted_in: float, passed_out: float, counted_out: float
    ) -> None:
        """Count a room's people and its sensors' as well."""
        self.passed_in[row] += passed_in
        self.counted_in[row] += counted_in
        self.passed_out[row] += passed_out
        self.counted_out[row] += counted_out

    def take(self, rows: Sequence[int]) -> "ByHand":
        """Those of some of the rooms."""
        return ByHand(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def ratio(entered: Floats, left: Floats) -> Floats:
    """People counted in for each one counted out; (rooms,).

    Args:
        entered: (rooms, days) of whole days.
        left: (rooms, days), likewise.
    """
    sums = (entered.sum(axis=1) + RATIO_PRIOR) / (left.sum(axis=1) + RATIO_PRIOR)
    return np.asarray(np.clip(sums, 1 / RATIO_LIMIT, RATIO_LIMIT))


def caught(
    entered: Floats, left: Floats, weight: Floats, by_hand: ByHand
) -> tuple[Floats, Floats, Floats]:
    """Share counted of those entering, of those leaving, and the relative error of both; (rooms,).

    Args:
        entered: (rooms, days) people counted in on each day.
        left: (rooms, days), likewise.
        weight: (rooms, days) of each day; 0 where it is not whole.
        by_hand: what is known of the same rooms beside.
    """
    known = ratio(weight * entered, weight * left)
    up, down = np.maximum(1, 1 / known), np.maximum(1, known)
    lopsided = np.maximum(known, 1 / known) - 1
    scatter = _scatter(entered * up[:, None], left * down[:, None], weight > 0, lopsided)
    missed = np.clip((scatter - lopsided) / 2, *MISSED_LIMITS)
    # By hand, the worse direction counts as the better one would have.
    seen = by_hand.counted_in * up + by_hand.counted_out * down
    passed = by_hand.passed_in + by_hand.passed_out
    best = (PRIOR_CROSSINGS * (1 - missed) + seen) / (PRIOR_CROSSINGS + passed)
    best = np.clip(best, 1 - MISSED_LIMITS[1], 1 - MISSED_LIMITS[0])
    error = np.sqrt((1 - best) / best / (PRIOR_CROSSINGS + passed))
    return best / up, best / down, error


def _scatter(into: Floats, out: Floats, whole: NDArray[np.bool_], lopsided: Floats) -> Floats:
    """Variance of a day's balance per visitor, both ways' misses together; (rooms,).

    From differences between days that follow one another, so that shares which change in the
    course of weeks do not count as scatter (von Neumann 1941, 10.1214/aoms/1177731677).
    """
    visitors = (into + out) / 2
    counts = whole & (visitors > 0)
    found = np.empty(len(into))
    for room, days in enumerate(counts):
        size = visitors[room, days]
        steps = np.diff((into - out)[room, days] / size) ** 2 / (1 / size[1:] + 1 / size[:-1])
        prior = lopsided[room] + 2 * MISSED_PRIOR
        found[room] = (MISSED_PRIOR_DAYS * prior + steps.sum()) / (MISSED_PRIOR_DAYS + len(steps))
    return found
