"""What each sensor said, in bins: counts in the room's direction, people present, health."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.estate import Sensor
from domain.readings import CountKind, ReadingTable
from policies.grid import Floats, Grid
from policies.standstill import changes_and_silences, held
from policies.stretches import Column, Stretches, counted_in_periods, joined
from policies.totals import counted_between

_KINDS = list(CountKind)
_CHANGE = _KINDS.index(CountKind.CHANGE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number of every sensor."""

    values: Floats
    """(sensors, bins); NaN is unknown."""
    known: Floats
    """(sensors, bins) share of the bin for which the number is known."""
    is_expected: NDArray[np.bool_]
    """(sensors,) whether the sensor ever says this number, or never says any."""


@dataclass(frozen=True, slots=True)
class SensorBins:
    """All numbers of some sensors."""

    entered: Numbers
    """Into `Sensor.room`, the sign applied."""
    left: Numbers
    present: Numbers
    healthy: Floats
    """(sensors, bins) share of the bin for which all that the sensor says is known."""


def bin_sensors(
    table: ReadingTable, sensors: Sequence[Sensor], grid: Grid, end_s: float, open_s: Floats
) -> SensorBins:
    """Bins of every sensor, from its readings of its own kind.

    Args:
        table: the readings; those before the grid serve as what totals are differenced from.
        sensors: the rows of the result.
        grid: the bins.
        end_s: how far silence is known, in seconds after the grid's start.
        open_s: (sensors, bins) open seconds in each bin at the place that the sensor watches.
    """
    flow: dict[CountKind, Callable[[Column], Stretches]] = {
        CountKind.TOTAL: counted_between,
        CountKind.PERIOD: counted_in_periods,
        CountKind.CHANGE: lambda c: changes_and_silences(c, end_s, open_s, grid),
    }
    presence: dict[CountKind, Callable[[Column], Stretches]] = {
        CountKind.PRESENT: lambda c: held(c, end_s, open_s, grid)
    }
    reader = _Reader(table, sensors, grid)
    entered = reader.read(table.entered, flow, beside=table.left)
    left = reader.read(table.left, flow, beside=table.entered)
    present = reader.read(table.present, presence)
    numbers = (entered, left, present)
    mute = ~np.any([n.is_expected for n in numbers], axis=0)
    for number in numbers:
        number.is_expected[mute] = True
    turned = np.array([s.sign < 0 for s in sensors], dtype=np.bool_)
    return SensorBins(
        entered=_chosen(turned, left, entered),
        left=_chosen(turned, entered, left),
        present=present,
        healthy=np.min([np.where(n.is_expected[:, None], n.known, 1) for n in numbers], axis=0),
    )


class _Reader:
    """The rows of the table that count, as columns."""

    def __init__(self, table: ReadingTable, sensors: Sequence[Sensor], grid: Grid) -> None:
        row = {s.id: i for i, s in enumerate(sensors)}
        rows = np.array([row.get(s, -1) for s in table.sensors], dtype=np.intp)[table.sensor]
        declared = np.array([_KINDS.index(s.kind) for s in sensors] + [-1], dtype=np.int8)
        counts = table.kind == declared[rows]
        self._counts = slice(None) if counts.all() else np.flatnonzero(counts)
        self._kind = table.kind[self._counts]
        self._sensor = rows[self._counts]
        self._time_s = grid.seconds(table.time_us[self._counts])
        self._period_s = table.period_s[self._counts].astype(np.float64)
        self._interval_s = np.array([s.interval_s for s in sensors] + [0.0])[self._sensor]
        self._sensors, self._grid = len(sensors), grid

    def read(
        self,
        numbers: Floats,
        ways: dict[CountKind, Callable[[Column], Stretches]],
        beside: Floats | None = None,
    ) -> Numbers:
        """Bins of one number of the readings.

        Args:
            numbers: (readings,) NaN where a reading does not say.
            ways: how to read each kind that says it.
            beside: a number by which a change says that this one did not change.
        """
        value = numbers[self._counts]
        is_said = np.isin(self._kind, [_KINDS.index(k) for k in ways]) & ~np.isnan(value)
        if beside is not None:
            unchanged = (self._kind == _CHANGE) & np.isnan(value) & ~np.isnan(beside[self._counts])
            value = np.where(unchanged, 0, value)
        column = Column(self._sensor, self._time_s, value, self._period_s, self._interval_s)
        stretches = joined(
            [way(column.where(self._kind == _KINDS.index(kind))) for kind, way in ways.items()]
        )
        values, known = stretches.binned(self._grid, self._sensors)
        said = np.bincount(self._sensor[is_said], minlength=self._sensors)
        return Numbers(values, known, said > 0)


def _chosen(mask: NDArray[np.bool_], where: Numbers, elsewhere: Numbers) -> Numbers:
    return Numbers(
        np.where(mask[:, None], where.values, elsewhere.values),
        np.where(mask[:, None], where.known, elsewhere.known),
        np.where(mask, where.is_expected, elsewhere.is_expected),
    )
