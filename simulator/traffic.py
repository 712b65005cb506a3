"""Who passes which door and which counter notices: one throw of dice for everybody, served or not.

The dice lie with the person, not with the crossing, so that other hours change only who crosses.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulator.visits import Outcome, People, Seconds, Visits

Dice = NDArray[np.float32]
"""Uniform numbers; shape (`Die`, people)."""


class Die(IntEnum):
    """What each row of the dice decides."""

    DOOR_IN = 0
    DOOR_OUT = 1
    SEEN_IN = 2
    SEEN_OUT = 3
    SEEN_INSIDE = 4


@dataclass(frozen=True, slots=True)
class Passages:
    """Visits of one room that happened; arrays (visits,) in order of `enter_s`."""

    enter_s: Seconds
    leave_s: Seconds
    dice: Dice


class Traffic:
    """All visits of a day that happened, by room."""

    def __init__(
        self, people: People, visits: Visits, rooms: int, rng: np.random.Generator
    ) -> None:
        self._visits = visits
        self._dice = rng.random((len(Die), len(people.room)), dtype=np.float32)
        self._served = np.flatnonzero(visits.outcome == Outcome.SERVED)
        self._edges = np.searchsorted(people.room[self._served], np.arange(rooms + 1))

    def of(self, room: int) -> Passages:
        """The visits of the room with that index."""
        its = self._served[self._edges[room] : self._edges[room + 1]]
        return Passages(self._visits.enter_s[its], self._visits.leave_s[its], self._dice[:, its])
