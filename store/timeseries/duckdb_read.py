"""Queries that read rows of the DuckDB file, each skipping what lies outside its span of time."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from duckdb import DuckDBPyConnection

from store.timeseries.sensor_index import SensorIndex

_DAY_US = 86_400 * 1_000_000
_WIDER = 8

_ROWS = """
    SELECT place AS sensor, kind, time_us, entered::DOUBLE AS entered, "left"::DOUBLE AS "left",
        present::DOUBLE AS present, period_s, seq, time_us + delay_us AS received_us, marks,
        uptime_s::DOUBLE AS uptime_s, delivery
    FROM readings AS stored JOIN asked ON stored.sensor = asked.number
    WHERE time_us >= $start AND time_us < $end
"""

_LAST_ROWS = f"""
    {_ROWS}
    QUALIFY row_number() OVER (PARTITION BY place ORDER BY time_us DESC, seq DESC, kind DESC) = 1
"""


def rows_between(
    cursor: DuckDBPyConnection,
    names: Sequence[str],
    index: SensorIndex,
    start_us: int,
    end_us: int,
    *,
    previous: bool,
) -> pa.Table:
    """Rows with start_us ≤ time_us < end_us of the sensors `names`, in order of place and time.

    `sensor` is the place in `names`; counts are doubles. `previous` adds each sensor's last row
    before `start_us`.
    """
    known = [(place, index.ids[name]) for place, name in enumerate(names) if name in index.ids]
    asked = np.array(known, dtype=np.int32).reshape(-1, 2)
    rows = _ROWS
    if previous and (earlier := _last_before(cursor, asked, index, start_us)):
        cursor.register("earlier", pa.concat_tables(earlier))
        rows = f"FROM earlier UNION ALL ({_ROWS})"
    return _select(cursor, f"{rows} ORDER BY sensor, time_us, seq, kind", asked, start_us, end_us)


def _last_before(
    cursor: DuckDBPyConnection, asked: np.ndarray, index: SensorIndex, start_us: int
) -> list[pa.Table]:
    """The last row before `start_us` of each sensor that has one.

    Looks back a day, which finds every sensor that is well, then ever wider for the silent ones.
    """
    wanted = asked[index.said.first_us[asked[:, 1]] < start_us]
    until = np.minimum(start_us, index.said.last_us[wanted[:, 1]] + 1)
    found = []
    span_us = _DAY_US
    while len(wanted):
        end_us = int(until.max())
        found.append(_select(cursor, _LAST_ROWS, wanted, end_us - span_us, end_us))
        silent = ~np.isin(wanted[:, 0], found[-1]["sensor"].to_numpy())
        wanted, until = wanted[silent], np.minimum(until[silent], end_us - span_us)
        span_us *= _WIDER
    return found


def _select(
    cursor: DuckDBPyConnection, query: str, asked: np.ndarray, start_us: int, end_us: int
) -> pa.Table:
    """Run `query` for `asked`: (sensors, 2), place and number of each."""
    cursor.register("asked", pa.table({"place": asked[:, 0], "number": asked[:, 1]}))
    return cursor.sql(query, params={"start": start_us, "end": end_us}).to_arrow_table()
