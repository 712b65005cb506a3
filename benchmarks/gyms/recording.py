"""Eight gyms around Zürich that say how many are present, as the product reads them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import HOLIDAY, SLOT_MINUTES, SLOTS_A_DAY, instant, openings
from domain.estate import Estate, Venue
from domain.readings import ReadingTable
from openhours.entering.counts_csv import ColumnMap, read_counts
from policies.demand.business_days import BusinessDays
from policies.flows import Opening, venue_bins
from store.estate_files import read_estate

Floats = NDArray[np.float64]

DATA = Path(__file__).parents[3] / "shared" / "data" / "zurich_gyms.csv.gz"
ESTATE = Path(__file__).parents[2] / "deploy" / "replay" / "zurich-gyms.yaml"
"""Its hours are those between which people are seen to come and to leave: those really open."""
COLUMNS = ("time=timestamp_utc", "sensor=gym", "present=occupancy")
ZURICH = ZoneInfo("Europe/Zurich")
DAY_STARTS = 4 * 60
FIRST, WEEKS, LEARNT = date(2025, 3, 24), 48, 35
"""From a Monday on; eight months are learnt from, and the thirteen weeks after them judged."""
STAY_MINUTES = 75.0
"""Assumed to infer arrivals, as the estimator does of types that it does not know."""
LEAST_HEALTHY = 0.5
"""Share of a quarter-hour for which a counter must have worked for its word to be the truth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What the gyms saw; arrays (gyms, weeks, 7, 96), NaN where unknown and on public holidays."""

    bins: Bins
    venues: tuple[Venue, ...]
    arrivals: Floats
    """Inferred from people present; sums over weeks are unbiased, a single one may be negative."""
    present: Floats

    def learnt(self) -> Bins:
        """The bins of the weeks that are learnt from."""
        end = np.datetime64(span(LEARNT)[1].replace(tzinfo=None), "s")
        kept, arrays = self.bins.start < end, ("entered", "left", "present", "healthy", "open")
        return replace(
            self.bins,
            start=self.bins.start[kept],
            **{name: getattr(self.bins, name)[:, kept] for name in (*arrays, "full")},
        )


def recorded() -> Recording:
    """The recording; what the product does not believe, such as a number stuck, is unknown."""
    estate = read_estate(ESTATE)
    said = read_counts(DATA, ColumnMap.parse(COLUMNS), ZoneInfo("UTC")).readings
    table = ReadingTable.of_readings(sorted(said, key=lambda r: (r.sensor, r.time_us)))
    opened = {v.id: opened_by(v, WEEKS) for v in estate.venues}
    bins = venue_bins(table, estate.rooms, estate.sensors, *span(WEEKS), opened)
    is_known = (bins.healthy >= LEAST_HEALTHY) & ~np.isnan(bins.present)
    present = np.where(is_known, bins.present, np.nan)
    inside = np.where((bins.open == 0) & ~is_known, 0, present)
    padded = np.pad(inside, ((0, 0), (1, 1)), mode="edge")
    rise = (padded[:, 2:] - padded[:, :-2]) / 2
    return Recording(
        bins=bins,
        venues=estate.venues,
        arrivals=_by_week(bins, estate, rise + present * SLOT_MINUTES / STAY_MINUTES),
        present=_by_week(bins, estate, present),
    )


def span(weeks: int) -> tuple[datetime, datetime]:
    """The instants between which the first weeks lie."""
    return (
        instant(FIRST, DAY_STARTS, ZURICH),
        instant(FIRST + timedelta(weeks=weeks), DAY_STARTS, ZURICH),
    )


def opened_by(venue: Venue, weeks: int) -> list[Opening]:
    """Open intervals of the first weeks by the venue's hours."""
    return openings(FIRST - timedelta(days=1), 7 * weeks + 2, venue.hours, venue.tz)


def _by_week(bins: Bins, estate: Estate, values: Floats) -> Floats:
    days = BusinessDays(bins.start, estate.venues)
    known = days.sums(np.isfinite(values).astype(np.float64)) > 0
    folded = np.where(known, days.sums(np.nan_to_num(values)), np.nan)
    folded[days.day_type == HOLIDAY] = np.nan
    first = int(np.flatnonzero(days.day == np.datetime64(FIRST))[0])
    of_weeks = folded[:, first : first + 7 * WEEKS]
    return of_weeks.reshape(len(values), WEEKS, 7, SLOTS_A_DAY)
