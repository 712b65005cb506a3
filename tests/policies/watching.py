"""Sensors watched for two weeks, for the tests of their health."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from domain.calendars import epoch_us
from domain.estate import Sensor
from domain.readings import CountKind, CountReading, ReadingTable
from domain.sensor_bins import BIN_US
from policies.findings import SensorHealth, State
from policies.health import health
from policies.watched import Place, Watched
from tests.contract.quarters import Quarter, as_bins

NOW = datetime(2026, 3, 16, 18, tzinfo=UTC)
"""A Monday, when the doors close."""
DAYS = 14
SLOTS = 96 * DAYS
FIRST = epoch_us(NOW) // BIN_US - SLOTS
OPEN_SLOTS = range(8 * 4, 18 * 4)
"""Quarter-hours of a UTC day in which the place is open: from 8 to 18."""


def us(**before: float) -> int:
    """Microseconds since 1970 of an instant so long before `NOW`."""
    return epoch_us(NOW - timedelta(**before))


def counter(name: str = "door", **fields: Any) -> Sensor:
    return Sensor(**({"id": name, "room": "hall", "interval_s": 900} | fields))


def is_open(slot: int) -> bool:
    return slot % 96 in OPEN_SLOTS


Counts = Callable[[int], tuple[float, float] | None]
"""From the quarter-hours since 1970 to people in and out; None where nothing is known."""


def busy(slot: int) -> tuple[float, float]:
    """Six people in and six out each open quarter-hour; nobody at night."""
    return (6, 6) if is_open(slot) else (0, 0)


def counted(sensor: Sensor, counts: Counts) -> Iterable[Quarter]:
    for slot in range(FIRST, FIRST + SLOTS):
        said = counts(slot)
        if said:
            yield Quarter(sensor.id, sensor.kind, slot, said[0], 1, said[1], 1)


def watched(
    quarters: Iterable[Quarter], sensors: Sequence[Sensor], capacity: int | None = None
) -> Watched:
    places = [Place(sensor=s, capacity=capacity, day_starts_slot=16) for s in sensors]
    hours = np.array([is_open(slot) for slot in range(FIRST, FIRST + SLOTS)], dtype=np.float64)
    return Watched.of(as_bins(quarters), places, FIRST, np.tile(hours, (len(sensors), 1)))


def reports(sensor: Sensor, count: int = 20, *, lag_s: int = 0, **said: Any) -> list[CountReading]:
    """Its latest readings, the last of them received now."""
    steps = (sensor.interval_s * n for n in reversed(range(count)))
    return [
        CountReading(
            sensor.id,
            sensor.kind,
            us(seconds=step + lag_s),
            **({"received_us": us(seconds=step)} | said),
        )
        for step in steps
    ]


def of_one(
    sensor: Sensor,
    said: Sequence[CountReading] | None = None,
    counts: Counts = busy,
    quarters: Iterable[Quarter] | None = None,
    capacity: int | None = None,
) -> SensorHealth:
    """The health of a sensor that is alone."""
    bins = counted(sensor, counts) if quarters is None else quarters
    last = ReadingTable.of_readings(reports(sensor) if said is None else said)
    return health(watched(bins, [sensor], capacity), last, us())[0]


def states(found: SensorHealth) -> list[State]:
    return [f.state for f in found.findings]


ANY_CHANGE = counter(kind=CountKind.CHANGE)
