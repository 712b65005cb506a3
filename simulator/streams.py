"""The world's random numbers: one stream for each purpose and day, shared with nothing else.

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


@dataclass(frozen=True, slots=True)
class Streams:
    """Generators by purpose and date."""

    seed: int

    def of(self, purpose: Purpose, day: date) -> np.random.Generator:
        """A fresh generator; asked again, it starts anew."""
        key = (int(purpose), day.toordinal())
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=key))
