"""From stored readings to stretches of time of which a sensor said how much they hold."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from policies.grid import Floats, Ints

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
    starts: Ints
    """How many starts and resets the sensor has told by then, in whatever kind of reading."""
    resets: Ints
    """How many of them were resets on command."""
    start_s: Floats
    """When the device started, as the reading says; NaN where it does not."""
    beside: Floats
    """What the reading says of the other direction."""

    def starts_in(self, step: int) -> bool:
        """Whether the device says that it began anew between a reading and the next."""
        told = self.starts[step + 1] > self.starts[step]
        return bool(told or self.start_s[step + 1] > self.time_s[step])

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


def counted_in_periods(column: Column) -> Stretches:
    """Counts of the periods that end at their readings; one said again stands as said last."""
    said = column.where(~np.isnan(column.value))
    is_again = (np.diff(said.sensor) == 0) & (np.diff(said.time_s) == 0)
    is_again &= np.diff(said.period_s) == 0
    said = said.where(np.append(~is_again, True)[: len(said.value)])
    period_s = np.where(said.period_s > 0, said.period_s, said.interval_s)
    return Stretches(said.sensor, said.time_s - period_s, said.time_s, said.value)


def counted_at_once(column: Column) -> Stretches:
    """Changes at their instants. One that names a direction says that nobody went the other way."""
    unnamed = np.isnan(column.value) & ~np.isnan(column.beside)
    value = np.where(unnamed, 0, column.value)
    said = ~np.isnan(value)
    return Stretches(column.sensor, column.time_s, column.time_s, value).where(said)
