"""From stored readings to quarter-hours of sensors, whatever the estate says of them.

The first of two stages: what each sensor said of each kind, and of how much of the bin it is known.
Which kind counts, which way round the sensor hangs, and when its silence means that nobody passes,
is for the second (`policies.sensor_bins`), so that a change of the estate leaves bins as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from domain.readings import CountKind, Mark, ReadingTable
from domain.sensor_bins import BIN_S, BIN_US, DTYPES, SensorBins
from policies.grid import Floats, Grid, Ints
from policies.standstill import held
from policies.stretches import (
    GAP_INTERVALS,
    Column,
    Stretches,
    counted_at_once,
    counted_in_periods,
)
from policies.totals import BEARS_READINGS, counted_between

DEFAULT_INTERVAL_S = 900.0
"""Reporting interval of a sensor of which none is known."""
LEAST_REACH_S = 2 * 3600.0
"""A reading may bear on so much time before and after it, however often its sensor reports."""

_KINDS = list(CountKind)
_TOTAL, _PERIOD, _CHANGE, _PRESENT, _STATUS = range(len(_KINDS))


class Reach(NamedTuple):
    """How far readings of a span of time bear on bins, and on how they are to be read."""

    read_from_us: int
    read_until_us: int
    first_slot: int
    end_slot: int


def reach(first_us: int, last_us: int, interval_s: float) -> Reach:
    """What must be read and made anew where readings in [first_us, last_us] have changed.

    A reading bears on the time to its neighbours, as far as that is no gap, on whether these are
    glitches, and on its period; and so do those beside it that are read for it.

    Args:
        first_us: earliest changed instant, microseconds since 1970 UTC.
        last_us: latest changed instant.
        interval_s: how often the sensor reports.
    """
    bears_us = round(float(_bears_s(np.array(interval_s))) * 1e6)
    first_slot, end_slot = (first_us - bears_us) // BIN_US, -(-(last_us + bears_us) // BIN_US) + 1
    from_us, until_us = first_slot * BIN_US - bears_us, end_slot * BIN_US + bears_us
    return Reach(from_us, until_us, first_slot, end_slot)


def bin_readings(
    table: ReadingTable, interval_s: Mapping[str, float], grid: Grid, end_s: float | None = None
) -> SensorBins:
    """Bins of every sensor and kind of the table.

    Who spoke before the grid has been heard in the quarter-hour before it, of which nothing else is
    said.

    Args:
        table: readings, with some before the grid's start so that totals can be differenced.
        interval_s: reporting interval by sensor; others are taken for `DEFAULT_INTERVAL_S`.
        grid: the bins, of `BIN_S` seconds on whole quarter-hours.
        end_s: how far a present value may be held, in seconds after the grid's start; its end
            where left out.
    """
    row = table.sensor.astype(np.intp) * len(_KINDS) + table.kind
    rows = len(table.sensors) * len(_KINDS)
    intervals = [float(interval_s.get(name, DEFAULT_INTERVAL_S)) for name in table.sensors]
    columns = _Columns(table, row, np.array([*intervals, 0.0])[table.sensor], grid)
    entered = _flow(columns, table.entered, table.left, rows)
    left = _flow(columns, table.left, table.entered, rows)
    end_s = grid.bins * grid.bin_s if end_s is None else end_s
    present = _Present(columns.of(table.present, _PRESENT), grid, rows, end_s)
    heard = _heard(columns.row, columns.time_s, grid, rows)
    return _as_rows(table.sensors, grid, entered, left, present, heard)


class _Columns:
    """The numbers of a table, ready to be turned into stretches."""

    def __init__(self, table: ReadingTable, row: Ints, interval_s: Floats, grid: Grid) -> None:
        self.kind, self.row, self.grid = table.kind, row, grid
        self.time_s = grid.seconds(table.time_us)
        self._period_s = table.period_s.astype(np.float64)
        self._interval_s = interval_s
        self._starts = _told_by_then(table, Mark.BOOTED | Mark.RESET)
        self._resets = _told_by_then(table, Mark.RESET)
        self._start_s = self.time_s - table.uptime_s

    def of(self, value: Floats, kind: int, beside: Floats | None = None) -> Column:
        """One number of the readings of one kind; `beside` is the other direction's."""
        column = Column(
            self.row,
            self.time_s,
            value,
            self._period_s,
            self._interval_s,
            self._starts,
            self._resets,
            self._start_s,
            np.full_like(value, np.nan) if beside is None else beside,
        )
        return column.where(self.kind == kind)


def _told_by_then(table: ReadingTable, marks: Mark) -> Ints:
    """How many readings of the table have one of some marks, up to the instant of each."""
    told = np.cumsum((table.marks & int(marks)) != 0)
    same = (np.diff(table.sensor) == 0) & (np.diff(table.time_us) == 0)
    last = np.flatnonzero(~np.append(same, np.zeros(min(len(told), 1), dtype=np.bool_)))
    return np.repeat(told[last], np.diff(last, prepend=-1))


def _bears_s(interval_s: Floats) -> Floats:
    """How far before and after itself a reading may bear on anything, in seconds.

    Each of the totals that bear on one another is no gap from the next.
    """
    return np.maximum(BEARS_READINGS * GAP_INTERVALS * interval_s, LEAST_REACH_S)


