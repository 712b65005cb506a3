"""Who passes which door, and which sensor notices: one throw of dice for everybody, served or not.

The dice lie with the person, not with the crossing, so that other hours change only who crosses. A
sensor notices a crossing at its rate, less in a crowd, which drifts up and down over the months.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.estate import Estate
from domain.readings import CountKind
from simulator.instruments import Instruments
from simulator.rates import Floats
from simulator.scenario import Scenario
from simulator.streams import Purpose, Streams
from simulator.truth import Truth
from simulator.visits import SLOT_S, Dice, Die, Flags, Indices, Moments, Outcome, People, Visits

_KNOT_DAYS = 60
"""A sensor's drift is drawn anew so often, and changes evenly between."""


class Crossings(NamedTuple):
    """Crossings that were noticed; arrays (crossings,)."""

    sensor: Indices
    at_s: Moments


@dataclass(frozen=True, slots=True)
class Sightings:
    """What all sensors of an estate noticed in one day, true directions."""

    entered: Crossings
    left: Crossings
    came: Crossings
    """Of the people that presence sensors saw inside."""
    went: Crossings

    def totals(self, instruments: Instruments) -> NDArray[np.int64]:
        """Crossings of the day as mounted: inwards, outwards, and both; (3, sensors)."""
        count = len(instruments)
        ways = [np.bincount(c.sensor, minlength=count) for c in (self.entered, self.left)]
        inwards, outwards = np.where(instruments.turned, ways[::-1], ways)
        return np.array([inwards, outwards, inwards + outwards], dtype=np.int64)


