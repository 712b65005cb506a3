"""An estimate of the people present with its 80 % band."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z_80 = 1.2816
"""Standard deviations on either side of the mean that hold 80 % of a normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """People present at the end of each bin; arrays of one shape, NaN where unknown."""

    present: Floats
    low: Floats
    """Lower end of the 80 % band, never below 0."""
    high: Floats

    @classmethod
    def around(cls, present: Floats, variance: Floats) -> Self:
        """The band of a normal error around an estimate."""
        half = Z_80 * np.sqrt(np.maximum(variance, 0))
        return cls(present=present, low=np.maximum(present - half, 0), high=present + half)

    @classmethod
    def unknown(cls, shape: tuple[int, ...]) -> Self:
        """Nothing known yet; to be written into."""
        return cls(
            present=np.full(shape, np.nan), low=np.full(shape, np.nan), high=np.full(shape, np.nan)
        )

    def of(self, change: Callable[[Floats], Floats]) -> Self:
        """The same with each array changed alike."""
        return type(self)(**{f.name: change(getattr(self, f.name)) for f in fields(self)})

    def put(self, where: object, told: Self) -> None:
        """Write what is told of some places into them, in their order."""
        for field in fields(self):
            mine = getattr(self, field.name)
            mine[where] = getattr(told, field.name).reshape(mine[where].shape)

    @property
    def variance(self) -> Floats:
        """As of `around`: from the upper end, which nothing cuts off."""
        return ((self.high - self.present) / Z_80) ** 2
