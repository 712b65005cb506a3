"""A row of equal bins in UTC, and how stretches of time spread over it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Grid:
    """Bins of `bin_s` seconds from `start_s` (seconds since 1970 UTC) on."""

    start_s: int
    bins: int
    bin_s: int = 900

    @classmethod
    def covering(cls, start: datetime, end: datetime, bin_s: int = 900) -> "Grid":
        """The bins, on whole multiples of `bin_s`, that cover the aware instants [start, end)."""
        first = int(start.astimezone(UTC).timestamp() // bin_s)
        last = -int(-end.astimezone(UTC).timestamp() // bin_s)
        return cls(first * bin_s, max(last - first, 0), bin_s)

    @property
    def starts(self) -> NDArray[np.datetime64]:
        """Start of each bin, datetime64[s]."""
        return (self.start_s + self.bin_s * np.arange(self.bins)).astype("datetime64[s]")

    def seconds(self, time_us: NDArray[np.int64]) -> Floats:
        """Seconds after the grid's start of instants in microseconds since 1970 UTC."""
        return (time_us - self.start_s * 1_000_000) / 1e6

    def spread(self, begin_s: Floats, end_s: Floats) -> "Spread":
        """How each stretch [begin, end), in seconds after the grid's start, falls on the bins.

        A stretch without length falls whole on the bin that contains the instant just before it,
        so that a count made at a bin's end belongs to that bin.
        """
        length = end_s - begin_s
        is_point = length <= 0
        after = np.ceil(end_s / self.bin_s)
        first = np.where(is_point, after - 1, np.floor(begin_s / self.bin_s))
        first = np.clip(first, 0, self.bins).astype(np.intp)
        pieces = np.maximum(np.clip(after, 0, self.bins).astype(np.intp) - first, 0)

        stretch = np.repeat(np.arange(len(length)), pieces)
        offset = first - (np.cumsum(pieces) - pieces)
        bin_ = np.arange(len(stretch)) + offset[stretch]
        edge = bin_ * float(self.bin_s)
        overlap = np.minimum(end_s[stretch], edge + self.bin_s)
        overlap -= np.maximum(begin_s[stretch], edge)
        share = np.where(is_point[stretch], 1.0, overlap / np.where(is_point, 1.0, length)[stretch])
        return Spread(self, stretch, bin_, share)


@dataclass(frozen=True, slots=True)
class Spread:
    """Stretches cut at the bins' edges; arrays (pieces,)."""

    grid: Grid
    stretch: Ints
    """Which stretch the piece is of."""
    bin: Ints
    share: Floats
    """The piece's part of its stretch."""

    def total(self, row: Ints, amount: Floats, rows: int) -> Floats:
        """Sum of amounts in proportion to overlap; shape (rows, bins).

        Args:
            row: (stretches,) the row that each stretch adds to.
            amount: (stretches,) what each stretch holds in all.
            rows: how many rows there are.
        """
        cell = row[self.stretch] * self.grid.bins + self.bin
        weights = amount[self.stretch] * self.share
        sums = np.bincount(cell, weights, minlength=rows * self.grid.bins)
        return np.asarray(sums, np.float64).reshape(rows, self.grid.bins)
