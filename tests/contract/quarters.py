"""Bins as plain rows, to be written and compared."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from domain.ports import TimeSeriesStore
from domain.readings import CountKind
from domain.sensor_bins import BIN_US, DTYPES, SensorBins

UNKNOWN = float("nan")
KINDS = list(CountKind)


class Quarter(NamedTuple):
    """One row of a `SensorBins`."""

    sensor: str
    kind: CountKind
    slot: int
    entered: float = UNKNOWN
    entered_known: float = 0
    left: float = UNKNOWN
    left_known: float = 0
    present: float = UNKNOWN
    present_known: float = 0
    lowest: float = UNKNOWN
    highest: float = UNKNOWN
    heard: int = 1


def flow(sensor: str, slot: int, entered: float, **more: Any) -> Quarter:
    """What a counter of totals said in a quarter-hour."""
    return Quarter(sensor, CountKind.TOTAL, slot, entered, entered_known=1, **more)


def as_bins(quarters: Iterable[Quarter]) -> SensorBins:
    rows = sorted(quarters, key=lambda q: (q.sensor, KINDS.index(q.kind), q.slot))
    sensors = tuple(sorted({q.sensor for q in rows}))
    columns = [(sensors.index(q.sensor), KINDS.index(q.kind), *q[2:]) for q in rows]
    said = zip(*columns, strict=True) if columns else [[]] * len(DTYPES)
    return SensorBins(
        sensors=sensors,
        **{name: np.array(c, DTYPES[name]) for name, c in zip(DTYPES, said, strict=True)},
    )


def quarters_of(bins: SensorBins) -> list[Quarter]:
    for name, dtype in DTYPES.items():
        assert getattr(bins, name).dtype == dtype, name
    return [
        Quarter(bins.sensors[sensor], KINDS[kind], *rest)
        for sensor, kind, *rest in zip(*(getattr(bins, n).tolist() for n in DTYPES), strict=True)
    ]


def assert_quarters(found: SensorBins, wanted: Iterable[Quarter]) -> None:
    expected = as_bins(wanted)
    assert found.sensors == expected.sensors
    np.testing.assert_equal(quarters_of(found), quarters_of(expected))  # NaN equals NaN


def stale_of(store: TimeSeriesStore) -> dict[str, tuple[int, int]]:
    """By sensor, the first and last quarter-hour of what the store calls stale."""
    stale = store.stale()
    spans = zip(stale.first_us, stale.last_us, strict=True)
    slots = [(first_us // BIN_US, last_us // BIN_US) for first_us, last_us in spans]
    return dict(zip(stale.sensors, slots, strict=True))
