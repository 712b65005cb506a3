"""Readings as points of InfluxDB.

Sensor and kind are tags. The time of a point is in nanoseconds, those of the reading's microsecond
and within it the last three digits of `seq`; what of `seq` lies beyond is the tag `lane`. So equal
points are equal readings, and few sensors ever have a second lane.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray

from domain.readings import COLUMNS, CountKind, ReadingTable
from store.timeseries.influx_points import SAID, lines_of, optionals, series_of
from store.timeseries.influx_query import EARLIEST_NS, LATEST_NS

MEASUREMENT = "readings"
LANE = 1000
"""Sequence numbers to a lane: as many as nanoseconds to a microsecond."""

_KINDS = list(CountKind)
_OPTIONAL = optionals(
    entered=(math.nan, True),
    left=(math.nan, True),
    present=(math.nan, True),
    uptime_s=(math.nan, True),
    period_s=(0, True),
    marks=(0, True),
    delivery=(0, True),
)
FIELDS = {
    "received_us": pa.int64(),
    SAID: pa.int64(),
    **{column.name: column.type for column in _OPTIONAL},
}
COLUMN_TYPES = {
    "time": pa.int64(),
    "sensor": pa.string(),
    "kind": pa.string(),
    "lane": pa.string(),
    **FIELDS,
}


def lines_of_readings(table: ReadingTable) -> list[str]:
    """Line protocol of readings.

    Raises `ValueError` for names that no tag can hold and `OverflowError` for times before 1677 or
    after 2262.
    """
    if len(table) and not (
        EARLIEST_NS // LANE < table.time_us.min() <= table.time_us.max() < LATEST_NS // LANE
    ):
        raise OverflowError("InfluxDB keeps times of the years 1678 to 2262 only")
    lane, rest = np.divmod(table.seq, LANE)
    series, place = np.unique(
        np.stack([table.sensor, table.kind, lane], axis=1), axis=0, return_inverse=True
    )
    names = np.array(
        [
            series_of(
                MEASUREMENT,
                sensor=table.sensors[sensor],
                kind=_KINDS[kind].value,
                **({"lane": str(number)} if number else {}),
            )
            for sensor, kind, number in series.tolist()
        ],
        dtype=object,
    )
    return lines_of(
        names[place].tolist(),
        table.time_us * LANE + rest,
        {"received_us": table.received_us},
        [(column, getattr(table, column.name)) for column in _OPTIONAL],
    )


def table_of(rows: pa.Table, sensors: tuple[str, ...]) -> ReadingTable:
    """The rows of `sensors`, which are in order, as the port wants them."""
    sensor, kind = places(rows["sensor"], sensors), places(rows["kind"], _KINDS)
    rows, sensor, kind = rows.filter(sensor >= 0), sensor[sensor >= 0], kind[sensor >= 0]
    time_us, rest = np.divmod(rows["time"].to_numpy(), LANE)
    lanes = rows["lane"].fill_null("").combine_chunks().dictionary_encode()
    numbers = np.array([int(text or 0) for text in lanes.dictionary.to_pylist()], dtype=np.int64)
    lane = numbers[lanes.indices.to_numpy()]
    model = ReadingTable.of_readings([])
    found = ReadingTable(
        sensors=sensors,
        sensor=sensor,
        kind=kind.astype(np.int8),
        time_us=time_us,
        seq=lane * LANE + rest,
        received_us=rows["received_us"].to_numpy(),
        **{c.name: c.read(rows, getattr(model, c.name).dtype) for c in _OPTIONAL},
    )
    return found.take(np.lexsort((found.kind, found.seq, found.time_us, found.sensor)))


def rows_of_series(found: Iterable[tuple[Mapping[str, str], Mapping[str, Any]]]) -> pa.Table:
    """Rows for `table_of` of tags and values."""
    rows = [{**values, **tags} for tags, values in found]
    return pa.table(
        {name: pa.array([r.get(name) for r in rows], kind) for name, kind in COLUMN_TYPES.items()}
    )


def places(texts: pa.ChunkedArray, names: tuple[str, ...] | list[CountKind]) -> NDArray[np.int32]:
    """(rows,) place of each text in `names`, -1 where it is none of them."""
    found = texts.combine_chunks().dictionary_encode()
    index = {str(name): place for place, name in enumerate(names)}
    by_code = [index.get(text, -1) for text in found.dictionary.to_pylist()]
    place = np.array([*by_code, -1], dtype=np.int32)
    return place[np.asarray(found.indices, dtype=np.intp)]


assert {c.name for c in _OPTIONAL} | {"sensor", "kind", "time_us", "seq", "received_us"} == set(  # noqa: S101 - a slip while editing
    COLUMNS
)
