"""The time series in one DuckDB file: columns, no index, one writer."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from domain.readings import Readings, ReadingTable, as_table
from domain.sensor_bins import BIN_US, SensorBins, Stale
from store.timeseries.columns import to_columns, to_table
from store.timeseries.duckdb_bins import binned_spans, bins_between, replace_bins
from store.timeseries.duckdb_expiry import expire
from store.timeseries.duckdb_file import DuckDBFile
from store.timeseries.duckdb_read import rows_between
from store.timeseries.duckdb_state import TABLES, State
from store.timeseries.last_of_each import last_of_each

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
        uptime_s = said.uptime_s, delivery = said.delivery, batch = said.batch
    WHEN NOT MATCHED THEN INSERT BY NAME
    RETURNING merge_action = 'INSERT' AS is_new, sensor, time_us
"""

_DAY_US = _FAR_APART_US = 86_400 * 1_000_000
MEMORY_MB = 1024


class DuckDBStore:
    """A `TimeSeriesStore` in the file `path`; None keeps it in memory.

    A reading later than all its sensor ever said cannot be a repeat and is appended unseen; only
    the others are compared with stored rows, of their own span of time. So adding costs the same
    however much is stored. A repeat that says nothing new leaves the stored reading as it is, its
    time of receipt included.

    Any number of threads may call it; one at a time writes. Raises `StoreUnavailable` when the file
    is held by another process or is no DuckDB file, and from any call when the disk fails.
    """

    def __init__(self, path: Path | None, *, memory_mb: int = MEMORY_MB) -> None:
        self._writing = Lock()
        self._state = State()
        self._state_is_sure = True
        self._file = DuckDBFile(path, self._prepare, memory_mb)

    def add(self, readings: Readings) -> int:
        said = last_of_each(as_table(readings))
        if not len(said):
            return 0
        with self._changed() as (cursor, change):
            state = change.state.with_names(cursor, dict.fromkeys(said.sensors))
            sensor = state.index.numbers(said.sensors)[said.sensor]
            columns = to_columns(said, sensor, state.batch + 1)
            fresh = said.time_us > state.index.said.last_us[sensor]
            _append(cursor, columns if fresh.all() else columns.filter(fresh))
            is_new, late, late_us = _merge(cursor, columns.filter(~fresh)).T
            sensors = np.concatenate([sensor[fresh], late.astype(np.int32)])
            times = np.concatenate([said.time_us[fresh], late_us])
            change.state = state.with_changes(sensors, times) if len(times) else state
        return int(fresh.sum() + is_new.sum())

    def read(
        self, sensors: Iterable[str], start_us: int, end_us: int, *, previous: bool = False
    ) -> ReadingTable:
        names = tuple(sorted(set(sensors)))
        index = self._state.index
        with self._file.transaction() as cursor:
            rows = rows_between(cursor, names, index, start_us, end_us, previous=previous)
        return to_table(names, rows)

    def last_seen(self) -> Mapping[str, int]:
        return self._state.index.last_seen()

    def first_seen(self) -> Mapping[str, int]:
        """`time_us` of the earliest reading that is still there, of every sensor that has any."""
        return self._state.index.first_seen()

    def count(self) -> int:
        with self._file.transaction() as cursor:
            ((found,),) = cursor.execute("SELECT count(*) FROM readings").fetchall()
        return int(found)

    def stale(self) -> Stale:
        with self._changed() as (_, change):
            state = change.state
            change.state = replace(state, pending=state.pending.told_now(state.batch))
            spans = change.state.pending.all().since(state.raw_from_us)
        return spans.as_stale(state.index.ids, state.batch)

    def make_stale(self, sensors: Iterable[str]) -> None:
        with self._changed() as (cursor, change):
            state = change.state
            said = state.index.said.only(state.index.numbers(sensors))
            pending = state.pending.with_spans(said)
            change.state = replace(state, pending=pending, batch=state.batch + 1)
            change.state.keep(cursor)

    def put_bins(
        self, bins: SensorBins, spans: Mapping[str, tuple[int, int]], stale: Stale, until_slot: int
    ) -> None:
        with self._changed() as (cursor, change):
            state = change.state.with_names(cursor, dict.fromkeys((*spans, *bins.sensors)))
            replace_bins(cursor, bins, spans, state.index)
            pending = state.pending.binned(stale.token, until_slot * BIN_US)
            change.state = replace(state, pending=pending)
            change.state.keep(cursor)

    def bins(self, sensors: Iterable[str], start_slot: int, end_slot: int) -> SensorBins:
        names = sorted(set(sensors))
        index = self._state.index
        with self._file.transaction() as cursor:
            return bins_between(cursor, names, index, start_slot, end_slot)

    def expire(self, readings_before_us: int, bins_before_slot: int) -> tuple[int, int]:
        """Delete what is older than these; return how many readings and how many bins went.

        A sensor that has older readings without bins keeps them all for now; each keeps its last
        reading. Bins of which readings are missing, or those of the day before, are not made again.
        """
        with self._changed() as (cursor, change):
            change.state.keep(cursor)
            gone = expire(cursor, readings_before_us, bins_before_slot)
            change.state = change.state.with_raw_from(cursor, readings_before_us + _DAY_US)
            change.state.keep(cursor)
        return gone

    def tidy(self) -> None:
        """Write what is in the log into the file, which gives back the room of deleted rows."""
        with self._writing:
            self._file.checkpoint()

    def binned(self) -> Mapping[str, tuple[int, int]]:
        """By sensor that has bins, the quarter-hours [first, end) that they lie in."""
        with self._file.transaction() as cursor:
            return binned_spans(cursor)

    def close(self) -> None:
        self._file.close()

    @contextmanager
    def _changed(self) -> Iterator[tuple[DuckDBPyConnection, "_Change"]]:
        """One transaction that takes what is known by heart along: both change, or neither."""
        with self._writing:
            with self._file.transaction() as cursor:
                if not self._state_is_sure:
                    self._state = State.load(cursor)
                change = _Change(self._state)
                self._state_is_sure = False  # until this transaction is known to be kept or not
                yield cursor, change
            self._state = change.state
            self._state_is_sure = True

    def _prepare(self, connection: DuckDBPyConnection) -> None:
        connection.execute(TABLES)
        self._state = State.load(connection)


@dataclass(slots=True)
class _Change:
    """What is known by heart once the transaction is kept."""

    state: State


def _append(cursor: DuckDBPyConnection, rows: pa.Table) -> None:
    """Insert rows known to be new."""
    if len(rows):
        cursor.register("fresh", rows)
        cursor.execute("INSERT INTO readings BY NAME FROM fresh")


def _merge(cursor: DuckDBPyConnection, rows: pa.Table) -> NDArray[np.int64]:
    """Insert rows that are new, correct those that say otherwise.

    Returns (rows, 3): for each of these whether it is new, its sensor and its time. Rows of times
    far apart, such as a sensor with a wrong clock sends, are compared in turns, so that nothing
    between them is read.
    """
    rows = rows.sort_by("time_us")
    times = rows["time_us"].to_numpy()
    edges = [0, *np.flatnonzero(np.diff(times) > _FAR_APART_US) + 1, len(times)]
    changed = [np.empty((0, 3), np.int64)]
    for start, end in pairwise(edges):
        if start < end:
            cursor.register("late", rows[start:end])
            span = {"first": int(times[start]), "last": int(times[end - 1])}
            found = cursor.execute(_MERGE, span).fetchnumpy()
            changed.append(np.stack([*found.values()], axis=1, dtype=np.int64))
    return np.concatenate(changed)
