"""For each sensor one stretch of time: what it spoke of, or what its bins lag behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.sensor_bins import Stale

Instants = NDArray[np.int64]
NEVER_FIRST = np.iinfo(np.int64).max
NEVER_LAST = np.iinfo(np.int64).min


def _nothing() -> Instants:
    return np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Spans:
    """From the first to the last instant, both included, of sensors numbered from 0.

    A value: every change makes a new one, so that readers in other threads keep what they hold.
    """

    first_us: Instants = field(default_factory=_nothing)
    """(sensors,) `NEVER_FIRST` where there is none."""
    last_us: Instants = field(default_factory=_nothing)
    """(sensors,) `NEVER_LAST` where there is none."""

    def __len__(self) -> int:
        return len(self.first_us)

    def __bool__(self) -> bool:
        return bool((self.first_us <= self.last_us).any())

    def grown(self, sensors: int) -> Self:
        """With room for so many sensors, or for those that there are."""
        more = sensors - len(self)
        if more <= 0:
            return self
        return type(self)(
            np.append(self.first_us, np.full(more, NEVER_FIRST)),
            np.append(self.last_us, np.full(more, NEVER_LAST)),
        )

    def with_instants(self, sensor: NDArray[np.int32], time_us: Instants) -> Self:
        """Reaching to `time_us` of the sensors numbered `sensor`; both (instants,)."""
        grown = self.grown(int(sensor.max(initial=-1)) + 1)
        first_us, last_us = grown.first_us.copy(), grown.last_us.copy()
        np.minimum.at(first_us, sensor, time_us)
        np.maximum.at(last_us, sensor, time_us)
        return type(self)(first_us, last_us)

    def joined(self, other: "Spans") -> Self:
        """Reaching as far as the two together."""
        longest = max(len(self), len(other))
        one, two = self.grown(longest), other.grown(longest)
        return type(self)(
            np.minimum(one.first_us, two.first_us), np.maximum(one.last_us, two.last_us)
        )

    def since(self, start_us: int) -> Self:
        """What of them lies at or after `start_us`."""
        stays = self.last_us >= start_us
        return type(self)(
            np.where(stays, np.maximum(self.first_us, start_us), NEVER_FIRST),
            np.where(stays, self.last_us, NEVER_LAST),
        )

    def only(self, sensors: NDArray[np.int32]) -> Self:
        """Those of the sensors numbered so, in the place of all."""
        nobody = type(self)().grown(len(self))
        nobody.first_us[sensors], nobody.last_us[sensors] = (
            self.first_us[sensors],
            self.last_us[sensors],
        )
        return nobody

    def as_stale(self, ids: Mapping[str, int], token: int) -> Stale:
        """By name; `ids` are in order of number."""
        names = [*ids]
        told = np.flatnonzero(self.first_us <= self.last_us)
        return Stale(
            sensors=tuple(names[number] for number in told),
            first_us=self.first_us[told].tolist(),
            last_us=self.last_us[told].tolist(),
            token=token,
        )
