"""The time series in one DuckDB file: columns, no index, one writer."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from duckdb import DuckDBPyConnection

from domain.readings import Readings, ReadingTable, as_table
from store.timeseries.columns import to_columns, to_table
from store.timeseries.duckdb_file import DuckDBFile
from store.timeseries.duckdb_read import rows_between
from store.timeseries.sensor_index import NEVER_FIRST, NEVER_LAST, SensorIndex

_TABLES = """
    CREATE TABLE IF NOT EXISTS sensors (id INTEGER NOT NULL, name VARCHAR NOT NULL);
    CREATE TABLE IF NOT EXISTS readings (
        sensor INTEGER NOT NULL,
        kind TINYINT NOT NULL,
        time_us BIGINT NOT NULL,
        entered BIGINT,
        "left" BIGINT,
        present BIGINT,
        period_s INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        delay_us BIGINT NOT NULL,
        marks SMALLINT NOT NULL,
        uptime_s BIGINT,
        delivery BIGINT NOT NULL
    );
"""

_SPANS = """
    SELECT name, coalesce(first_us, $never_first), coalesce(last_us, $never_last)
    FROM sensors
    LEFT JOIN (
        SELECT sensor, min(time_us) AS first_us, max(time_us) AS last_us
        FROM readings GROUP BY sensor
    ) ON sensor = id
    ORDER BY id
"""

# The span of time is spelled out so that blocks of other times are skipped unread.
_MERGE = """
    MERGE INTO readings AS stored USING late AS said ON (
        stored.time_us BETWEEN $first AND $last
        AND stored.sensor = said.sensor AND stored.kind = said.kind
        AND stored.time_us = said.time_us AND stored.seq = said.seq
    )
    WHEN MATCHED AND (
        (stored.entered, stored."left", stored.present, stored.period_s)
        IS DISTINCT FROM (said.entered, said."left", said.present, said.period_s)
    ) THEN UPDATE SET
        entered = said.entered, "left" = said."left", present = said.present,
        period_s = said.period_s, delay_us = said.delay_us, marks = said.marks,
        uptime_s = said.uptime_s, delivery = said.delivery
    WHEN NOT MATCHED THEN INSERT BY NAME
    RETURNING merge_action
"""

_FAR_APART_US = 86_400 * 1_000_000


class DuckDBStore:
    """A `TimeSeriesStore` in the file `path`; None keeps it in memory.

    A reading later than all its sensor ever said cannot be a repeat and is appended unseen; only
    the others are compared with stored rows, of their own span of time. So adding costs the same
    however much is stored. A repeat that says nothing new leaves the stored reading as it is, its
    time of receipt included.

    Any number of threads may call it; one at a time writes. Raises `StoreUnavailable` when the file
    is held by another process or is no DuckDB file, and from any call when the disk fails.
    """

    def __init__(self, path: Path | None) -> None:
        self._writing = Lock()
        self._index = SensorIndex()
        self._index_is_sure = True
        self._file = DuckDBFile(path, self._prepare)

    def add(self, readings: Readings) -> int:
        said = _last_of_each(as_table(readings))
        if not len(said):
            return 0
        with self._writing:
            with self._file.transaction() as cursor:
                if not self._index_is_sure:
                    self._load_index(cursor)
                self._index_is_sure = False  # until this batch is known to be kept or not
                index = self._index.with_names(said.sensors)
                number = np.array([index.ids[name] for name in said.sensors], dtype=np.int32)
                sensor = number[said.sensor]
                columns = to_columns(said, sensor)
                fresh = said.time_us > index.last_us[sensor]
                _insert_sensors(cursor, index.ids, known=len(self._index.ids))
                new = _append(cursor, columns if fresh.all() else columns.filter(fresh))
                new += _merge(cursor, columns.filter(~fresh))
            self._index = index.with_readings(sensor, said.time_us)
            self._index_is_sure = True
        return new

    def read(
        self, sensors: Iterable[str], start_us: int, end_us: int, *, previous: bool = False
    ) -> ReadingTable:
        names = tuple(sorted(set(sensors)))
        index = self._index
        with self._file.transaction() as cursor:
            rows = rows_between(cursor, names, index, start_us, end_us, previous=previous)
        return to_table(names, rows)

    def last_seen(self) -> Mapping[str, int]:
        return self._index.last_seen()

    def count(self) -> int:
        with self._file.transaction() as cursor:
            found = cursor.execute("SELECT count(*) FROM readings").fetchone()
        return int(found[0]) if found else 0

    def close(self) -> None:
        self._file.close()

    def _prepare(self, connection: DuckDBPyConnection) -> None:
        connection.execute(_TABLES)
        self._load_index(connection)

    def _load_index(self, connection: DuckDBPyConnection) -> None:
        spans = connection.execute(
            _SPANS, {"never_first": NEVER_FIRST, "never_last": NEVER_LAST}
        ).fetchall()
        self._index = SensorIndex(
            ids={name: number for number, (name, _, _) in enumerate(spans)},
            first_us=np.array([first for _, first, _ in spans], dtype=np.int64),
            last_us=np.array([last for _, _, last in spans], dtype=np.int64),
        )


def _last_of_each(table: ReadingTable) -> ReadingTable:
    """Of rows with equal identity the last, in no particular order."""
    order = np.lexsort((table.seq, table.time_us, table.kind, table.sensor))
    repeats = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for name in ("sensor", "kind", "time_us", "seq"):
        ordered = getattr(table, name)[order]
        repeats &= ordered[1:] == ordered[:-1]
    if not repeats.any():
        return table
    return table.take(order[np.append(~repeats, True)])


def _insert_sensors(cursor: DuckDBPyConnection, ids: Mapping[str, int], *, known: int) -> None:
    """Write the names of all sensors but the first `known`."""
    if len(ids) > known:
        names = [*ids][known:]
        cursor.register("named", pa.table({"id": range(known, len(ids)), "name": names}))
        cursor.execute("INSERT INTO sensors BY NAME FROM named")


def _append(cursor: DuckDBPyConnection, rows: pa.Table) -> int:
    """Insert rows known to be new; return how many."""
    if len(rows):
        cursor.register("fresh", rows)
        cursor.execute("INSERT INTO readings BY NAME FROM fresh")
    return len(rows)


def _merge(cursor: DuckDBPyConnection, rows: pa.Table) -> int:
    """Insert rows that are new, correct those that say otherwise; return how many are new.

    Rows of times far apart, such as a sensor with a wrong clock sends, are compared in turns, so
    that nothing between them is read.
    """
    rows = rows.sort_by("time_us")
    times = rows["time_us"].to_numpy()
    edges = [0, *np.flatnonzero(np.diff(times) > _FAR_APART_US) + 1, len(times)]
    new = 0
    for start, end in pairwise(edges):
        if start < end:
            cursor.register("late", rows[start:end])
            span = {"first": int(times[start]), "last": int(times[end - 1])}
            new += sum(action == "INSERT" for (action,) in cursor.execute(_MERGE, span).fetchall())
    return new
