"""Arrivals to expect in the coming days, date by date, with how far they may scatter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from domain.calendars import HOLIDAY, day_types
from domain.estate import Venue
from policies.demand.estimated import DemandEstimate
from policies.demand.terms import TermFactor, in_vacation
from policies.grouping import alike

Floats = NDArray[np.float64]

TREND_WEEKS = 4.0
"""A trend fades: it goes on for as many weeks as its sum, however far one looks ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Arrivals of some venues on some days, were they open; arrays (venues, days, 96).

    NaN where nothing is known.
    """

    venues: tuple[str, ...]
    days: tuple[date, ...]
    expected: Floats
    low: Floats
    """10 % quantile of the slot's arrivals."""
    high: Floats
    """90 % quantile."""
    doubt: Floats
    """Relative variance of the slot's rate: of days, of the rate itself, of what the level does."""
    day_low: Floats
    """(venues, days) the same of all arrivals of the business day in slots whose rate is known."""
    day_high: Floats


def forecast(
    estimate: DemandEstimate, venues: Sequence[Venue], first_day: date, days: int
) -> Forecast:
    """Look ahead, public holidays, make-up working days, special days and vacations included.

    Arrivals are negative binomial: their variance is that of counting, by the venue's dispersion;
    of good and bad days; of the rate's own uncertainty; and of what the level may wander.

    Args:
        estimate: of at least these venues.
        venues: rows of the result; for their calendars.
        first_day: after the days that the estimate rests on.
        days: how many.

    Raises `ValueError` for a venue that is not in the estimate.
    """
    rows = [estimate.profile.venues.index(v.id) for v in venues]
    dates = np.datetime64(first_day) + np.arange(days)
    kinds = _day_types(venues, dates).astype(np.intp)
    rate = np.take_along_axis(estimate.profile.rate[rows], kinds[:, :, None], 1)
    log_variance = np.take_along_axis(estimate.log_sd()[rows] ** 2, kinds[:, :, None], 1)

    ahead = np.maximum((dates - np.datetime64(estimate.last_day)) / np.timedelta64(7, "D"), 0)
    trend = estimate.trend[rows, None] * TREND_WEEKS * (1 - np.exp(-ahead / TREND_WEEKS))
    log, doubt = _vacation(estimate, venues, dates)
    expected = rate * np.exp(trend + log)[:, :, None]
    shared = estimate.day_variance[rows, None] + estimate.wander[rows, None] * ahead + doubt
    counted = estimate.dispersion[rows, None, None] * expected
    relative = np.expm1(log_variance + shared[:, :, None])
    low, high = interval(expected, counted + expected**2 * relative)

    total = np.nansum(expected, axis=2)
    # the errors of a day's rates are taken to be shared by all of its slots: surfaces are smooth
    deviation = np.nansum(expected * np.sqrt(np.expm1(log_variance)), axis=2)
    of_day = np.nansum(counted, axis=2) + deviation**2 + total**2 * np.expm1(shared)
    day_low, day_high = interval(np.where(total > 0, total, np.nan), of_day)
    return Forecast(
        venues=tuple(v.id for v in venues),
        days=tuple(dates.tolist()),
        expected=expected,
        low=low,
        high=high,
        doubt=relative,
        day_low=day_low,
        day_high=day_high,
    )


def _day_types(venues: Sequence[Venue], dates: NDArray[np.datetime64]) -> NDArray[np.int8]:
    """Day type of each date at each venue; (venues, days). Special days count as holidays."""
    kinds = np.zeros((len(venues), len(dates)), dtype=np.int8)
    for rows, venue in alike(venues, lambda v: (v.country, v.subdivision)):
        kinds[rows] = day_types(dates.tolist(), venue.country, venue.subdivision)
    for row, venue in enumerate(venues):
        special = np.array([s.day for s in venue.special_days], dtype="datetime64[D]")
        kinds[row, np.isin(dates, special)] = HOLIDAY
    return kinds


def _vacation(
    estimate: DemandEstimate, venues: Sequence[Venue], dates: NDArray[np.datetime64]
) -> tuple[Floats, Floats]:
    """Log factor of each date against the days that the profile is of, and its variance."""
    factors = [estimate.vacation.get(v.type, TermFactor()) for v in venues]
    now = in_vacation(np.array([np.datetime64(estimate.last_day) + 1]), estimate.terms)
    change = in_vacation(dates, estimate.terms).astype(np.float64) - now
    log = np.array([f.log for f in factors])[:, None] * change
    return log, np.array([f.variance for f in factors])[:, None] * change**2


def interval(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """10 % and 90 % quantiles of the negative binomial of these moments; NaN where unknown."""
    known = mean > 0
    mu = np.where(known, mean, 1.0)
    over = np.maximum(np.where(known, variance, 1.0), mu * (1 + 1e-6))
    chance = mu / over
    number = mu * chance / (1 - chance)
    low, high = (np.where(known, nbinom.ppf(q, number, chance), np.nan) for q in (0.1, 0.9))
    return low, high
