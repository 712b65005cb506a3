"""What a store remembers of its sensors: their numbers in the file, and when they spoke."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from store.timeseries.spans import NEVER_LAST, Instants, Spans


@dataclass(frozen=True, slots=True)
class SensorIndex:
    """Numbers 0, 1, 2… of sensors and the spans of their readings; a value, as `Spans` are."""

    ids: Mapping[str, int] = field(default_factory=dict)
    """Number by name, in order of number."""
    said: Spans = field(default_factory=Spans)
    """From the earliest to the latest reading of each."""

    def with_names(self, names: Iterable[str]) -> Self:
        """With a number for each of `names`."""
        new = sorted({name for name in names if name not in self.ids})
        if not new:
            return self
        ids = {**self.ids, **{name: len(self.ids) + n for n, name in enumerate(new)}}
        return replace(self, ids=ids, said=self.said.grown(len(ids)))

    def with_readings(self, sensor: NDArray[np.int32], time_us: Instants) -> Self:
        """With readings of the sensors numbered `sensor` at `time_us`; both (readings,)."""
        return replace(self, said=self.said.with_instants(sensor, time_us))

    def numbers(self, names: Iterable[str]) -> NDArray[np.int32]:
        """Numbers of those of `names` that have one."""
        return np.array([self.ids[n] for n in names if n in self.ids], dtype=np.int32)

    def first_seen(self) -> dict[str, int]:
        """Time of the earliest reading of every sensor that has one."""
        return self._those_that_spoke(self.said.first_us)

    def last_seen(self) -> dict[str, int]:
        """Time of the latest reading of every sensor that has one."""
        return self._those_that_spoke(self.said.last_us)

    def _those_that_spoke(self, instants: Instants) -> dict[str, int]:
        spoke = (self.said.last_us != NEVER_LAST).tolist()
        named = zip(self.ids, instants.tolist(), spoke, strict=True)
        return {name: instant for name, instant, has_spoken in named if has_spoken}
