"""What came of one decision: a venue's weeks before and since, beside those of others.

No lot chose the venue, so this is no proof: who is changed in a bad week has a better one next. It
is what a log of decisions can honestly say; `claim` has what a roll-out by lot proves.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from domain.calendars import HOLIDAY
from domain.planning import Interval
from policies.uplift.panel import DayTotals, usual_before

Floats = NDArray[np.float64]

LEAST_WEEKS = 4
"""Before and since: fewer say nothing of how weeks differ by themselves."""
LEAST_DAYS = 4
"""Of a week that must be known for it to count."""
MOST_LIKE_THE_LAST = 0.8
"""Correlation of weeks that follow each other is believed up to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEffect:
    """Visits since new hours, against before and beside other venues."""

    weeks_before: int
    weeks_after: int
    controls: int
    """Venues that it is compared with; 0: with its own past alone."""
    before: float
    """Visits a week."""
    after: float
    share: Interval
    """Change against what would be by the others, as a share; with its **95 %** interval."""


def decision_effect(
    totals: DayTotals, venue: int, controls: NDArray[np.bool_], day: date
) -> DecisionEffect | None:
    """The effect of hours that a venue has had from a Monday on; None where too little is known.

    Each week's visits are divided by what its known days usually saw before, holidays left out, and
    by the same of the controls together. The effect is the difference of the mean logarithms since
    and before, by Student's t over weeks, whose number counts less as they resemble each other: by
    (1 − r) / (1 + r), r the correlation of one week with the next.

    Args:
        totals: of the venues, over days with one set of hours before `day` and one since.
        venue: row of the venue.
        controls: (venues,) those whose hours did not change.
        day: the first with the new hours.
    """
    week = (totals.day - np.datetime64(day)).astype(np.intp) // 7
    usual = usual_before(totals, week < 0)
    known = ~np.isnan(totals.total) & ~np.isnan(usual) & (totals.day_type != HOLIDAY)
    own, days = _index(totals.total[venue], usual[venue], known[venue], week)
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(own)
        if controls.any():
            rows = known[controls]
            others, _ = _index(totals.total[controls], usual[controls], rows, week)
            log = log - np.log(others)
    number = np.arange(len(log)) + week.min()
    told = np.isfinite(log) & (days >= LEAST_DAYS)
    before, after = told & (number < 0), told & (number >= 0)
    if min(before.sum(), after.sum()) < LEAST_WEEKS:
        return None
    low, mean, high = _difference(log, before, after)
    visits = _weekly(totals.total[venue], known[venue], week)
    return DecisionEffect(
        weeks_before=int(before.sum()),
        weeks_after=int(after.sum()),
        controls=int(controls.sum()),
        before=float(visits[before].mean()),
        after=float(visits[after].mean()),
        share=Interval(*(float(np.expm1(x)) for x in (low, mean, high))),
    )


def _index(
    total: Floats, usual: Floats, known: NDArray[np.bool_], week: NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """(weeks,) totals over what is usual on the known days of some rows, and how many these are."""
    at = np.broadcast_to(week - week.min(), known.shape)[known]
    sums = [np.bincount(at, x[known], minlength=np.ptp(week) + 1) for x in (total, usual)]
    whole = np.full(sums[0].shape, np.nan)
    index = np.divide(sums[0], sums[1], out=whole, where=sums[1] > 0)
    return index, np.bincount(at, minlength=len(whole)).astype(np.float64)


def _weekly(total: Floats, known: NDArray[np.bool_], week: NDArray[np.intp]) -> Floats:
    """(weeks,) visits as of seven days like the known ones."""
    at = (week - week.min())[known]
    days = np.bincount(at, minlength=np.ptp(week) + 1)
    return np.asarray(7 * np.bincount(at, total[known], len(days)) / np.maximum(days, 1))


def _difference(
    log: Floats, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """95 % interval of the mean after less that before, with its middle."""
    means = np.where(before, log[before].mean(), log[after].mean())
    left = np.where(before | after, log - means, np.nan)
    numbers = int(before.sum()), int(after.sum())
    free = sum(numbers) - 2
    variance = float(np.nansum(left**2)) / free
    pairs = left[1:] * left[:-1]
    like = float(np.nanmean(pairs)) / variance if variance > 0 and np.isfinite(pairs).any() else 0.0
    like = min(max(like, 0.0), MOST_LIKE_THE_LAST)
    repeats = (1 + like) / (1 - like)
    error = np.sqrt(variance * repeats * (1 / numbers[0] + 1 / numbers[1]))
    half = float(student.ppf(0.975, max(free / repeats, 1.0)) * error)
    mean = float(log[after].mean() - log[before].mean())
    return mean - half, mean, mean + half
