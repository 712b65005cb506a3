"""Quarter-hours of single sensors, by kind: kept so that nobody reads all readings again."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

BIN_S = 900
"""Seconds of a bin."""
BIN_US = BIN_S * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorBins:
    """What sensors said in quarter-hours; arrays (rows,), in order of (sensor, kind, slot).

    One row is one sensor's readings of one kind in one quarter-hour. There is no row where nothing
    is known. What is said is as mounted, before the sensor's sign.
    """

    sensors: tuple[str, ...]
    """Names, each once."""
    sensor: NDArray[np.int32]
    """Index into `sensors`."""
    kind: NDArray[np.int8]
    """Index into `list(CountKind)`."""
    slot: NDArray[np.int64]
    """Quarter-hours from 1970 UTC to the bin's start."""
    entered: NDArray[np.float32]
    """Crossings in the known part of the bin; NaN where none of it is known."""
    entered_known: NDArray[np.float32]
    """Share of the bin, 0 to 1, for which `entered` is known."""
    left: NDArray[np.float32]
    left_known: NDArray[np.float32]
    present: NDArray[np.float32]
    """Mean people present over the known part of the bin; NaN where none of it is known."""
    present_known: NDArray[np.float32]
    lowest: NDArray[np.float32]
    """Least and most that `present` was in the bin; NaN where none of it is known."""
    highest: NDArray[np.float32]
    heard: NDArray[np.int32]
    """Readings in the bin."""

    def __len__(self) -> int:
        return len(self.slot)

    @classmethod
    def empty(cls) -> Self:
        """No rows."""
        return cls(sensors=(), **{name: np.array([], dtype) for name, dtype in DTYPES.items()})

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Some of the rows; all of the names."""
        return type(self)(
            sensors=self.sensors, **{name: getattr(self, name)[rows] for name in DTYPES}
        )


DTYPES: dict[str, type[np.generic]] = {
    "sensor": np.int32,
    "kind": np.int8,
    "slot": np.int64,
    "entered": np.float32,
    "entered_known": np.float32,
    "left": np.float32,
    "left_known": np.float32,
    "present": np.float32,
    "present_known": np.float32,
    "lowest": np.float32,
    "highest": np.float32,
    "heard": np.int32,
}
"""The arrays of a `SensorBins` and what they hold."""

assert list(DTYPES) == [f.name for f in fields(SensorBins)][1:]  # noqa: S101 - a slip while editing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Stretches of time whose bins are older than their readings, one a sensor at most."""

    sensors: tuple[str, ...]
    first_us: Sequence[int]
    """(sensors,) earliest instant that has changed, microseconds since 1970 UTC."""
    last_us: Sequence[int]
    """(sensors,) latest instant that has changed."""
    token: int
    """What the store knows this state of affairs by."""
