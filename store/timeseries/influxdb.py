"""The time series in an InfluxDB, which any number of workers write to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from threading import RLock
from time import time_ns

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray

from domain.readings import CountKind, Readings, ReadingTable, as_table
from domain.sensor_bins import BIN_US, SensorBins, Stale
from store.timeseries import influx_bins, influx_readings
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influx_points import SAID
from store.timeseries.influx_query import (
    EARLIEST_NS,
    LATEST_NS,
    columns,
    during,
    of_sensors,
    select,
)
from store.timeseries.influx_server import InfluxServer
from store.timeseries.influx_setup import set_up
from store.timeseries.influx_stale import Touched
from store.timeseries.last_of_each import last_of_each

READINGS_POLICY, BINS_POLICY = "readings", "bins"
"""Retention policies: raw readings may be kept for less long than their bins."""

_KINDS = list(CountKind)
_READINGS = READINGS_POLICY, influx_readings.MEASUREMENT
_BINS = BINS_POLICY, influx_bins.MEASUREMENT
_AT_A_TIME = 200
"""Sensors to a query: half a gigabyte of answer for the bins of a year."""
_DAY_US = _FAR_APART_US = 86_400 * 1_000_000
_DAY_SLOTS = 96


class InfluxDBStore:
    """A `TimeSeriesStore` in a database of InfluxDB 1.8 or 2 that `openhours store setup` made.

    Nothing is asked of the server before the first call. A batch is one request, up to 20,000
    readings; who reads meanwhile in another process may see part of one. How many of a batch are
    new is known as far as this process knows the latest readings: by what others wrote meanwhile it
    may be off; what is stored is not. Stale stretches are told in whole quarter-hours.

    `keep_raw_days`: readings older than that are no longer there (None: all are).
    """

    def __init__(self, address: InfluxAddress, *, keep_raw_days: int | None = None) -> None:
        self._server = InfluxServer(address)
        self._keep_raw_days = keep_raw_days
        self._touched = Touched(self._server, READINGS_POLICY, BINS_POLICY)
        self._writing = RLock()
        self._last_us: dict[str, int] | None = None

    def set_up(self, *, keep_bins_days: int | None = None) -> list[str]:
        """Make the database and say how long it keeps what; what was done, in words."""
        keep = {READINGS_POLICY: self._keep_raw_days, BINS_POLICY: keep_bins_days}
        return set_up(self._server, keep)

    def add(self, readings: Readings) -> int:
        said = last_of_each(as_table(readings))
        if not len(said):
            return 0
        lines = influx_readings.lines_of_readings(said)
        first_us, last_us = _spans_of(said)
        slots = {
            name: (first // BIN_US, last // BIN_US)
            for name, first, last in zip(said.sensors, first_us, last_us, strict=True)
            if first <= last
        }
        with self._writing:
            last_seen = self._last_us if self._last_us is not None else dict(self.last_seen())
            self._last_us = None  # until this batch is known to be kept or not
            before = np.array([last_seen.get(name, EARLIEST_NS) for name in said.sensors])
            late = said.take(said.time_us <= before[said.sensor])
            known = self._count_known(late)
            self._server.write(READINGS_POLICY, [*self._touched.lines(slots), *lines])
            self._touched.rely_on(slots)
            latest = {n: max(last_us[i], before[i]) for i, n in enumerate(said.sensors)}
            self._last_us = {**last_seen, **{name: int(latest[name]) for name in slots}}
        return len(said) - known

    def read(
        self, sensors: Iterable[str], start_us: int, end_us: int, *, previous: bool = False
    ) -> ReadingTable:
        names = tuple(sorted(set(sensors)))
        span = during(start_us * 1000, end_us * 1000)
        with self._writing:  # so that no batch of ours is half written
            rows = self._rows(_READINGS, influx_readings.COLUMN_TYPES, names, span)
            earlier = self._last_before(names, start_us) if previous else []
        table = ReadingTable.joined([*earlier, influx_readings.table_of(rows, names)])
        return table.take(np.argsort(table.sensor, kind="stable"))

    def last_seen(self) -> Mapping[str, int]:
        """As the port says, of sensors whose readings have not all been dropped for their age."""
        lately = during(time_ns() - _DAY_US * 1000, LATEST_NS)
        seen = self._edges("last", _READINGS, 1000, lately)
        ever = self._server.series(f'SHOW TAG VALUES FROM "{_READINGS[1]}" WITH KEY = sensor')
        for some in _some(sorted({row["value"] for _, row in ever} - seen.keys())):
            always = during(EARLIEST_NS, LATEST_NS)
            seen |= self._edges("last", _READINGS, 1000, always, of_sensors(some))
        return seen

    def first_seen(self) -> Mapping[str, int]:
        """`time_us` of the earliest reading that is still there, of every sensor that has any."""
        return self._edges("first", _READINGS, 1000)

    def count(self) -> int:
        found = self._server.series(select(f"count({SAID})", *_READINGS))
        return sum(int(row["count"]) for _, row in found)

    def stale(self) -> Stale:
        with self._writing:
            return self._touched.stale(self._raw_from_slot())

    def make_stale(self, sensors: Iterable[str]) -> None:
        first_us, last_us = self.first_seen(), self.last_seen()
        slots = {
            name: (first_us[name] // BIN_US, last_us[name] // BIN_US)
            for name in {*sensors} & first_us.keys() & last_us.keys()
        }
        with self._writing:
            self._server.write(READINGS_POLICY, self._touched.lines(slots))

    def put_bins(
        self, bins: SensorBins, spans: Mapping[str, tuple[int, int]], stale: Stale, until_slot: int
    ) -> None:
        with self._writing:
            gone = influx_bins.without(self._places(spans), bins, spans)
            lines = influx_bins.lines_of_gone(tuple(spans), gone) + influx_bins.lines_of_bins(bins)
            self._server.write(BINS_POLICY, lines)
            self._touched.put(stale.token, until_slot)

    def bins(self, sensors: Iterable[str], start_slot: int, end_slot: int) -> SensorBins:
        names = tuple(sorted(set(sensors)))
        span = during(start_slot * influx_bins.BIN_NS, end_slot * influx_bins.BIN_NS)
        return influx_bins.bins_of(self._rows(_BINS, influx_bins.COLUMN_TYPES, names, span), names)

    def binned(self) -> Mapping[str, tuple[int, int]]:
        """By sensor that has bins, the quarter-hours [first, end) that they lie in."""
        first, last = (self._edges(which, _BINS, influx_bins.BIN_NS) for which in ("first", "last"))
        return {name: (slot, last[name] + 1) for name, slot in first.items()}

    def close(self) -> None:
        self._server.close()

    def _raw_from_slot(self) -> int:
        """First quarter-hour of which all readings are there, and those of the day before it."""
        if self._keep_raw_days is None:
            return EARLIEST_NS // influx_bins.BIN_NS
        return (time_ns() // 1000 - (self._keep_raw_days - 1) * _DAY_US) // BIN_US + 1

    def _edges(
        self, which: str, table: tuple[str, str], unit_ns: int, *where: str
    ) -> dict[str, int]:
        """By sensor the time of its first or last point, in whole units."""
        found = self._server.series(select(f"{which}({SAID})", *table, *where, "GROUP BY sensor"))
        return {tags["sensor"]: row["time"] // unit_ns for tags, row in found}

    def _rows(
        self,
        table: tuple[str, str],
        types: Mapping[str, pa.DataType],
        names: Sequence[str],
        span: str,
    ) -> pa.Table:
        """Rows of sensors, asked for by so many at a time that the server can hold the answer."""
        found = [pa.schema(types).empty_table()]
        for some in _some(names):
            query = select(columns(types), *table, span, of_sensors(some))
            found.append(self._server.rows(query, types))
        return pa.concat_tables(found)

    def _last_before(self, names: Sequence[str], start_us: int) -> list[ReadingTable]:
        """The last reading before `start_us` of each sensor that has one.

        Looks back a day, which finds every sensor that is well, then all the way for the silent.
        """
        tables, day_ns, end_ns = [], (start_us - _DAY_US) * 1000, start_us * 1000
        for some in _some(names):
            found = self._last_of(tuple(some), during(day_ns, end_ns))
            silent = [n for i, n in enumerate(some) if i not in set(found.sensor.tolist())]
            tables += [found, self._last_of(tuple(silent), during(EARLIEST_NS, day_ns))]
        return tables

    def _last_of(self, names: tuple[str, ...], span: str) -> ReadingTable:
        """The last reading of each of a few sensors in a span."""
        what, last = columns(influx_readings.FIELDS), "GROUP BY * ORDER BY time DESC LIMIT 1"
        query = select(what, *_READINGS, span, of_sensors(names), last)
        points = self._server.series(query) if names else ()
        found = influx_readings.table_of(influx_readings.rows_of_series(points), names)
        is_last = np.append(found.sensor[1:] != found.sensor[:-1], True)
        return found.take(is_last[: len(found)])

    def _count_known(self, late: ReadingTable) -> int:
        """How many of these readings are stored already."""
        if not len(late):
            return 0
        names = tuple(late.sensors[number] for number in np.unique(late.sensor))
        times = np.sort(late.time_us)
        edges = [0, *np.flatnonzero(np.diff(times) > _FAR_APART_US) + 1, len(times)]
        known: set[tuple[str, int, int, int]] = set()
        for start, end in pairwise(edges):
            span = self.read(names, int(times[start]), int(times[end - 1]) + 1)
            known |= _identities(span)
        return len(known & _identities(late))

    def _places(self, spans: Mapping[str, tuple[int, int]]) -> NDArray[np.int64]:
        """Where there are bins now, in `spans` and perhaps around; sensors as indices into them."""
        names = tuple(spans)
        found = [np.empty((0, 3), np.int64)]
        for some, start, end in _alike(spans):
            span = during(start * influx_bins.BIN_NS, end * influx_bins.BIN_NS)
            rows = self._rows(_BINS, influx_bins.PLACE_TYPES, some, span)
            found.append(influx_bins.places_in(rows, names))
        return np.concatenate(found)


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many sensors as are asked for at a time."""
    return (names[start : start + _AT_A_TIME] for start in range(0, len(names), _AT_A_TIME))


def _alike(spans: Mapping[str, tuple[int, int]]) -> Iterator[tuple[list[str], int, int]]:
    """Sensors whose spans begin and end on the same days, and the span of them all."""
    groups: dict[tuple[int, int], list[str]] = {}
    for name, (first, end) in spans.items():
        groups.setdefault((first // _DAY_SLOTS, end // _DAY_SLOTS), []).append(name)
    for some in groups.values():
        yield some, min(spans[n][0] for n in some), max(spans[n][1] for n in some)


def _spans_of(table: ReadingTable) -> tuple[list[int], list[int]]:
    """First and last instant of each of the table's sensors; the first after the last: none."""
    first = np.full(len(table.sensors), np.iinfo(np.int64).max)
    last = np.full(len(table.sensors), np.iinfo(np.int64).min)
    np.minimum.at(first, table.sensor, table.time_us)
    np.maximum.at(last, table.sensor, table.time_us)
    return first.tolist(), last.tolist()


def _identities(table: ReadingTable) -> set[tuple[str, int, int, int]]:
    columns = (table.sensor, table.kind, table.time_us, table.seq)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {(table.sensors[sensor], *rest) for sensor, *rest in rows}
