"""From people who would come to visits: doors, closing time and full rooms.

Each person is drawn whole, with the length of their stay and of their patience, before the hours
are looked at. Hours, closing and capacity only pick among them.

Who comes before the doors open waits no longer than their patience, then enters at the opening.
Nobody starts a visit of which less than a share (`Profile.least_stay`) fits before closing, so that
arrivals thin out towards it as P(share × stay ≤ time left). Who finds the room full goes home.
"""

from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from simulator.scenario import Profile

Seconds = NDArray[np.int64]
"""Seconds after the business day began."""
Counts = NDArray[np.int64]
Indices = NDArray[np.intp]

DAY_S = 86_400
SLOT_S = SLOT_MINUTES * 60
NEVER = np.int64(2 * DAY_S)
LINGER_S = 300
"""After closing, the last are out within this."""

_SHORTEST_STAY_S = 60


class Outcome(IntEnum):
    """What became of a person who would have come."""

    SERVED = 0
    REFUSED_CLOSED = 1
    DECLINED = 2
    """Too little time was left before closing."""
    BALKED = 3
    """The room was full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who would come on one day; arrays (people,) in order of (room, wish_s)."""

    room: Indices
    wish_s: Seconds
    """When they would come."""
    stay_s: Seconds
    needed_s: Seconds
    """They do not start a visit with less than this left before closing."""
    patience_s: Seconds
    linger_s: Seconds
    """How long after closing they are out."""


@dataclass(frozen=True, slots=True)
class Openings:
    """Opening blocks of every room; arrays (rooms, blocks), absent blocks at `NEVER`."""

    start_s: Seconds
    end_s: Seconds


@dataclass(frozen=True, slots=True)
class Visits:
    """What became of all people; arrays (people,), in the same order."""

    outcome: NDArray[np.int8]
    enter_s: Seconds
    """Meaningless unless served, as is `leave_s`."""
    leave_s: Seconds


class Crowd:
    """Draws the people of a day."""

    def __init__(self, room_profiles: list[Profile]) -> None:
        """`room_profiles`: the profile of each room's venue, shape (rooms,)."""
        self._log_stay = np.log([p.stay_minutes * 60 for p in room_profiles])
        self._stay_spread = np.array([p.stay_spread for p in room_profiles])
        self._least_stay = np.array([p.least_stay for p in room_profiles])
        self._patience_s = np.array([p.patience_minutes * 60 for p in room_profiles])

    def draw(self, latent: Counts, rng: np.random.Generator) -> People:
        """The people behind latent arrivals; shape of `latent`: (rooms, slots)."""
        cell = np.repeat(np.arange(latent.size), latent.ravel())
        count = len(cell)
        within = rng.integers(0, SLOT_S, count)
        wish = np.sort(cell * SLOT_S + within)  # one long axis, room after room
        room, wish_s = np.divmod(wish, SLOTS_A_DAY * SLOT_S)
        stay = np.exp(self._log_stay[room] + self._stay_spread[room] * rng.standard_normal(count))
        stay_s = np.maximum(stay, _SHORTEST_STAY_S).astype(np.int64)
        patience = self._patience_s[room] * rng.standard_exponential(count)
        return People(
            room=room,
            wish_s=wish_s,
            stay_s=stay_s,
            needed_s=np.ceil(self._least_stay[room] * stay_s).astype(np.int64),
            patience_s=patience.astype(np.int64),
            linger_s=rng.integers(0, LINGER_S, count),
        )


def visit(people: People, openings: Openings, capacity: Counts) -> Visits:
    """Let people come to open doors; `capacity` is (rooms,), people at a time."""
    start_s, end_s = _next_block(people, openings)
    enter_s = np.maximum(people.wish_s, start_s)
    leave_s = np.minimum(enter_s + people.stay_s, end_s + people.linger_s)
    outcome = np.full(len(enter_s), Outcome.SERVED, dtype=np.int8)
    outcome[end_s - enter_s < people.needed_s] = Outcome.DECLINED
    too_early = (enter_s - people.wish_s > people.patience_s) | (start_s == NEVER)
    outcome[too_early] = Outcome.REFUSED_CLOSED
    comes = np.flatnonzero(outcome == Outcome.SERVED)
    balks = _balks(people.room[comes], enter_s[comes], leave_s[comes], capacity)
    outcome[comes[balks]] = Outcome.BALKED
    return Visits(outcome, enter_s, leave_s)


def _next_block(people: People, openings: Openings) -> tuple[Seconds, Seconds]:
    """Start and end of the first block not yet over when each person would come."""
    ends = openings.end_s[people.room]
    block = (ends <= people.wish_s[:, None]).sum(axis=1)
    starts = np.pad(openings.start_s, ((0, 0), (0, 1)), constant_values=NEVER)
    ends = np.pad(openings.end_s, ((0, 0), (0, 1)), constant_values=NEVER)
    return starts[people.room, block], ends[people.room, block]


def _balks(
    room: Indices, enter_s: Seconds, leave_s: Seconds, capacity: Counts
) -> NDArray[np.bool_]:
    """Who finds the room full. Who leaves in the same second has made place.

    Only rooms that would overflow are walked through person by person.
    """
    arrivals = room * NEVER + enter_s
    departures = np.sort(room * NEVER + leave_s)
    inside = np.arange(1, len(room) + 1) - np.searchsorted(departures, arrivals, side="right")
    balks = np.zeros(len(room), dtype=np.bool_)
    for crowded in np.unique(room[inside > capacity[room]]).tolist():
        its = slice(*np.searchsorted(room, [crowded, crowded + 1]))
        balks[its] = _turned_away(enter_s[its], leave_s[its], int(capacity[crowded]))
    return balks


def _turned_away(enter_s: Seconds, leave_s: Seconds, capacity: int) -> NDArray[np.bool_]:
    leaving: list[int] = []
    turned_away = np.zeros(len(enter_s), dtype=np.bool_)
    for i, (enter, leave) in enumerate(zip(enter_s.tolist(), leave_s.tolist(), strict=True)):
        while leaving and leaving[0] <= enter:
            heappop(leaving)
        if len(leaving) < capacity:
            heappush(leaving, leave)
        else:
            turned_away[i] = True
    return turned_away
