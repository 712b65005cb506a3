"""What people do who could not be served: to a neighbour of the link group, or another time.

Whoever finds their venue closed or full walks to its nearest neighbour that is open when they get
there and has time for them, with probability `to_neighbour` × exp(−walk / 8 min). Of those who came
in vain and do not, some come back later that day or on another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.estate import Estate
from simulator.profile import Profile
from simulator.visits import (
    DAY_S,
    NEVER,
    Dice,
    Die,
    Flags,
    Indices,
    Moments,
    Openings,
    Outcome,
    People,
    Visits,
)
from simulator.walks import WALK_SCALE_MINUTES, neighbours

SOONEST_BACK_S, LATEST_BACK_S = 3_600, 4 * 3_600
LATEST_BACK_DAYS = 7
Picked = NDArray[np.intp]

_TURN = np.float32(0.618034)
"""Dice are turned by this for a second attempt: as good as new, and no other draw is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Who moved, as indices of those asked about, and their second attempts."""

    to_neighbour: Picked
    back: Picked
    """Who comes at another time."""
    today: People
    """Second attempts of this day."""
    later: People
    """Second attempts of other days."""
    later_days: NDArray[np.int32]
    """After how many days each of these is."""


class Elsewhere:
    """Second attempts of the people of an estate's rooms."""

    def __init__(
        self,
        estate: Estate,
        profiles: Sequence[Profile],
        venue_of_room: Indices,
        room_share: NDArray[np.float64],
    ) -> None:
        """`profiles`: of each venue; `venue_of_room`, `room_share`: (rooms,)."""
        self._venue_of_room = venue_of_room
        self._neighbours = neighbours(estate)
        scale = np.exp(-self._neighbours.walk_minutes / WALK_SCALE_MINUTES)
        self._goes = scale * np.array([[p.to_neighbour] for p in profiles], dtype=np.float32)
        self._comes_back = np.array([p.comes_back for p in profiles], dtype=np.float32)
        self._same_day = np.array([p.same_day for p in profiles], dtype=np.float32)
        self._order = np.argsort(venue_of_room, kind="stable").astype(np.int32)
        self._first = np.searchsorted(venue_of_room[self._order], np.arange(len(profiles)))
        self._below = np.cumsum(room_share[self._order])
        """Running sum of the rooms' shares, venue after venue; `_base` is it before each venue."""
        self._base = np.concatenate([[0.0], self._below])[self._first]
        rooms = np.bincount(venue_of_room, minlength=len(profiles))
        self._goes *= rooms[self._neighbours.venue] > 0

    @property
    def anybody_moves(self) -> bool:
        """Whether there is any second attempt at all."""
        return bool(self._goes.any() or self._comes_back.any())

    def of(self, people: People, visits: Visits, openings: Openings, firsts: int) -> Moved:
        """Second attempts of those who were not served, of the first `firsts` people."""
        outcome = visits.outcome[:firsts]
        full = outcome == Outcome.BALKED
        asked = np.flatnonzero(full | (outcome == Outcome.REFUSED_CLOSED))
        left = people.take(asked)
        again = replace(left, dice=_turned(left.dice))
        gone_s = left.wish_s + np.where(full[asked], left.queue_s, 0).astype(np.int32)
        room, there_s = self._next_door(left, gone_s, openings)
        goes = room >= 0
        came = full[asked] | visits.at_closed_door[asked]
        share = self._comes_back[self._venue_of_room[left.room]]
        back = came & ~goes & (left.dice[Die.BACK] < share)
        same_day = self._same_day[self._venue_of_room[left.room]] * share
        delay_s = SOONEST_BACK_S + left.dice[Die.WHEN] * (LATEST_BACK_S - SOONEST_BACK_S)
        back_s = gone_s + delay_s.astype(np.int32)
        today = back & (left.dice[Die.BACK] < same_day) & (back_s < DAY_S)
        guests = replace(again, room=room, wish_s=there_s).take(goes)
        later = back & ~today
        return Moved(
            to_neighbour=asked[goes],
            back=asked[back],
            today=People.joined([guests, replace(again, wish_s=back_s).take(today)]),
            later=again.take(later),
            later_days=1 + (left.dice[Die.WHEN][later] * LATEST_BACK_DAYS).astype(np.int32),
        )

    def _next_door(
        self, people: People, gone_s: Moments, openings: Openings
    ) -> tuple[Indices, Moments]:
        """Room of the neighbour to which each goes, −1 where to none, and when they are there."""
        venue = self._venue_of_room[people.room]
        room = np.full(len(people), -1, dtype=np.int32)
        there_s = gone_s.copy()
        for nth in range(self._goes.shape[1]):
            would = (room < 0) & (people.dice[Die.NEIGHBOUR] < self._goes[venue, nth])
            who = np.flatnonzero(would)
            its_room = self._room_in(self._neighbours.venue[venue[who], nth], people.dice[:, who])
            walk_s = (60 * self._neighbours.walk_minutes[venue[who], nth]).astype(np.int32)
            at_s = gone_s[who] + walk_s
            is_open = _has_time(openings, its_room, at_s, people, who)
            room[who[is_open]], there_s[who[is_open]] = its_room[is_open], at_s[is_open]
        return room, there_s

    def _room_in(self, venue: Indices, dice: Dice) -> Indices:
        """A room of each venue by its pull."""
        among = self._base[venue] + dice[Die.ROOM]
        place = np.searchsorted(self._below, among, side="right")
        last = np.append(self._first[1:], len(self._order))[venue] - 1
        return np.asarray(self._order[np.clip(place, self._first[venue], last)], np.int32)


def _has_time(
    openings: Openings, room: Indices, at_s: Moments, people: People, who: Picked
) -> Flags:
    start_s, end_s = openings.next(room, at_s)
    fits = (start_s <= at_s) & (end_s != NEVER) & (end_s - at_s >= people.needed_s[who])
    return np.asarray(fits, np.bool_)


def _turned(dice: Dice) -> Dice:
    return np.asarray((dice + _TURN) % np.float32(1), np.float32)