def _counted_without_gaps(column: Column) -> Stretches:
    """What was counted between totals, each run of them without a gap taken by itself.

    What follows a gap may come days later, and must not judge what lies before it.
    """
    said = column.where(~np.isnan(column.value))
    begins = np.diff(said.sensor, prepend=-1) != 0
    begins |= np.diff(said.time_s, prepend=-np.inf) > GAP_INTERVALS * said.interval_s
    counted = counted_between(replace(said, sensor=np.cumsum(begins) - 1))
    return replace(counted, sensor=said.sensor[begins][counted.sensor])


def _counted_in_short_periods(column: Column) -> Stretches:
    """Counts of periods; one that reaches too far back says nothing of single quarter-hours."""
    return counted_in_periods(column.where(column.period_s <= _bears_s(column.interval_s)))


_FLOWS: Mapping[int, Callable[[Column], Stretches]] = {
    _TOTAL: _counted_without_gaps,
    _PERIOD: _counted_in_short_periods,
    _CHANGE: counted_at_once,
}


def _flow(columns: _Columns, value: Floats, beside: Floats, rows: int) -> tuple[Floats, Floats]:
    """Crossings of one direction, and the share of the bin for which they are known."""
    amount = np.zeros((rows, columns.grid.bins))
    known = np.zeros_like(amount)
    for kind, way in _FLOWS.items():
        stretches = way(columns.of(value, kind, beside))
        spread = columns.grid.spread(stretches.begin_s, stretches.end_s)
        amount += spread.total(stretches.sensor, stretches.amount, rows)
        length = stretches.end_s - stretches.begin_s
        known += spread.total(stretches.sensor, length / columns.grid.bin_s, rows)
    says = (columns.kind == _CHANGE) & ~(np.isnan(value) & np.isnan(beside))
    known += _heard(columns.row[says], columns.time_s[says], columns.grid, rows)[:, 1:] > 0
    return np.where(known > 1, amount / np.maximum(known, 1), amount), np.minimum(known, 1.0)


def _heard(row: Ints, time_s: Floats, grid: Grid, rows: int) -> Floats:
    """Readings before the grid and in each of its bins; (rows, 1 + bins)."""
    bin_ = np.clip(np.ceil(time_s / grid.bin_s), 0, grid.bins + 1).astype(np.intp)
    counts = np.bincount(row * (grid.bins + 2) + bin_, minlength=rows * (grid.bins + 2))
    return counts.reshape(rows, grid.bins + 2)[:, :-1].astype(np.float64)


class _Present:
    """People present: mean, least and most of each bin, (rows, bins); NaN where unknown."""

    def __init__(self, column: Column, grid: Grid, rows: int, end_s: float) -> None:
        stretches = held(column, end_s)
        spread = grid.spread(stretches.begin_s, stretches.end_s)
        length = stretches.end_s - stretches.begin_s
        known = spread.total(stretches.sensor, length / grid.bin_s, rows)
        amount = spread.total(stretches.sensor, stretches.amount * length / grid.bin_s, rows)
        self.known = np.minimum(known, 1.0)
        self.mean = np.divide(amount, known, out=np.full_like(amount, np.nan), where=known > 0)
        cell = stretches.sensor[spread.stretch], spread.bin
        value = stretches.amount[spread.stretch]
        self.lowest, self.highest = np.full_like(amount, np.inf), np.full_like(amount, -np.inf)
        np.minimum.at(self.lowest, cell, value)
        np.maximum.at(self.highest, cell, value)
        for edge in (self.lowest, self.highest):
            edge[np.isinf(edge)] = np.nan


def _as_rows(
    sensors: tuple[str, ...],
    grid: Grid,
    entered: tuple[Floats, Floats],
    left: tuple[Floats, Floats],
    present: _Present,
    heard: Floats,
) -> SensorBins:
    """The bins of which anything is known or heard; `heard` has one before the grid's first."""
    count = heard[:, 1:]
    row, bin_ = np.nonzero((entered[1] > 0) | (left[1] > 0) | (present.known > 0) | (count > 0))
    earlier = np.flatnonzero(heard[:, 0])
    first_slot = grid.start_s // BIN_S

    def column(within: Floats, before: float) -> Floats:
        return np.concatenate([np.full(len(earlier), before), within[row, bin_]])

    rows = np.concatenate([earlier, row])
    columns = {
        "sensor": rows // len(_KINDS),
        "kind": rows % len(_KINDS),
        "slot": np.concatenate([np.full(len(earlier), first_slot - 1), first_slot + bin_]),
        "entered": column(np.where(entered[1] > 0, entered[0], np.nan), np.nan),
        "entered_known": column(entered[1], 0),
        "left": column(np.where(left[1] > 0, left[0], np.nan), np.nan),
        "left_known": column(left[1], 0),
        "present": column(present.mean, np.nan),
        "present_known": column(present.known, 0),
        "lowest": column(present.lowest, np.nan),
        "highest": column(present.highest, np.nan),
        "heard": np.concatenate([heard[earlier, 0], count[row, bin_]]),
    }
    order = np.lexsort((columns["slot"], columns["kind"], columns["sensor"]))
    return SensorBins(
        sensors=sensors,
        **{name: columns[name][order].astype(dtype) for name, dtype in DTYPES.items()},
    )
