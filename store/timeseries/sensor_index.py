"""What a store remembers of its sensors: their numbers in the file, and when they spoke."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.int64]
NEVER_FIRST = np.iinfo(np.int64).max
NEVER_LAST = np.iinfo(np.int64).min


def _nothing() -> Instants:
    return np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class SensorIndex:
    """Numbers 0, 1, 2… of sensors and the span of their readings.

    A value: every change makes a new one, so that readers in other threads keep what they hold.
    """

    ids: Mapping[str, int] = field(default_factory=dict)
    """Number by name, in order of number."""
    first_us: Instants = field(default_factory=_nothing)
    """(sensors,) time of the earliest reading, `NEVER_FIRST` where there is none."""
    last_us: Instants = field(default_factory=_nothing)
    """(sensors,) time of the latest reading, `NEVER_LAST` where there is none."""

    def with_names(self, names: Iterable[str]) -> Self:
        """With a number for each of `names`."""
        new = sorted({name for name in names if name not in self.ids})
        if not new:
            return self
        return type(self)(
            ids={**self.ids, **{name: len(self.ids) + n for n, name in enumerate(new)}},
            first_us=np.append(self.first_us, np.full(len(new), NEVER_FIRST)),
            last_us=np.append(self.last_us, np.full(len(new), NEVER_LAST)),
        )

    def with_readings(self, sensor: NDArray[np.int32], time_us: Instants) -> Self:
        """With readings of the sensors numbered `sensor` at `time_us`; both (readings,)."""
        first_us, last_us = self.first_us.copy(), self.last_us.copy()
        np.minimum.at(first_us, sensor, time_us)
        np.maximum.at(last_us, sensor, time_us)
        return type(self)(ids=self.ids, first_us=first_us, last_us=last_us)

    def last_seen(self) -> dict[str, int]:
        """Time of the latest reading of every sensor that has one."""
        return {
            name: last
            for name, last in zip(self.ids, self.last_us.tolist(), strict=True)
            if last != NEVER_LAST
        }
