"""What a people counter said, exactly as it said it; everything else is derived."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class CountKind(StrEnum):
    """What a sensor's numbers mean."""

    TOTAL = "total"
    """Crossings since the counter started; rises until a reset or rollover."""
    PERIOD = "period"
    """Crossings in the `period_s` seconds that end at the reading's time."""
    CHANGE = "change"
    """Crossings since the previous change message; each message counts once."""
    PRESENT = "present"
    """People present now."""


class CountReading(NamedTuple):
    """One reading of one sensor.

    Two readings with equal (sensor, kind, time_us, seq) are the same reading; where their numbers
    differ, the one stored last stands. A named tuple, because a million of them pass a second.
    """

    sensor: str
    kind: CountKind
    time_us: int
    """Instant the reading speaks of, microseconds since 1970 UTC. A period ends here."""
    entered: int | None = None
    """Crossings inwards as mounted, before the sensor's sign; None where it does not say."""
    left: int | None = None
    """Crossings outwards as mounted."""
    present: int | None = None
    """People present; may be negative, as sensors say such things."""
    period_s: int = 0
    seq: int = 0
    """Sequence number that tells changes of one instant apart; 0 where there is none."""
    received_us: int = 0
    """Instant of receipt, microseconds since 1970 UTC; not part of the identity."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A message that could not be read: kept whole, with the reason and what would mend it."""

    topic: str
    payload: bytes
    reason: str
    """A cause that groups alike messages, e.g. "not JSON"."""
    detail: str
    hint: str
    received_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTable:
    """Stored readings of some sensors as columns, in order of (sensor, time_us, seq).

    All arrays are (readings,). Counts are float64, NaN where the sensor did not say.
    """

    sensors: tuple[str, ...]
    sensor: NDArray[np.int32]
    """Index into `sensors`."""
    kind: NDArray[np.int8]
    """Index into `list(CountKind)`."""
    time_us: NDArray[np.int64]
    entered: NDArray[np.float64]
    left: NDArray[np.float64]
    present: NDArray[np.float64]
    period_s: NDArray[np.int64]
    seq: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time_us)

    def of(self, sensor: str) -> "ReadingTable":
        """The rows of one sensor; none where it has none."""
        index = self.sensors.index(sensor) if sensor in self.sensors else -1
        rows = slice(*np.searchsorted(self.sensor, [index, index + 1])) if index >= 0 else slice(0)
        return ReadingTable(
            sensors=(sensor,),
            sensor=np.zeros(len(self.time_us[rows]), dtype=np.int32),
            kind=self.kind[rows],
            time_us=self.time_us[rows],
            entered=self.entered[rows],
            left=self.left[rows],
            present=self.present[rows],
            period_s=self.period_s[rows],
            seq=self.seq[rows],
        )
