"""Which days are ordinary: a closed holiday or a dead sensor says nothing of Mondays."""

import numpy as np
from numpy.typing import NDArray

from domain.calendars import DAY_TYPES, HOLIDAY
from policies.demand.observed import Observed

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_EXPECTED = 20.0
"""Visits that a day must lead one to expect before their total absence is remarkable."""
LOW_SHARE = 0.65
"""A day below this part of its weekday's median is out of the ordinary…"""
LOW_SIGMAS = 2.5
"""…if it is also this far out of the venue's own spread of days."""
LEAST_SPREAD = 0.1
"""Coefficient of variation of whole days, at least: weather and the like."""


def ordinary_days(seen: Observed) -> Mask:
    """Which days count toward the profile; (venues, days).

    Left out are

    * days without any visit where many were to be expected, when other days of that weekday have
      visits, or the open day before or after has none either: a silent sensor, or a closed door;
    * days far below the median of their weekday: most likely a holiday that nobody told us of.
      Public holidays are spared: low numbers are what they are like;
    * all days of a venue that never had a visit: a counter that counts nothing is no evidence.
    """
    visits = seen.arrivals.sum(axis=2)
    exposed = seen.exposure.sum(axis=2) > 0
    expected = _expected_visits(seen, visits > 0)
    compared = exposed & (expected > 0)
    share = np.divide(visits, expected, out=np.full_like(visits, np.nan), where=compared)
    usual = _median_of_day_type(share, seen.day_type)

    none = compared & (visits <= 0) & (expected >= LEAST_EXPECTED)
    silent = none & ((usual > 0) | _beside(none, exposed))
    low = compared & (share < LOW_SHARE * usual) & (seen.day_type != HOLIDAY)
    low &= visits < expected * usual - LOW_SIGMAS * _sigma(expected * usual, share, usual)
    never = np.all(visits <= 0, axis=1, keepdims=True)
    return np.asarray(~(silent | low | never))


def _expected_visits(seen: Observed, busy: Mask) -> Floats:
    """Visits of each day at the mean rates of its day type's busy days; (venues, days)."""
    expected = np.zeros(busy.shape)
    for kind in range(DAY_TYPES):
        of_kind = (seen.day_type == kind) & busy
        count = np.einsum("vd,vdt->vt", of_kind, seen.arrivals)
        exposure = np.einsum("vd,vdt->vt", of_kind, seen.exposure)
        rate = np.divide(count, exposure, out=np.zeros_like(count), where=exposure > 0)
        days = np.einsum("vt,vdt->vd", rate, seen.exposure)
        expected = np.where(seen.day_type == kind, days, expected)
    return expected


def _median_of_day_type(share: Floats, day_type: NDArray[np.int8]) -> Floats:
    """Median over the days of the same type, for each day; 0 where there is none."""
    medians = np.zeros(share.shape)
    for kind in range(DAY_TYPES):
        of_kind = day_type == kind
        median = _median(np.where(of_kind, share, np.nan))
        medians = np.where(of_kind, median[:, None], medians)
    return medians


def _sigma(expected: Floats, share: Floats, usual: Floats) -> Floats:
    """Standard deviation of a day's visits: of counting, and of days as the venue has them."""
    relative = np.divide(share, usual, out=np.full_like(share, np.nan), where=usual > 0)
    spread = np.maximum(1.4826 * _median(np.abs(relative - 1)), LEAST_SPREAD)
    return np.sqrt(expected + (spread[:, None] * expected) ** 2)


def _beside(none: Mask, exposed: Mask) -> Mask:
    """Which days have an open day without visits before or after them; (venues, days)."""
    return _last_open(none, exposed) | _last_open(none[:, ::-1], exposed[:, ::-1])[:, ::-1]


def _last_open(none: Mask, exposed: Mask) -> Mask:
    """Whether the latest exposed day before each day had no visits."""
    index = np.where(exposed, np.arange(none.shape[1]), -1)
    latest = np.maximum.accumulate(index, axis=1)
    before = np.concatenate([np.full((len(none), 1), -1), latest[:, :-1]], axis=1)
    return np.take_along_axis(none, np.maximum(before, 0), 1) & (before >= 0)


def _median(values: Floats) -> Floats:
    """Median of each row's numbers; 0 for a row that has none."""
    empty = np.all(np.isnan(values), axis=1, keepdims=True)
    return np.asarray(np.nanmedian(np.where(empty, 0, values), axis=1))