class Eyes:
    """The sensors of an estate, and how well they see."""

    def __init__(self, estate: Estate, scenario: Scenario, streams: Streams) -> None:
        """Sensors are those of the estate, in its order."""
        self._streams = streams
        self.instruments = Instruments.of(estate)
        counters = [scenario.counter_of(s) for s in estate.sensors]
        self._silent: dict[int, list[int]] = defaultdict(list)
        for index, counter in enumerate(counters):
            for silent_day in counter.silent_days:
                self._silent[silent_day].append(index)
        self._in_rate, self._out_rate, self._crowding, self._drift, self._ghosts = (
            np.array([getattr(c, name) for c in counters], dtype=np.float32)
            for name in ("in_rate", "out_rate", "crowding", "drift", "ghosts")
        )
        self._installed = np.array([c.installed_day for c in counters])
        self._dead = np.array(
            [np.inf if c.dead_from_day is None else c.dead_from_day for c in counters]
        )
        self._doors, self._below = _doors(estate, scenario, self.instruments)
        self._watching = np.flatnonzero(self.instruments.watches).astype(np.int32)
        self._watched = self.instruments.room[self._watching]
        capacity = [r.capacity or np.inf for r in estate.rooms]
        self._capacity = np.array(capacity, dtype=np.float32)[:, None]

    def live_on(self, age: int) -> Flags:
        """Which sensors count on the day of that number; (sensors,)."""
        return np.asarray((age >= self._installed) & (age < self._dead), np.bool_)

    def heard_on(self, age: int) -> Flags:
        """Which of them count, and what they say arrives; (sensors,)."""
        heard = self.live_on(age)
        heard[self._silent.get(age, [])] = False
        return heard

    def ghosts(self, day: date) -> Floats:
        """People that each sensor goes on seeing after closing; (sensors,)."""
        draws = self._streams.of(Purpose.GHOSTS, day).poisson(self._ghosts)
        return np.asarray(draws, np.float64)

    def see(
        self, people: People, visits: Visits, truth: Truth, day: date, alive: Flags
    ) -> Sightings:
        """What is noticed of the visits of a day."""
        served = np.flatnonzero(visits.outcome == Outcome.SERVED)
        room, dice = people.room[served], people.dice[:, served]
        drift_in, drift_out = (1 + self.wandered(day)).astype(np.float32)
        crowd = truth.occupancy_before / self._capacity
        passages = []
        for door, seen, at_s, rate in (
            (Die.DOOR_IN, Die.SEEN_IN, visits.enter_s[served], self._in_rate * drift_in),
            (Die.DOOR_OUT, Die.SEEN_OUT, visits.leave_s[served], self._out_rate * drift_out),
        ):
            sensor = self._door(room, dice[door])
            chance = np.append(rate * alive, np.float32(0))[sensor]  # −1 sees nothing
            if self._crowding.any():
                lost = np.append(self._crowding, np.float32(0))[sensor]
                chance *= 1 - lost * crowd[room, at_s // SLOT_S]
            noticed = dice[seen] < chance
            passages.append(Crossings(sensor[noticed], at_s[noticed]))
        came, went = self._inside(people, visits, served, drift_in * alive)
        return Sightings(passages[0], passages[1], came, went)

    def _inside(
        self, people: People, visits: Visits, served: NDArray[np.intp], drift: Dice
    ) -> tuple[Crossings, Crossings]:
        """Whom presence sensors see inside."""
        watched = np.zeros(len(self._capacity), dtype=np.bool_)
        watched[self._watched] = True
        served = served[watched[people.room[served]]]
        order = np.argsort(people.room[served], kind="stable")
        served = served[order]
        edges = np.searchsorted(people.room[served], [self._watched, self._watched + 1])
        counts = edges[1] - edges[0]
        sensor = np.repeat(self._watching, counts)
        skipped = np.repeat(edges[0] - np.cumsum(counts) + counts, counts)
        who = served[np.arange(len(sensor)) + skipped]
        noticed = people.dice[Die.SEEN_INSIDE, who] < (self._in_rate * drift)[sensor]
        who, sensor = who[noticed], sensor[noticed]
        return Crossings(sensor, visits.enter_s[who]), Crossings(sensor, visits.leave_s[who])

    def _door(self, room: Indices, dice: Dice) -> Indices:
        """The sensor at the door that each takes, −1 where none counts."""
        nth = np.zeros(len(room), dtype=np.int32)
        for door in range(self._below.shape[1]):
            nth += dice >= self._below[room, door]
        return self._doors[room, nth]

    def wandered(self, day: date) -> Floats:
        """Shares by which the rates inwards and outwards have drifted; (2, sensors)."""
        if not self._drift.any():
            return np.zeros((2, len(self._drift)))
        knot, after = divmod(day.toordinal(), _KNOT_DAYS)
        before, following = (
            self._streams.of(
                Purpose.DRIFT, date.fromordinal((knot + n) * _KNOT_DAYS)
            ).standard_normal((2, len(self._drift)))
            for n in (0, 1)
        )
        share = after / _KNOT_DAYS
        # scaled so that the spread is the same on every day
        between = (before * (1 - share) + following * share) / np.hypot(1 - share, share)
        return np.asarray(between * self._drift, np.float64)


def _doors(
    estate: Estate, scenario: Scenario, instruments: Instruments
) -> tuple[Indices, NDArray[np.float32]]:
    """Sensors at the doors of each room, (rooms, doors + 1), and the dice below which each lies."""
    by_room: list[list[int]] = [[] for _ in estate.rooms]
    for index, (sensor, room) in enumerate(zip(estate.sensors, instruments.room, strict=True)):
        if sensor.kind not in (CountKind.PRESENT, CountKind.STATUS):
            by_room[room].append(index)
    most = max([1, *map(len, by_room)])
    doors = np.full((len(by_room), most), -1, dtype=np.int32)
    below = np.full((len(by_room), most - 1), 2.0, dtype=np.float32)
    for index, its in enumerate(by_room):
        doors[index, : len(its)] = its
        if len(its) > 1:
            first = 1 - scenario.second_door_share
            below[index, : len(its) - 1] = np.linspace(first, 1, len(its))[:-1]
    return doors, below
