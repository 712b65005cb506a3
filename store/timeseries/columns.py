"""Readings as Arrow columns on the way in, and as a `ReadingTable` on the way out."""

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray

from domain.readings import COLUMNS, ReadingTable

SCHEMA = pa.schema(
    {
        "sensor": pa.int32(),
        "kind": pa.int8(),
        "time_us": pa.int64(),
        "entered": pa.int64(),
        "left": pa.int64(),
        "present": pa.int64(),
        "period_s": pa.int32(),
        "seq": pa.int32(),
        "delay_us": pa.int64(),
        "marks": pa.int16(),
        "uptime_s": pa.int64(),
        "delivery": pa.int64(),
        "batch": pa.int64(),
    }
)
"""The stored columns: those of `ReadingTable`, with numbers for sensors, and for `received_us` its
delay after `time_us`, which packs into half the bytes; and the commit that brought them."""

_NULLABLE = ("entered", "left", "present", "uptime_s")


def to_columns(table: ReadingTable, sensor: NDArray[np.int32], batch: int) -> pa.Table:
    """The readings as stored columns; `sensor` has the stored number of each reading's sensor."""

    def column(name: str) -> pa.Array:
        if name == "sensor":
            values: NDArray[Any] = sensor
        elif name == "delay_us":
            values = table.received_us - table.time_us
        elif name == "batch":
            values = np.full(len(table), batch)
        else:
            values = getattr(table, name)
        if name not in _NULLABLE:
            return pa.array(values, SCHEMA.field(name).type)
        unsaid = np.isnan(values)
        return pa.array(np.where(unsaid, 0, values).astype(np.int64), mask=unsaid)

    return pa.table([column(name) for name in SCHEMA.names], schema=SCHEMA)


def to_table(sensors: tuple[str, ...], rows: pa.Table) -> ReadingTable:
    """Stored columns, counts as doubles and sensors as indices into `sensors`, as arrays."""
    model = ReadingTable.of_readings([])
    return ReadingTable(
        sensors=sensors,
        **{
            name: np.asarray(rows[name].to_numpy(), dtype=getattr(model, name).dtype)
            for name in COLUMNS
        },
    )
