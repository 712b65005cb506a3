"""From stored readings to stretches of time of which a sensor said how much they hold."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from policies.grid import Floats, Grid, Ints

GAP_INTERVALS = 2.5
"""Reporting intervals without a reading that are still no gap: one message may be lost."""
LEAST_KNOWN = 0.5
"""Share of a bin that must be known for the bin to have a number."""


@dataclass(frozen=True, slots=True)
class _Rows:
    def where(self, mask: NDArray[np.bool_]) -> Self:
        """The rows for which `mask` holds."""
        if mask.all():
            return self
        return type(self)(*(getattr(self, f.name)[mask] for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Column(_Rows):
    """One number of some readings, in order of (sensor, time); arrays (readings,)."""

    sensor: Ints
    """Row of the sensor."""
    time_s: Floats
    """Seconds after the grid's start."""
    value: Floats
    """NaN where the sensor did not say."""
    period_s: Floats
    interval_s: Floats
    """How often the reading's sensor reports."""

    def until_next(self, end_s: float) -> Floats:
        """The time of the sensor's next reading; `end_s` where there is none."""
        is_last = np.diff(self.sensor, append=-1) != 0
        return np.where(is_last, end_s, np.roll(self.time_s, -1))


@dataclass(frozen=True, slots=True)
class Stretches(_Rows):
    """Stretches [begin, end) of time and what they hold; arrays (stretches,)."""

    sensor: Ints
    begin_s: Floats
    end_s: Floats
    amount: Floats

    def binned(self, grid: Grid, sensors: int) -> tuple[Floats, Floats]:
        """Amount of each bin and the known share of the bin; both (sensors, bins).

        The amount is divided by the known share: the unknown part of a bin is taken for like its
        known part, where a plain sum would read as a quiet quarter-hour. With less than
        `LEAST_KNOWN` it is NaN. Periods that overlap, as of a sliding hour, are so averaged too.
        """
        spread = grid.spread(self.begin_s, self.end_s)
        known = spread.total(self.sensor, (self.end_s - self.begin_s) / grid.bin_s, sensors)
        amount = spread.total(self.sensor, self.amount, sensors)
        enough = known >= LEAST_KNOWN
        scaled = np.divide(amount, known, out=np.full_like(amount, np.nan), where=enough)
        return scaled, np.minimum(known, 1.0)


def counted_in_periods(column: Column) -> Stretches:
    """Counts of the periods that end at their readings."""
    said = column.where(~np.isnan(column.value))
    period_s = np.where(said.period_s > 0, said.period_s, said.interval_s)
    return Stretches(said.sensor, said.time_s - period_s, said.time_s, said.value)


def joined(parts: Sequence[Stretches]) -> Stretches:
    """All rows of some stretches."""
    columns = ([getattr(part, f.name) for part in parts] for f in fields(Stretches))
    return Stretches(*map(np.concatenate, columns))
