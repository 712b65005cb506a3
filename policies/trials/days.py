"""The whole days that a trial is judged by: how many came, and whether it was open as drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import HOLIDAY, SLOT_MINUTES
from domain.estate import Venue
from policies.demand.business_days import BusinessDays
from policies.trials.trial import Trial

Floats = NDArray[np.float64]

WHOLE = 0.95
"""Part of a day's open time that the counters must have worked for its total to be known."""
AS_DRAWN = 0.1
"""Part of a stretch that may have been open, or shut, against the lot."""


@dataclass(frozen=True, slots=True)
class Days:
    """Visits and open time of venues; arrays (venues, days, 96) unless said otherwise."""

    venues: tuple[Venue, ...]
    day: tuple[date, ...]
    visits: Floats
    """Counted at the doors."""
    open: Floats
    known: NDArray[np.bool_]
    """(venues, days) whether the counters worked."""
    ordinary: NDArray[np.bool_]
    """(venues, days) no holiday, and no day on which another weekday's work is made up for."""

    @classmethod
    def of(cls, bins: Bins, venues: Sequence[Venue]) -> "Days":
        """The days of the bins of venues."""
        days = BusinessDays(bins.start, venues)
        is_counted = ~np.isnan(bins.entered)
        opened = days.sums(bins.open)
        healthy = days.sums(np.where(is_counted, bins.healthy * bins.open, 0))
        weekday = np.array([d.weekday() for d in days.day.tolist()])
        return cls(
            venues=tuple(venues),
            day=tuple(days.day.tolist()),
            visits=days.sums(np.nan_to_num(bins.entered)),
            open=opened,
            known=healthy.sum(axis=2) >= WHOLE * opened.sum(axis=2),
            ordinary=(days.day_type == weekday) & (days.day_type != HOLIDAY),
        )

    def totals(self, row: int) -> Floats:
        """(days,) visits of a venue's open, ordinary days; NaN where they are not known."""
        is_told = self.known[row] & self.ordinary[row] & (self.open[row].sum(axis=1) > 0)
        return np.where(is_told, self.visits[row].sum(axis=1), np.nan)

    def told(self, trial: Trial, row: int, linked: Sequence[int]) -> dict[date, float]:
        """Totals as `verdict.standing` takes them.

        Args:
            trial: of the venue in `row`.
            row: of the venue.
            linked: rows of venues that the stretch may take visits from: theirs in it are added.
        """
        first = (trial.start - self.venues[row].day_starts) // SLOT_MINUTES
        stretch = slice(first, first + (trial.end - trial.start) // SLOT_MINUTES)
        totals = self.totals(row)
        for other in linked:
            taken = self.visits[other, :, stretch].sum(axis=1)
            totals = totals + np.where(self.known[other], taken, np.nan)
        drawn = np.array([trial.is_on(day) for day in self.day], dtype=np.float64)
        strays = np.abs(self.open[row, :, stretch].mean(axis=1) - drawn) > AS_DRAWN
        totals = np.where(strays, np.nan, totals)
        return dict(zip(self.day, totals.tolist(), strict=True))
