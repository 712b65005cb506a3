"""What a people counter said, exactly as it said it; everything else is derived."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntFlag, StrEnum
from typing import NamedTuple, Self

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
    STATUS = "status"
    """No counts: a sign of life, with its marks."""


COUNTED = tuple(kind for kind in CountKind if kind is not CountKind.STATUS)
"""Kinds that say how many people."""


class Mark(IntFlag):
    """What is known of a reading beside its numbers."""

    RECEIPT_TIME = 1
    """Its time is that of receipt: the device gave none, or one that cannot be."""
    CLOCK_WRONG = 2
    """The device gave a time that cannot be."""
    BOOTED = 4
    """The device has started since it last spoke; its totals may have begun at zero."""
    RESET = 8
    """The totals were set to zero on command since the device last spoke."""
    HISTORY = 16
    """Kept by the device and sent later on purpose."""
    LOW_BATTERY = 32
    FAULT = 64
    """The device says that it is blocked, blinded, tampered with or broken."""


SEQ_SPAN = 1_000_000
"""Sequence numbers count from 0 to one less than this: they tell apart what one sensor says of one
microsecond, and no more."""


class CountReading(NamedTuple):
    """One reading of one sensor.

    Two readings with equal (sensor, kind, time_us, seq) are the same reading; where their numbers
    differ, the one stored last stands.
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
    """Tells readings of one instant apart, below `SEQ_SPAN`; 0 where there is no need."""
    received_us: int = 0
    """Instant of receipt, microseconds since 1970 UTC; not part of the identity."""
    marks: int = 0
    """Of `Mark`."""
    uptime_s: int | None = None
    """Seconds since the device started, where it says so."""
    delivery: int = 0
    """Tells apart messages that gave no time, should the broker repeat one; else 0."""


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


_KIND_NUMBER = {kind: number for number, kind in enumerate(CountKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTable:
    """Readings as columns. What a store returns is in order of (sensor, time_us, seq, kind).

    All arrays are (readings,). Counts are float64, which holds whole numbers exactly up to 2⁵³; NaN
    where the sensor did not say.
    """

    sensors: tuple[str, ...]
    """Names, each once."""
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
    received_us: NDArray[np.int64]
    marks: NDArray[np.int16]
    uptime_s: NDArray[np.float64]
    delivery: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.time_us)

    @classmethod
    def of_readings(cls, readings: Sequence[CountReading]) -> Self:
        """The readings in the order given; names in order of first appearance.

        Raises `ValueError` or `OverflowError` for numbers that no column holds.
        """
        columns = list(zip(*readings, strict=True)) or [()] * len(CountReading._fields)
        said = dict(zip(CountReading._fields, columns, strict=True))
        sensors = tuple(dict.fromkeys(said["sensor"]))
        index = {name: number for number, name in enumerate(sensors)}
        return cls(
            sensors=sensors,
            sensor=np.array([index[name] for name in said["sensor"]], dtype=np.int32),
            kind=np.array([_KIND_NUMBER[kind] for kind in said["kind"]], dtype=np.int8),
            time_us=np.array(said["time_us"], dtype=np.int64),
            entered=_counts(said["entered"]),
            left=_counts(said["left"]),
            present=_counts(said["present"]),
            period_s=np.array(said["period_s"], dtype=np.int64),
            seq=np.array(said["seq"], dtype=np.int64),
            received_us=np.array(said["received_us"], dtype=np.int64),
            marks=np.array(said["marks"], dtype=np.int16),
            uptime_s=np.array(said["uptime_s"], dtype=np.float64),
            delivery=np.array(said["delivery"], dtype=np.int64),
        )

    @classmethod
    def joined(cls, tables: Sequence["ReadingTable"]) -> Self:
        """All rows, table after table."""
        sensors = tuple(dict.fromkeys(name for table in tables for name in table.sensors))
        index = {name: number for number, name in enumerate(sensors)}
        renamed = [
            np.array([index[n] for n in t.sensors], dtype=np.int32)[t.sensor] for t in tables
        ]
        empty = cls.of_readings([])
        columns = {
            name: np.concatenate([getattr(t, name) for t in (*tables, empty)])
            for name in COLUMNS[1:]
        }
        return cls(sensors=sensors, sensor=np.concatenate([*renamed, empty.sensor]), **columns)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Some of the rows; all of the names."""
        return type(self)(
            sensors=self.sensors, **{name: getattr(self, name)[rows] for name in COLUMNS}
        )

    def of(self, sensor: str) -> "ReadingTable":
        """The rows of one sensor, of a table in order of sensors; none where it has none."""
        index = self.sensors.index(sensor) if sensor in self.sensors else -1
        rows = slice(*np.searchsorted(self.sensor, [index, index + 1])) if index >= 0 else slice(0)
        columns = {name: getattr(self, name)[rows] for name in COLUMNS[1:]}
        return ReadingTable(
            sensors=(sensor,), sensor=np.zeros(len(columns["kind"]), dtype=np.int32), **columns
        )


def _counts(said: Sequence[int | None]) -> NDArray[np.float64]:
    counts = np.array(said, dtype=np.float64)
    if np.abs(counts, out=np.zeros_like(counts), where=~np.isnan(counts)).max(initial=0) > 2**53:
        raise OverflowError("a count beyond 2⁵³ cannot be kept exactly")
    return counts


COLUMNS = tuple(f.name for f in fields(ReadingTable) if f.name != "sensors")
"""The arrays of a `ReadingTable`, `sensor` first."""

Readings = ReadingTable | Sequence[CountReading]


def as_table(readings: Readings) -> ReadingTable:
    """Readings, however given, as columns."""
    return readings if isinstance(readings, ReadingTable) else ReadingTable.of_readings(readings)
