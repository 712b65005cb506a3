"""Quarter-hours as points of InfluxDB: tags sensor and kind, one point a slot, at its start."""

import math
from collections.abc import Mapping

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray

from domain.readings import CountKind
from domain.sensor_bins import BIN_US, DTYPES, SensorBins
from store.timeseries.influx_points import GONE, SAID, lines_of, optionals, series_of
from store.timeseries.influx_readings import places

MEASUREMENT = "bins"
BIN_NS = BIN_US * 1_000

_KINDS = list(CountKind)
_OPTIONAL = optionals(
    entered=(math.nan, False),
    entered_known=(0, False),
    left=(math.nan, False),
    left_known=(0, False),
    present=(math.nan, False),
    present_known=(0, False),
    lowest=(math.nan, False),
    highest=(math.nan, False),
    heard=(0, True),
)
PLACE_TYPES = {
    "time": pa.int64(),
    "sensor": pa.string(),
    "kind": pa.string(),
    SAID: pa.int64(),
}
COLUMN_TYPES = {**PLACE_TYPES, **{column.name: column.type for column in _OPTIONAL}}

Places = NDArray[np.int64]
"""(bins, 3) sensor, as index into some names, kind and slot."""


def lines_of_bins(bins: SensorBins) -> list[str]:
    """Line protocol of bins. Raises `ValueError` for names that no tag can hold."""
    return lines_of(
        _series(bins.sensors, places_of(bins)),
        bins.slot * BIN_NS,
        {},
        [(column, getattr(bins, column.name)) for column in _OPTIONAL],
    )


def lines_of_gone(sensors: tuple[str, ...], gone: Places) -> list[str]:
    """Line protocol that takes bins away; `gone` are indices into `sensors`."""
    return [
        f"{name} {SAID}={GONE}i {slot * BIN_NS}"
        for name, slot in zip(_series(sensors, gone), gone[:, 2].tolist(), strict=True)
    ]


def places_of(bins: SensorBins) -> Places:
    """Where there are bins."""
    return np.stack([bins.sensor, bins.kind, bins.slot], axis=1).astype(np.int64)


def places_in(rows: pa.Table, sensors: tuple[str, ...]) -> Places:
    """Where rows of `sensors` have bins that have not been taken away."""
    sensor, kind = places(rows["sensor"], sensors), places(rows["kind"], _KINDS)
    found = np.stack([sensor, kind, rows["time"].to_numpy() // BIN_NS], axis=1)
    there = (sensor >= 0) & (np.asarray(rows[SAID], dtype=np.int64) != GONE)
    return np.asarray(found[there])


def without(there: Places, bins: SensorBins, spans: Mapping[str, tuple[int, int]]) -> Places:
    """Which places in `spans` have no bin in `bins`; sensors are indices into `spans`."""
    index = {name: number for number, name in enumerate(spans)}
    number = np.array([index[name] for name in bins.sensors], dtype=np.int64)
    made = places_of(bins)
    made[:, 0] = number[made[:, 0]]
    edges = np.array([*spans.values()], dtype=np.int64).reshape(-1, 2)[there[:, 0]]
    within = there[(edges[:, 0] <= there[:, 2]) & (there[:, 2] < edges[:, 1])]
    return within[~np.isin(_keys(within), _keys(made))]


def _keys(at: Places) -> NDArray[np.int64]:
    """(bins,) a number for each place: slots of all times that InfluxDB has take 25 bits."""
    return np.asarray((at[:, 0] * len(_KINDS) + at[:, 1] << 25) + at[:, 2])


def bins_of(rows: pa.Table, names: tuple[str, ...]) -> SensorBins:
    """The rows of the sensors `names`, which are in order, as the port wants them."""
    sensor = places(rows["sensor"], names)
    there = (sensor >= 0) & (rows[SAID].to_numpy() != GONE)
    rows, sensor = rows.filter(there), sensor[there]
    has_rows = np.bincount(sensor, minlength=len(names)) > 0
    found = SensorBins(
        sensors=tuple(name for name, has in zip(names, has_rows, strict=True) if has),
        sensor=(np.cumsum(has_rows, dtype=np.int32) - 1)[sensor],
        kind=places(rows["kind"], _KINDS).astype(np.int8),
        slot=rows["time"].to_numpy() // BIN_NS,
        **{c.name: c.read(rows, np.dtype(DTYPES[c.name])) for c in _OPTIONAL},
    )
    return found.take(np.lexsort((found.slot, found.kind, found.sensor)))


def _series(sensors: tuple[str, ...], at: Places) -> list[str]:
    """(bins,) measurement and tags."""
    unique, place = np.unique(at[:, :2], axis=0, return_inverse=True)
    names = [
        series_of(MEASUREMENT, sensor=sensors[sensor], kind=_KINDS[kind].value)
        for sensor, kind in unique.tolist()
    ]
    return [names[number] for number in place.tolist()]
