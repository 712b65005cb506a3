"""A city that is played day by day under given opening hours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np

from domain.calendars import instant
from domain.errors import Conflict, InvalidInput
from domain.estate import Estate, Room, Venue
from domain.hours import DayHours
from domain.readings import CountKind
from simulator.demand import Demand
from simulator.messages import Reports, TimedMessage, messages
from simulator.scenario import Scenario
from simulator.sensors import Device, Frame, Memory
from simulator.streams import Purpose, Streams
from simulator.traffic import Traffic
from simulator.truth import Truth, tally
from simulator.visits import DAY_S, LINGER_S, NEVER, Crowd, Openings, visit

_UNLIMITED = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Day:
    """One business day that has been played."""

    day: date
    truth: Truth
    reports: tuple[Reports, ...]
    """Of the sensors that were heard."""
    batched: bool

    @cached_property
    def messages(self) -> list[TimedMessage]:
        """What the sensors publish, in order of time."""
        return messages(self.reports, batched=self.batched)


class World:
    """A city with ground truth. The same estate, scenario, seed and hours give the same bytes."""

    def __init__(self, estate: Estate, scenario: Scenario, seed: int) -> None:
        """Raises `InvalidInput` when the scenario does not fit the estate."""
        scenario.check(estate)
        self._seed, self._streams = seed, Streams(seed)
        self._venues = estate.venues
        self._rooms = tuple(r.id for r in estate.rooms)
        self.demand = Demand(estate, scenario, self._streams)
        self._crowd = Crowd([scenario.profile(estate.venue(r.venue)) for r in estate.rooms])
        self._capacity = np.array([r.capacity or _UNLIMITED for r in estate.rooms], dtype=np.int64)
        self._venue_of_room = [r.venue for r in estate.rooms]
        self._devices = [
            (index, device)
            for index, room in enumerate(estate.rooms)
            for device in _devices(estate, scenario, room)
        ]
        self._memory = {d.sensor.id: Memory() for _, d in self._devices}
        self._first: date | None = None
        self._last: date | None = None

    @classmethod
    def restore(cls, estate: Estate, scenario: Scenario, state: str) -> Self:
        """The world as it was when `state` was taken; sensors it does not name start anew."""
        kept = json.loads(state)
        world = cls(estate, scenario, kept["seed"])
        world._first, world._last = (
            date.fromisoformat(kept[name]) if kept[name] else None for name in ("first", "last")
        )
        world._memory |= {s: Memory(*m) for s, m in kept["memory"].items() if s in world._memory}
        return world

    def state(self) -> str:
        """What a later process needs to play on, as JSON."""
        return json.dumps(
            {
                "seed": self._seed,
                "first": self._first and self._first.isoformat(),
                "last": self._last and self._last.isoformat(),
                "memory": self._memory,
            }
        )

    def play_day(self, day: date, hours: Mapping[str, DayHours], *, batched: bool = True) -> Day:
        """Play one business day; days may be left out but not come again.

        Args:
            day: the date on which the business day begins.
            hours: opening blocks of that day by venue id.
            batched: whether sensors publish lists, at the end of the day, or each reading at once.

        Raises:
            Conflict: the day, or a later one, has been played.
            InvalidInput: a venue has no hours.
        """
        if self._last and day <= self._last:
            raise Conflict(f"{day} cannot be played after {self._last}")
        if missing := [v.id for v in self._venues if v.id not in hours]:
            raise InvalidInput(f"no hours are given for {', '.join(missing)}")
        self._first, self._last = self._first or day, day
        by_venue = {v.id: _frame_and_blocks(v, day, hours[v.id]) for v in self._venues}
        by_room = [by_venue[v] for v in self._venue_of_room]

        latent = self.demand.latent(day)
        people = self._crowd.draw(latent, self._streams.of(Purpose.PEOPLE, day))
        visits = visit(people, _openings([b for _, b in by_room]), self._capacity)
        traffic = Traffic(people, visits, len(self._rooms), self._streams.of(Purpose.DOORS, day))
        return Day(
            day=day,
            truth=tally(self._rooms, people, visits),
            reports=self._report(day, traffic, [f for f, _ in by_room]),
            batched=batched,
        )

    def _report(self, day: date, traffic: Traffic, frames: list[Frame]) -> tuple[Reports, ...]:
        age = (day - (self._first or day)).days
        ghosts = self._streams.of(Purpose.GHOSTS, day).poisson(
            [d.counter.ghosts for _, d in self._devices]
        )
        said = []
        for (room, device), ghost in zip(self._devices, ghosts.tolist(), strict=True):
            if not device.counter.lives_on(age):
                continue
            sights, memory = device.sees(traffic.of(room)), self._memory[device.sensor.id]
            self._memory[device.sensor.id] = sights.add_to(memory)
            if device.counter.is_heard_on(age):
                said.append(device.reports(sights, frames[room], memory, ghost))
        return tuple(said)


def _devices(estate: Estate, scenario: Scenario, room: Room) -> list[Device]:
    """The sensors of a room; those that count crossings share its people among them."""
    sensors = estate.sensors_by_room[room.id]
    if inner := [s.id for s in sensors if s.beyond]:
        raise InvalidInput(
            f"{', '.join(inner)}: doors between two rooms are not simulated",
            hint="leave `beyond` out",
        )
    doors = [s.id for s in sensors if s.kind is not CountKind.PRESENT]
    first = 1 - scenario.second_door_share if len(doors) > 1 else 1.0
    spans = pairwise([0.0, *np.linspace(first, 1, len(doors)).tolist()])
    door = dict(zip(doors, spans, strict=True))
    return [Device(s, scenario.counter_of(s), door.get(s.id, (0.0, 1.0))) for s in sensors]


def _frame_and_blocks(venue: Venue, day: date, hours: DayHours) -> tuple[Frame, list[list[int]]]:
    """The business day in seconds, and its opening blocks as far as they lie in it.

    The building is empty when the day ends: where a block would last longer, it ends `LINGER_S`
    before. On the day of a clock change quarter-hours are counted on from the day's start; nobody
    comes in an hour beyond the 24th.
    """
    start = instant(day, venue.day_starts, venue.tz)
    following = instant(day + timedelta(days=1), venue.day_starts, venue.tz)
    length_s = int((following - start).total_seconds())
    last_closing_s = min(length_s, DAY_S) - LINGER_S
    blocks = []
    for block in hours:
        edges = [(instant(day, m, venue.tz) - start).total_seconds() for m in block]
        opens, closes = (int(min(max(e, 0), last_closing_s)) for e in edges)
        if opens < closes:
            blocks.append([opens, closes])
    closes_s = blocks[-1][1] if blocks else 0
    return Frame(int(start.timestamp()), length_s, closes_s), blocks


def _openings(blocks: list[list[list[int]]]) -> Openings:
    """Blocks of every room, padded to the same number."""
    most = max((len(b) for b in blocks), default=0)
    padded = np.full((len(blocks), most, 2), NEVER, dtype=np.int64)
    for row, its in enumerate(blocks):
        padded[row, : len(its)] = np.reshape(its, (-1, 2))
    return Openings(padded[..., 0], padded[..., 1])
