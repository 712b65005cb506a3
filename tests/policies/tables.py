"""Reading tables and real data for the tests of the policies."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.readings import CountReading, ReadingTable

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday."""


def at(minutes: float) -> int:
    """Microseconds since 1970 of the instant `minutes` after `T0`."""
    return round((T0 + timedelta(minutes=minutes)).timestamp() * 1e6)


def table_of(readings: Iterable[CountReading]) -> ReadingTable:
    """The table that a store would return for these readings."""
    rows = sorted(readings, key=lambda r: (r.sensor, r.time_us, r.seq))
    return ReadingTable.of_readings(rows)
