"""A city that is played day by day under given opening hours."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Self

import numpy as np

from domain.errors import Conflict, InvalidInput
from domain.estate import Estate
from domain.hours import DayHours
from simulator.behaviour.beliefs import Beliefs
from simulator.behaviour.doors import at_doors
from simulator.behaviour.elsewhere import LATEST_BACK_DAYS, Elsewhere
from simulator.behaviour.places import admit
from simulator.demand import Demand
from simulator.people import Crowd
from simulator.played import Day
from simulator.scenario import Scenario
from simulator.sightings import Eyes
from simulator.streams import Purpose, Streams
from simulator.timetable import Frames, frames
from simulator.truth import tally
from simulator.visits import Openings, Outcome, People, Visits

_UNLIMITED = np.iinfo(np.int64).max


class World:
    """A city with ground truth. The same estate, scenario, seed and hours give the same bytes."""

    def __init__(self, estate: Estate, scenario: Scenario, seed: int, part: int = 0) -> None:
        """Raises `InvalidInput` when the scenario does not fit the estate.

        Args:
            estate: its venues, rooms and sensors.
            scenario: what is true of them.
            seed: of all that is left to chance.
            part: where a city is played in parts, which of them this is.
        """
        scenario.check(estate)
        _refuse_inner_doors(estate)
        self.estate, self._seed, self._part = estate, seed, part
        self._streams = Streams(seed, part)
        self._rooms = tuple(r.id for r in estate.rooms)
        self.demand = Demand(estate, scenario, self._streams)
        profiles = [scenario.profile(v) for v in estate.venues]
        of_room = self.demand.venue_of_room
        self._crowd = Crowd([profiles[i] for i in of_room.tolist()])
        self._capacity = np.array([r.capacity or _UNLIMITED for r in estate.rooms], dtype=np.int64)
        self._elsewhere = Elsewhere(estate, profiles, of_room, self.demand.room_share)
        self._beliefs = Beliefs([p.learning_weeks for p in profiles])
        self.eyes = Eyes(estate, scenario, self._streams)
        self._memory = np.zeros((3, len(estate.sensors)), dtype=np.int64)
        self._special: dict[date, list[int]] = defaultdict(list)
        for index, venue in enumerate(estate.venues):
            for special in venue.special_days:
                self._special[special.day].append(index)
        self._returning: dict[date, list[People]] = {}
        self._first: date | None = None
        self._last: date | None = None

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
        if missing := [v.id for v in self.estate.venues if v.id not in hours]:
            raise InvalidInput(f"no hours are given for {', '.join(missing)}")
        self._first, self._last = self._first or day, day
        by_venue = frames(self.estate.venues, day, [hours[v.id] for v in self.estate.venues])
        by_room = by_venue.of(self.demand.venue_of_room)
        people, visits, firsts = self._visits(day, by_venue, by_room.openings)
        rate = self.demand.ordinary(day)
        truth = tally(self._rooms, rate, people, visits, firsts)

        age = (day - self._first).days
        alive = self.eyes.live_on(age)
        sightings = self.eyes.see(people, visits, truth, day, alive)
        memory, self._memory = self._memory, self._memory + sightings.totals(self.eyes.instruments)
        return Day(
            day=day,
            estate=self.estate,
            instruments=self.eyes.instruments,
            truth=truth,
            frames=by_room,
            sightings=sightings,
            heard=self.eyes.heard_on(age),
            ghosts=self.eyes.ghosts(day),
            memory=memory,
            batched=batched,
        )

    def _visits(
        self, day: date, by_venue: Frames, openings: Openings
    ) -> tuple[People, Visits, int]:
        """Everybody of the day, what became of them, and how many come of themselves."""
        drawn = self._crowd.draw(self.demand.latent(day), self._streams.of(Purpose.PEOPLE, day))
        people = People.joined([drawn, *self._returning.pop(day, ())])
        ordinary = np.ones(len(self.estate.venues), dtype=np.bool_)
        ordinary[self._special.get(day, [])] = False
        believed = self._beliefs.on(day.weekday(), by_venue.openings, ordinary)
        if believed is not None:
            believed = believed[self.demand.venue_of_room]
        wishes = at_doors(people, openings, believed)
        visits = admit(people, wishes, self._capacity)
        if not self._elsewhere.anybody_moves:
            return people, visits, len(drawn)
        moved = self._elsewhere.of(people, visits, openings, len(drawn))
        for days in range(1, LATEST_BACK_DAYS + 1):
            back = moved.later.take(moved.later_days == days)
            if len(back):
                self._returning.setdefault(day + timedelta(days=days), []).append(back)
        for who, outcome in (
            (moved.to_neighbour, Outcome.WENT_TO_NEIGHBOUR),
            (moved.back, Outcome.CAME_BACK),
        ):
            wishes.outcome[who] = outcome
            wishes.queued[who] = visits.queued[who]
        second = at_doors(moved.today, openings)
        people, wishes = People.joined([people, moved.today]), Visits.joined(wishes, second)
        return people, admit(people, wishes, self._capacity), len(drawn)

    @classmethod
    def restore(cls, estate: Estate, scenario: Scenario, state: str) -> Self:
        """The world as it was when `state` was taken; sensors it does not name start anew."""
        kept = json.loads(state)
        world = cls(estate, scenario, kept["seed"], kept.get("part", 0))
        world._first, world._last = (
            date.fromisoformat(kept[name]) if kept[name] else None for name in ("first", "last")
        )
        for index, sensor in enumerate(estate.sensors):
            world._memory[:, index] = kept["memory"].get(sensor.id, (0, 0, 0))
        world._beliefs.restore(kept.get("beliefs", ""))
        world._returning = {
            date.fromisoformat(day): [People.from_json(people)]
            for day, people in kept.get("returning", {}).items()
        }
        return world

    def state(self) -> str:
        """What a later process needs to play on, as JSON."""
        memory = self._memory.T.tolist()
        return json.dumps(
            {
                "seed": self._seed,
                "part": self._part,
                "first": self._first and self._first.isoformat(),
                "last": self._last and self._last.isoformat(),
                "memory": {s.id: its for s, its in zip(self.estate.sensors, memory, strict=True)},
                "beliefs": self._beliefs.as_text(),
                "returning": {
                    day.isoformat(): People.joined(parts).as_json()
                    for day, parts in self._returning.items()
                },
            }
        )


def _refuse_inner_doors(estate: Estate) -> None:
    if inner := [s.id for s in estate.sensors if s.beyond]:
        raise InvalidInput(
            f"{', '.join(inner)}: doors between two rooms are not simulated",
            hint="leave `beyond` out",
        )
