"""Reading tables and real data for the tests of the policies."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np

from domain.readings import CountKind, CountReading, ReadingTable

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday."""


def at(minutes: float) -> int:
    """Microseconds since 1970 of the instant `minutes` after `T0`."""
    return round((T0 + timedelta(minutes=minutes)).timestamp() * 1e6)


def table_of(readings: Iterable[CountReading]) -> ReadingTable:
    """The table that a store would return for these readings."""
    rows = sorted(readings, key=lambda r: (r.sensor, r.time_us, r.seq))
    sensors = tuple(sorted({r.sensor for r in rows}))
    kinds = list(CountKind)

    def numbers(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        said = [getattr(r, name) for r in rows]
        return np.array([np.nan if n is None else n for n in said], dtype=np.float64)

    return ReadingTable(
        sensors=sensors,
        sensor=np.array([sensors.index(r.sensor) for r in rows], dtype=np.int32),
        kind=np.array([kinds.index(r.kind) for r in rows], dtype=np.int8),
        time_us=np.array([r.time_us for r in rows], dtype=np.int64),
        entered=numbers("entered"),
        left=numbers("left"),
        present=numbers("present"),
        period_s=np.array([r.period_s for r in rows], dtype=np.int64),
        seq=np.array([r.seq for r in rows], dtype=np.int64),
    )
