"""Counts and exposures as evidence of rates, and how evidence adds up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a rate: a gamma likelihood, as a count over an exposure; equal shapes.

    Evidence adds by adding both. As a posterior it is gamma-distributed with shape `count` and rate
    `exposure`.
    """

    count: Floats
    exposure: Floats

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.count + other.count, self.exposure + other.exposure)

    def times(self, factor: Floats | float) -> "Evidence":
        """The same rate with more or less weight."""
        return Evidence(self.count * factor, self.exposure * factor)

    @property
    def rate(self) -> Floats:
        """Count by exposure; NaN where there is no exposure."""
        return _divided(self.count, self.exposure)

    def of_another(self, cv2: Floats | float, floor: Floats | float) -> "Evidence":
        """What it says of a rate that differs from its own by chance.

        The variance of the difference, cv² rate² + floor², adds to that of counting, rate by
        exposure; the weight shrinks accordingly (a power prior).

        Args:
            cv2: squared coefficient of variation between the rates.
            floor: what rates may differ by even where this one is next to nothing.
        """
        rate = _divided(self.count + 0.5, self.exposure)
        difference = self.exposure * (cv2 * rate + floor**2 / rate)
        return self.times(np.where(self.exposure > 0, 1 / (1 + difference), 0))

    def quantile(self, q: float) -> Floats:
        """Quantile of the rate; NaN where there is no exposure."""
        return _divided(np.asarray(gammaincinv(self.count, q), np.float64), self.exposure)


def nothing(shape: tuple[int, ...]) -> Evidence:
    """No evidence at all."""
    return Evidence(np.zeros(shape), np.zeros(shape))


def variation(count: Floats, expected: Floats, dispersion: Floats | float = 1.0) -> float:
    """Squared coefficient of variation of true rates about the expected ones, by moments.

    E(n − μ)² = φ μ + cv² μ², summed over all that has an expectation; 0 where none has.

    Args:
        count: n, any shape.
        expected: μ, 0 where there is nothing to compare with.
        dispersion: φ, variance by mean of a count at a given rate; broadcast.
    """
    there = expected > 0
    noise = np.sum(np.where(there, (count - expected) ** 2 - dispersion * expected, 0))
    return max(0.0, float(noise / max(np.sum(expected**2, where=there), 1e-9)))


def _divided(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.divide(a, b, out=np.full(b.shape, np.nan), where=b > 0))
