"""A staggered roll-out: linked groups get their new hours in waves, in an order drawn by lot."""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidInput

Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Which group starts when, and the lots that made it so."""

    groups: tuple[str, ...]
    """Linked groups of venues; a venue without a group is one of its own."""
    blocks: tuple[str, ...]
    """(groups,) what is alike by type and size: lots are drawn among these."""
    waves: tuple[date, ...]
    """Mondays on which a wave starts, in order."""
    wave: tuple[int, ...]
    """(groups,) the wave of each."""
    seed: int | None
    """Of the lots; None: the order was made otherwise, and no uplift can be claimed."""

    @property
    def is_by_lot(self) -> bool:
        """Whether the seed draws just this order."""
        return self.seed is not None and self == drawn_rollout(
            self.groups, self.blocks, self.waves, self.seed
        )

    @property
    def weeks(self) -> Ints:
        """(groups,) week in which each starts; 0 is that of the first wave."""
        return self.weeks_of_waves[list(self.wave)]

    @property
    def weeks_of_waves(self) -> Ints:
        """(waves,) week in which each starts."""
        return np.array([(w - self.waves[0]).days // 7 for w in self.waves], np.intp)

    @property
    def propensity(self) -> Mapping[str, Mapping[date, Fraction]]:
        """The exact probability by which each group got each wave."""
        size = Counter(self.blocks)
        places = Counter(zip(self.blocks, self.wave, strict=True))
        return {
            group: {
                self.waves[wave]: Fraction(count, size[block])
                for (of_block, wave), count in sorted(places.items())
                if of_block == block
            }
            for group, block in zip(self.groups, self.blocks, strict=True)
        }

    @property
    def arrangements(self) -> int:
        """In how many ways the lots could have fallen, all equally likely."""
        ways = 1
        for block, size in Counter(self.blocks).items():
            places = Counter(w for b, w in zip(self.blocks, self.wave, strict=True) if b == block)
            ways *= math.factorial(size) // math.prod(map(math.factorial, places.values()))
        return ways

    def redrawn(self, number: int, rng: np.random.Generator) -> Ints:
        """Starts as the lots could have fallen as well, weeks; (number, groups)."""
        blocks, weeks = np.array(self.blocks), self.weeks
        drawn = np.empty((number, len(weeks)), np.intp)
        for block in set(self.blocks):
            of_block = np.flatnonzero(blocks == block)
            drawn[:, of_block] = rng.permuted(np.tile(weeks[of_block], (number, 1)), axis=1)
        return drawn


def drawn_rollout(
    groups: Sequence[str], blocks: Sequence[str], waves: Sequence[date], seed: int
) -> Rollout:
    """A roll-out in random order: in each block every order is equally likely.

    Waves are alike in size, and each block is spread over all of them. The lots are SHA-256 of
    seed and name, so that anyone can check them, whatever the version of anything.

    Args:
        groups: linked groups, in any order.
        blocks: (groups,) what is alike by type and size. Blocks as large as there are waves leave
            most to chance; a block of one leaves nothing.
        waves: Mondays, in order. Six weeks or more before the first, and some between them.
        seed: drawn once, at random, and noted before anyone knows what it brings.

    Raises:
        InvalidInput: a group is named twice, or waves are not Mondays in order.
    """
    if len(set(groups)) != len(groups) or len(groups) != len(blocks):
        raise InvalidInput("a roll-out needs every group once, each with its block")
    if not waves or any(w.weekday() for w in waves) or sorted(set(waves)) != list(waves):
        raise InvalidInput(
            "the waves of a roll-out are Mondays in order", hint="start each wave on a Monday"
        )

    def lot(place: int) -> tuple[str, str]:
        text = f"{seed}:{groups[place]}"
        return blocks[place], hashlib.sha256(text.encode()).hexdigest()

    wave = [0] * len(groups)
    for position, place in enumerate(sorted(range(len(groups)), key=lot)):
        wave[place] = position % len(waves)
    return Rollout(
        groups=tuple(groups),
        blocks=tuple(blocks),
        waves=tuple(waves),
        wave=tuple(wave),
        seed=seed,
    )
