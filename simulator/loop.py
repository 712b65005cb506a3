"""The city as whoever plans its hours meets it: a week of counts, a decision, another week.

    loop = ClosedLoop.of_family("two-peaks", seed=1)
    for _ in range(80):
        week = loop.play_week()
        loop.decide(my_policy(loop.estate, loop.hours, week.rooms))

Whoever plans sees `estate`, `monday`, `hours`, `coming` and the bins of weeks; their `days` and
`truth`, `rates` and `world` are for judging only. All chance is the world's own: two policies with
one seed meet the same people, weather, sensors and managers, whatever hours they choose.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import next_monday
from domain.errors import InvalidInput
from domain.hours import DayHours, WeeklyHours
from simulator.befalling import Befalling
from simulator.bins import Summing
from simulator.city.making import City, make
from simulator.city.reading import load
from simulator.counts import SensorCounts
from simulator.faults.rates import FaultRates
from simulator.managers import Managers
from simulator.played import Day
from simulator.rates import Floats
from simulator.streams import Streams
from simulator.truth import Truth
from simulator.world import World

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a week was worth, by venue; arrays (venues,) in the estate's order."""

    visits: Floats
    """Visits served."""
    open_hours: Floats
    staffed_hours: Floats
    """Open hours times staff on duty."""
    net_value: Floats
    """Visits served less those that the open hours need to break even."""
    person_hours: Floats
    latent: Floats
    """People who would come of themselves."""
    refused_closed: Floats
    """Who met closed hours, or stayed at home because of them, and did not move on."""
    at_closed_door: Floats
    """Who came to a closed door."""
    balked: Floats
    unaware: Floats
    went_to_neighbour: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week that has been played."""

    monday: date
    rooms: Bins
    venues: Bins
    sensors: SensorCounts
    hours: Mapping[str, WeeklyHours]
    """In force in it."""
    days: tuple[Day, ...]
    """The truth by room and quarter-hour, and what sensors would publish; for judging only."""
    truth: Judged


class ClosedLoop:
    """A city that is played week by week under the hours that were decided."""

    def __init__(self, city: City, seed: int, part: int = 0) -> None:
        """Two loops of one city and seed differ by what is decided in them, and by nothing else.

        Args:
            city: as `simulator.city.making` made it.
            seed: of all that is left to chance from the first day on.
            part: where a city is played in parts (`simulator.city.parts`), which of them this is.

        Raises `InvalidInput` where venues are of several zones: their quarter-hours do not agree.
        """
        self.estate = city.estate
        if len({(v.zone, v.day_starts) for v in self.estate.venues}) > 1:
            raise InvalidInput("venues of a loop have one zone, and one day_starts")
        self.world = World(city.estate, city.scenario, seed, part)
        self.monday = city.first_day
        """The week to be played next begins then."""
        self.hours: dict[str, WeeklyHours] = {v.id: v.hours for v in self.estate.venues}
        """By venue id, those in force in the week to be played next."""
        self.coming: dict[str, list[tuple[date, WeeklyHours]]] = {v: [] for v in self.hours}
        """By venue id, hours that have been decided and when each takes effect, in order."""
        self._managers = Managers(self.estate.venues, city.managers, Streams(seed, part))
        self._summing = Summing(self.estate)
        self._befall = Befalling(city, seed) if city.faults != FaultRates() else None
        self._special = {
            v.id: {s.day: s.blocks for s in v.special_days} for v in self.estate.venues
        }

    @classmethod
    def of_family(cls, name_or_path: str | Path, seed: int) -> Self:
        """The loop of a family's city. Raises `NotFound`, or `InvalidInput` by field."""
        return cls(make(load(name_or_path), seed), seed)

    def decide(
        self, proposed: Mapping[str, WeeklyHours], effective_from: date | None = None
    ) -> dict[str, tuple[date, WeeklyHours]]:
        """Propose hours to the managers, on the eve of `monday`; what they decide takes effect.

        Args:
            proposed: by venue id; venues left out keep what they have or have been promised.
            effective_from: a Monday; by default the first after each venue's notice.

        Returns:
            When and to what each venue changes whose hours do; managers may have rejected or
            softened a proposal.

        Raises:
            InvalidInput: a venue is not known, or the notice of one ends after `effective_from`.
        """
        if unknown := proposed.keys() - self.hours.keys():
            raise InvalidInput(f"there is no venue {', '.join(sorted(unknown))}")
        promised = {v: self.coming[v][-1][1] if self.coming[v] else self.hours[v] for v in proposed}
        dates = {v: self._earliest(v) for v in proposed}
        if effective_from and (late := [v for v, day in dates.items() if day > effective_from]):
            raise InvalidInput(f"the notice of {', '.join(late)} ends after {effective_from}")
        decided = {
            v: (effective_from or dates[v], hours)
            for v, hours in self._managers.decided(proposed, promised, self.monday).items()
        }
        for venue, (day, hours) in decided.items():
            kept = [c for c in self.coming[venue] if c[0] < day]
            self.coming[venue] = [*kept, (day, hours)]
        self._take_effect()
        return decided

    def announce(self, venue: str, hours: Mapping[date, DayHours]) -> None:
        """Say, on the eve of `monday`, that a venue has other hours on single dates.

        Managers are not asked: they were when the venue consented to trials.

        Args:
            venue: its id.
            hours: by date; what was announced before may be said again.

        Raises `InvalidInput` where the venue is not known, or where a date whose hours are new lies
        within its notice.
        """
        if venue not in self.hours:
            raise InvalidInput(f"there is no venue {venue}")
        own, notice = self._special[venue], self.estate.venue(venue).limits.notice_days
        first = self.monday + timedelta(days=max(notice, 1) - 1)
        new = [day for day, blocks in hours.items() if own.get(day) != blocks]
        if late := sorted(day for day in new if day < first):
            raise InvalidInput(f"the notice of {venue} ends after {late[0]}")
        own.update(hours)

    def play_week(self, proposed: Mapping[str, WeeklyHours] | None = None) -> Week:
        """Let the managers decide on `proposed`, if given, and play the week from `monday` on."""
        self.decide(proposed or {})
        dates = [self.monday + timedelta(days=n) for n in range(WEEK_DAYS)]
        days = [self.world.play_day(day, self.hours_on(day)) for day in dates]
        start_s = int(days[0].frames.start_s[0]) if len(self.estate.rooms) else 0
        counts = SensorCounts.joined([d.counts for d in days])
        if self._befall:
            counts = self._befall(counts, start_s)
        opened = np.concatenate([d.frames.open_share for d in days], axis=1)
        venues = self._summing.venues(counts, start_s, opened)
        week = Week(
            monday=self.monday,
            rooms=self._summing.rooms(counts, start_s, opened),
            venues=venues,
            sensors=counts,
            hours=dict(self.hours),
            days=tuple(days),
            truth=self._judged(days, venues),
        )
        self.monday += timedelta(days=WEEK_DAYS)
        self._take_effect()
        return week

    def rates(self, first: date, days: int) -> Floats:
        """Expected latent arrivals, (venues, days, slots of the business day); for judging only.

        They hold for ordinary weather, and know of every change point and event to come.
        """
        dates = (first + timedelta(days=n) for n in range(days))
        return np.stack([self.world.demand.by_venue(day) for day in dates], axis=1)

    def _earliest(self, venue: str) -> date:
        notice = max(self.estate.venue(venue).limits.notice_days, 1)
        return next_monday(self.monday + timedelta(days=notice - 1))

    def _take_effect(self) -> None:
        for venue, coming in self.coming.items():
            while coming and coming[0][0] <= self.monday:
                self.hours[venue] = coming.pop(0)[1]

    def hours_on(self, day: date) -> dict[str, DayHours]:
        """Hours by venue id on a date of the week to be played next."""
        weekday = day.weekday()
        return {
            venue: self._special[venue].get(day, hours.days[weekday])
            for venue, hours in self.hours.items()
        }

    def _judged(self, days: Sequence[Day], venues: Bins) -> Judged:
        count = len(self.estate.venues)

        def by_venue(of_room: Callable[[Truth], NDArray[np.generic]]) -> Floats:
            rooms = np.sum([of_room(d.truth).astype(np.float64) for d in days], axis=0)
            found = np.bincount(self.world.demand.venue_of_room, rooms, count)
            return np.asarray(found, np.float64)

        def people(name: str) -> Floats:
            return by_venue(lambda t: getattr(t, name).sum(axis=1))

        limits = [v.limits for v in self.estate.venues]
        visits, open_hours = people("served"), venues.open.sum(axis=1) * venues.minutes / 60
        return Judged(
            visits=visits,
            open_hours=open_hours,
            staffed_hours=open_hours * np.array([x.staff for x in limits]),
            net_value=visits - open_hours * np.array([x.break_even_visits for x in limits]),
            person_hours=by_venue(lambda t: t.stayed_s) / 3600,
            latent=people("latent"),
            refused_closed=people("refused_closed"),
            at_closed_door=people("at_closed_door"),
            balked=people("balked"),
            unaware=people("unaware"),
            went_to_neighbour=people("went_to_neighbour"),
        )
