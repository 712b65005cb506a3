"""From bins of venues to what each of them saw on each of its days."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import DAY_TYPES
from domain.estate import Venue
from policies.demand.business_days import BusinessDays
from policies.demand.observed import OTHER_STAY_MINUTES, STAY_MINUTES
from policies.uplift.figures import Measure
from policies.uplift.panel import DayTotals

Floats = NDArray[np.float64]

LEAST_KNOWN = 0.95
"""Share of a day's open time that must be known; the total is then as of all of it."""
NOBODY = 0.5
"""Fewer people present than this are nobody."""


def day_totals(
    bins: Bins,
    venues: Sequence[Venue],
    group: Sequence[str],
    present: Floats,
    capacity: Floats,
    span: tuple[date, date],
) -> Mapping[Measure, DayTotals]:
    """Day totals of every measure that bins can tell of.

    Who came is counted while the venue is open. Of a venue without door counts it is person-hours
    by the mean stay of its type: people present rise and fall by as much in a day, so that
    arrivals are what is replaced; an error in the stay leaves shares as they are. A day on which
    the venue is closed sees nobody. Refused at a full door are as many as come at that time on such
    days of the week while there are places, for the time that it was full: nobody counts them.

    Args:
        bins: of venues, 15 minutes each.
        venues: the venue of each row.
        group: linked group of each.
        present: (venues, bins) people present.
        capacity: (venues,) places; NaN where unknown.
        span: first business day, and the one after the last; the bins cover them all.
    """
    days = BusinessDays(bins.start, venues)
    within = (days.day >= np.datetime64(span[0])) & (days.day < np.datetime64(span[1]))
    hour = bins.minutes / 60
    stay = np.array([STAY_MINUTES.get(v.type, OTHER_STAY_MINUTES) for v in venues]) / 60
    staff = np.array([v.limits.staff for v in venues])
    is_open = bins.open > 0
    is_counted = ~np.isnan(bins.entered).all(axis=1, keepdims=True)
    people = present * bins.open * hour
    visits = np.where(is_counted, bins.entered, people / stay[:, None])

    def summed(values: Floats) -> Floats:
        return np.asarray(days.sums(values).sum(axis=2))

    def seen(values: Floats) -> Floats:
        """Totals of what must be seen, as of the whole open time; NaN where too little is."""
        known = is_open & ~np.isnan(values)
        share = bins.open * np.where(is_counted, bins.healthy, 1.0)
        time, told = summed(bins.open), summed(np.where(known, share, 0.0))
        total = summed(np.where(known, values, 0.0)) * np.divide(
            time, told, out=np.ones_like(time), where=told > 0
        )
        return np.where(told >= LEAST_KNOWN * time, total, np.nan)

    open_hours = summed(bins.open) * hour
    idle = np.where(np.isnan(present), np.nan, (present < NOBODY) * bins.open * hour)
    came = seen(visits)
    is_told = np.isfinite(capacity)[:, None] & np.isfinite(came)
    totals = {
        Measure.VISITS: came,
        Measure.PERSON_HOURS: seen(people),
        Measure.CAPACITY_HOURS: open_hours * capacity[:, None],
        Measure.STAFFED_HOURS: open_hours * staff[:, None],
        Measure.IDLE_HOURS: seen(idle),
        Measure.REFUSED: np.where(is_told, _refused(bins, visits, days), np.nan),
    }
    return {
        measure: DayTotals(
            venues=tuple(v.id for v in venues),
            group=tuple(group),
            day=days.day[within],
            day_type=days.day_type[:, within],
            total=total[:, within],
        )
        for measure, total in totals.items()
    }


def _refused(bins: Bins, visits: Floats, days: BusinessDays) -> Floats:
    """(venues, days) people who met a full door; NaN where nobody knows how many come then."""
    is_told = ~np.isnan(visits)
    full = days.sums(bins.full * bins.open)
    at_full = days.sums(np.where(is_told & (bins.full > 0), visits, 0.0))
    free = is_told & (bins.full == 0)
    came, time = days.sums(np.where(free, visits, 0.0)), days.sums(np.where(free, bins.open, 0.0))
    rate = np.full(full.shape, np.nan)
    for day_type in range(DAY_TYPES):
        of_type = (days.day_type == day_type)[:, :, None]
        seen = np.sum(time, axis=1, where=of_type)
        none = np.full(seen.shape, np.nan)
        usual = np.divide(np.sum(came, axis=1, where=of_type), seen, out=none, where=seen > 0)
        rate = np.where(of_type, usual[:, None], rate)
    lost = np.maximum(full * rate - at_full, 0.0)
    return np.asarray(np.where(full > 0, lost, 0.0).sum(axis=2))
