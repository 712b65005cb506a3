"""What is true of a simulated city, in small declarative files: demand, stays, counters' faults.

A file says what venues of a type have in common and, for single venues and sensors, only what is
different there.
"""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any, Self

import yaml
from pydantic import Field, ValidationError

from domain.errors import InvalidInput, Problem
from domain.estate import Estate, Sensor, Venue
from simulator.profile import Factor, Profile, Share, Truth

__all__ = ["Counter", "Factor", "Scenario", "Share"]


class Counter(Truth):
    """How well a sensor counts, and when it says nothing at all.

    Days are counted from the first day that the world plays, which is 0.
    """

    in_rate: Share = 0.97
    """Share of crossings inwards that it sees; of people present, for a presence sensor."""
    out_rate: Share = 0.94
    """Share of crossings outwards that it sees."""
    crowding: Share = 0.0
    """Share of either rate that is lost when the room stands at its capacity."""
    drift: Factor = 0.0
    """Standard deviation of the share by which either rate wanders up and down over months."""
    ghosts: Factor = 0.0
    """Mean of the people a presence sensor goes on seeing after closing (Poisson, each night)."""
    installed_day: int = Field(0, ge=0)
    """First day of its life."""
    dead_from_day: int | None = Field(None, ge=0)
    """First day after its life; null: it lives on."""
    silent_days: frozenset[int] = frozenset()
    """Days on which nothing it says arrives, while it counts on."""


class Scenario(Truth):
    """One city's truth. Arguments named by id hold only what differs from type or default."""

    types: Mapping[str, Mapping[str, Any]]
    """By venue type: fields of `Profile`."""
    venues: Mapping[str, Mapping[str, Any]] = {}
    """By venue id: fields of `Profile` that differ from the type's."""
    counter: Counter = Counter()
    """What sensors have in common."""
    sensors: Mapping[str, Mapping[str, Any]] = {}
    """By sensor id: fields of `Counter` that differ."""
    since: date = date(2026, 1, 1)
    """When trends begin to be felt."""
    school_terms: tuple[tuple[date, date], ...] = ()
    """First and last day of each term."""
    week_noise: Factor = 0.07
    """Coefficient of variation of the gamma factor that each venue-week has for itself."""
    day_noise: Factor = 0.1
    """The same of each venue-day."""
    slot_noise: Factor = 0.2
    """The same of each venue-slot, log-normal: courses that end, showers."""
    slot_memory: float = Field(0.75, ge=0, lt=1)
    """Correlation of that factor's logarithm with the slot before."""
    weather_spread: Factor = 0.1
    """Standard deviation of the logarithm of the weather's factor, where it is felt by 1."""
    weather_memory: float = Field(0.6, ge=0, lt=1)
    """Correlation of that logarithm with yesterday's."""
    second_door_share: Share = 0.35
    """Share of a room's people who do not take its first door, where it has others."""

    @classmethod
    def parse(cls, text: str, source: str) -> Self:
        """From YAML. Raises `InvalidInput` with every fault and `source` as the place."""
        try:
            return cls.model_validate(yaml.safe_load(text))
        except yaml.YAMLError as error:
            raise InvalidInput(f"is not YAML: {error}", where=source) from error
        except ValidationError as error:
            raise _invalid(error, source) from error

    @classmethod
    def named(cls, name: str) -> Self:
        """The scenario of that name that comes with the package."""
        file = files("simulator") / "scenarios" / f"{name}.yaml"
        return cls.parse(file.read_text(encoding="utf-8"), f"{name}.yaml")

    def check(self, estate: Estate) -> None:
        """Raises `InvalidInput` with all names that the estate does not know."""
        problems = [
            Problem(f"{place}.{name}", "the estate knows nothing of this name")
            for place, named, known in (
                ("venues", self.venues, estate.venue_by_id),
                ("sensors", self.sensors, estate.sensor_by_id),
            )
            for name in named
            if name not in known
        ]
        problems += [
            Problem(f"venues.{venue.id}.room_shares.{room}", "the venue has no such room")
            for venue in estate.venues
            for room in self.profile(venue).room_shares
            if room not in {r.id for r in estate.rooms_by_venue[venue.id]}
        ]
        if problems:
            raise InvalidInput("this scenario does not fit the estate", problems=problems)

    def profile(self, venue: Venue) -> Profile:
        """The type's profile with the venue's own fields over it. Raises `InvalidInput`."""
        where = f"venues.{venue.id}"
        if venue.type not in self.types:
            raise InvalidInput(
                f"nothing is said of type “{venue.type}”",
                where=where,
                hint=f"types are {', '.join(self.types)}",
            )
        try:
            return Profile.model_validate(
                {**self.types[venue.type], **self.venues.get(venue.id, {})}
            )
        except ValidationError as error:
            raise _invalid(error, where) from error

    def counter_of(self, sensor: Sensor) -> Counter:
        """The default counter with the sensor's own fields over it. Raises `InvalidInput`."""
        own = self.sensors.get(sensor.id, {})
        try:
            return Counter.model_validate({**self.counter.model_dump(), **own})
        except ValidationError as error:
            raise _invalid(error, f"sensors.{sensor.id}") from error


def _invalid(error: ValidationError, where: str) -> InvalidInput:
    problems = [
        Problem(".".join([where, *map(str, fault["loc"])]), fault["msg"].lower())
        for fault in error.errors(include_url=False)
    ]
    return InvalidInput("this scenario cannot be", where=where, problems=problems)
