"""Quarter-hours in the DuckDB file: written by span, read without a look at the readings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from duckdb import DuckDBPyConnection

from domain.sensor_bins import DTYPES, SensorBins
from store.timeseries.sensor_index import SensorIndex

# The span of all is spelled out so that blocks of other times are skipped unread.
_REMOVE = """
    DELETE FROM bins USING replaced
    WHERE bins.slot BETWEEN $first AND $last AND bins.sensor = replaced.sensor
        AND bins.slot >= replaced.first_slot AND bins.slot < replaced.end_slot
"""
_READ = """
    SELECT place AS sensor, bins.* EXCLUDE (sensor)
    FROM bins JOIN asked ON bins.sensor = asked.number
    WHERE slot >= $start AND slot < $end ORDER BY place, kind, slot
"""

_SPANS = """
    SELECT name, min(slot), max(slot) + 1
    FROM bins JOIN sensors ON bins.sensor = sensors.id GROUP BY name
"""


def replace_bins(
    cursor: DuckDBPyConnection,
    bins: SensorBins,
    spans: Mapping[str, tuple[int, int]],
    index: SensorIndex,
) -> None:
    """Put `bins` in the place of all that lie in `spans`; `index` knows all sensors."""
    if spans:
        edges = np.array([*spans.values()], dtype=np.int64)
        rows = {
            "sensor": index.numbers(spans),
            "first_slot": edges[:, 0],
            "end_slot": edges[:, 1],
        }
        cursor.register("replaced", pa.table(rows))
        within = {"first": int(edges[:, 0].min()), "last": int(edges[:, 1].max()) - 1}
        cursor.execute(_REMOVE, within)
    if len(bins):
        # In order of time, as they come day by day, so that each block is of few days.
        ordered = bins.take(np.argsort(bins.slot, kind="stable"))
        columns = {name: getattr(ordered, name) for name in DTYPES}
        columns["sensor"] = index.numbers(bins.sensors)[ordered.sensor]
        cursor.register("made", pa.table(columns))
        cursor.execute("INSERT INTO bins BY NAME FROM made")


def binned_spans(cursor: DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """By sensor, the slots [first, end) in which it has bins."""
    found = cursor.execute(_SPANS).fetchall()
    return {name: (first, end) for name, first, end in found}


def bins_between(
    cursor: DuckDBPyConnection,
    names: Sequence[str],
    index: SensorIndex,
    start_slot: int,
    end_slot: int,
) -> SensorBins:
    """Bins of the sensors `names`, which are in order, with start_slot ≤ slot < end_slot."""
    known = [name for name in names if name in index.ids]
    cursor.register("asked", pa.table({"place": range(len(known)), "number": index.numbers(known)}))
    span = {"start": start_slot, "end": end_slot}
    rows = cursor.sql(_READ, params=span).to_arrow_table()
    columns = {name: np.asarray(rows[name].to_numpy(), dtype) for name, dtype in DTYPES.items()}
    has_rows = np.bincount(columns["sensor"], minlength=len(known)) > 0
    columns["sensor"] = (np.cumsum(has_rows, dtype=np.int32) - 1)[columns["sensor"]]
    said = tuple(name for name, has in zip(known, has_rows, strict=True) if has)
    return SensorBins(sensors=said, **columns)
