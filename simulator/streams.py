"""The world's random numbers: one stream for each purpose and day, or sensor, and no other.

What a stream gives does not depend on what was drawn from another, nor on the hours that a policy
chose. Two policies judged with one seed therefore meet the same people (common random numbers).
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream is for. The numbers are part of every seeded result: only add new ones."""

    WEATHER = 0
    DAY_NOISE = 1
    ARRIVALS = 2
    PEOPLE = 3
    DOORS = 4
    GHOSTS = 5
    OUTAGES = 6
    COUNTER_FAULTS = 7
    CLOCK_FAULTS = 8
    LOSSES = 9
    DELAYS = 10
    REPETITIONS = 11
    DRIFT = 12
    MANAGERS = 13
    CITY = 14
    SLOT_NOISE = 15
    WEEK_NOISE = 16


@dataclass(frozen=True, slots=True)
class Streams:
    """Generators by purpose, and date or sensor."""

    seed: int
    part: int = 0
    """Which part of a city it is for: parts differ in all but what belongs to the whole city."""

    def of(self, purpose: Purpose, day: date) -> np.random.Generator:
        """A fresh generator; asked again, it starts anew."""
        key = (int(purpose), day.toordinal(), *([self.part] if self.part else []))
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))

    def of_city(self, purpose: Purpose, day: date) -> np.random.Generator:
        """The same for all parts of the city."""
        return Streams(self.seed).of(purpose, day)

    def of_sensor(self, purpose: Purpose, sensor: str) -> np.random.Generator:
        """The same for all days of one sensor."""
        key = (int(purpose), *sensor.encode())
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))
