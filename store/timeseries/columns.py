"""Readings as Arrow columns on the way in, and as a `ReadingTable` on the way out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray

from domain.readings import CountKind, CountReading, ReadingTable

_KIND_NUMBER = {kind: number for number, kind in enumerate(CountKind)}

SCHEMA = pa.schema(
    {
        "sensor": pa.int32(),
        "kind": pa.int8(),
        "time_us": pa.int64(),
        "entered": pa.int64(),
        "left": pa.int64(),
        "present": pa.int64(),
        "period_s": pa.int32(),
        "seq": pa.int64(),
        "delay_us": pa.int64(),
    }
)
"""The stored columns: those of `CountReading` in its order, with numbers for sensors and kinds, and
for `received_us` its delay after `time_us`, which packs into half the bytes."""


def to_columns(readings: Sequence[CountReading], ids: Mapping[str, int]) -> pa.Table:
    """At least one reading as columns; `ids` has the number of every sensor among them."""
    names, kinds, times, *said, received = zip(*readings, strict=True)
    sensor, kind = [ids[name] for name in names], [_KIND_NUMBER[k] for k in kinds]
    delay = np.subtract(received, times)
    return pa.table([sensor, kind, *map(list, (times, *said)), delay], schema=SCHEMA)


def to_table(sensors: tuple[str, ...], rows: pa.Table) -> ReadingTable:
    """Stored columns, counts as doubles and sensors as indices into `sensors`, as arrays."""

    def array(name: str, dtype: type[np.generic]) -> NDArray[Any]:
        return np.asarray(rows[name].to_numpy(), dtype=dtype)

    return ReadingTable(
        sensors=sensors,
        sensor=array("sensor", np.int32),
        kind=array("kind", np.int8),
        time_us=array("time_us", np.int64),
        entered=array("entered", np.float64),
        left=array("left", np.float64),
        present=array("present", np.float64),
        period_s=array("period_s", np.int64),
        seq=array("seq", np.int64),
    )
