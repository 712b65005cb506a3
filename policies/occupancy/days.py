"""Business days in a row of bins: what lies between instants at which rooms are empty."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import local_slots
from domain.estate import Venue
from policies.grouping import alike

Edges = NDArray[np.intp]
"""Bin edges, ascending, at which the rooms are empty: edge i lies before bin i."""


@dataclass(frozen=True, slots=True)
class Day:
    """Bins [start, stop), and whether the rooms are known to be empty before and after them."""

    start: int
    stop: int
    starts_empty: bool
    ends_empty: bool

    @property
    def is_whole(self) -> bool:
        """Whether it is a day that has ended."""
        return self.starts_empty and self.ends_empty

    def earlier(self, bins: int) -> Self:
        """The day in a row that begins so many bins later."""
        return replace(self, start=self.start - bins, stop=self.stop - bins)

    @property
    def bins(self) -> slice:
        """Where it lies."""
        return slice(self.start, self.stop)


def days_between(empty_at: Edges, bins: int) -> list[Day]:
    """What the edges cut a row of so many bins into, the incomplete first and last included."""
    edges = np.unique(np.concatenate([[0], empty_at, [bins]])).tolist()
    known = set(empty_at.tolist())
    return [Day(start, stop, start in known, stop in known) for start, stop in pairwise(edges)]


def empty_edges(bins: Bins, venue: Venue) -> Edges:
    """Edges at which a business day of the venue begins, the very last edge included."""
    if not len(bins.start):
        return np.zeros(0, dtype=np.intp)
    step = np.timedelta64(bins.minutes, "m")
    slots = local_slots(np.append(bins.start, bins.start[-1] + step), venue.tz, venue.day_starts)
    begins = np.append(slots.slot[0] == 0, np.diff(slots.day) > np.timedelta64(0, "D"))
    return np.flatnonzero(begins)


def usual_length(days: Sequence[Day]) -> int:
    """Bins of most whole days; days of a clock change have others. 0 where none is whole."""
    lengths = [day.stop - day.start for day in days if day.is_whole]
    return max(set(lengths), key=lengths.count, default=0)


def alike_days(days: Sequence[Day]) -> Iterator[tuple[list[int], Day]]:
    """Positions of days of one length with ends alike, and one of them."""
    return alike(days, lambda d: (d.stop - d.start, d.starts_empty, d.ends_empty))
