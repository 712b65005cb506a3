"""From what venues saw to the demand profile: gamma-Poisson rates, empirical Bayes over venues.

The rate of a venue, day type and slot is gamma-distributed given, added up as evidence,

* its own counts, near slots included;
* those of other days of the week;
* those of the other venues of its type, brought to its level;
* where the venue itself has seen nothing, the nearest slots of the day: see `unseen`.

All but the first are discounted by how much such rates are found to differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import DAY_TYPES
from domain.estate import Venue
from domain.planning import Fact
from policies.demand.evidence import Evidence
from policies.demand.kin import from_kin
from policies.demand.near import near_days, near_slots
from policies.demand.observed import Observed, observe
from policies.demand.ordinary import ordinary_days
from policies.demand.unseen import unseen
from policies.profile import DemandProfile

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RECENCY = 0.93
"""Weight of a week, relative to the week after it."""
USUAL_DISPERSION = 1.5
"""Variance by mean of a slot's visits about its rate, before anything was seen…"""
DISPERSION_VISITS = 200.0
"""…and how many visits it takes to outweigh that."""
FRESH_DAYS, LEAST_FRESH = 7, 0.5
"""Of the open time of so many last days this part must be known, or nothing counts as seen: no
hours are changed while the counters are silent."""
FLOOR_SHARE = 0.05
"""Rates are taken to differ by this part of the venue's mean rate at least."""
FIRST_COUNT = 0.25
"""Visits at the venue's mean rate that every known slot starts from, so that none is surely 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandEstimate:
    """The profile, and what a person should know of where it comes from."""

    profile: DemandProfile
    left_out: tuple[tuple[date, ...], ...]
    """For each venue, the open days that looked like holidays or a silent sensor."""
    stay_minutes: Floats
    """(venues,) mean stay assumed to infer arrivals from people present; NaN where counted."""
    dispersion: Floats
    """(venues,) variance by mean of a slot's visits about its rate; 1 is pure chance."""

    def noted(self, venue: str) -> Mapping[str, Fact]:
        """What a proposal for the venue should say of where its demand comes from."""
        if venue not in self.profile.venues:
            return {}
        row = self.profile.venues.index(venue)
        facts: dict[str, Fact] = {"days_left_out": len(self.left_out[row])}
        if np.isfinite(self.stay_minutes[row]):
            facts["assumed_stay_minutes"] = float(self.stay_minutes[row])
        return facts


def estimate(bins: Bins, venues: Sequence[Venue]) -> DemandEstimate:
    """The demand profile of venues, each with the help of the others of its type.

    Rates are NaN where nothing at all speaks of them: no data, and none of the type either.

    Args:
        bins: of venues, 15 minutes each, `full` estimated; eight weeks are a good length.
        venues: the venue of each row.
    """
    seen = observe(bins, venues)
    ordinary = ordinary_days(seen)
    plain = _tally(seen, ordinary)
    dispersion = _dispersion(seen, ordinary, near_slots(plain))

    age_weeks = (seen.day[-1] - seen.day) / np.timedelta64(7, "D")
    recent = _tally(seen, ordinary * RECENCY**age_weeks)
    own = near_slots(recent.times(1 / dispersion[:, None, None]))
    was_open = _by_day_type(seen, seen.open, ordinary) > 0
    rate = _believed(own, was_open, [v.type for v in venues])

    weeks = len(bins.start) * bins.minutes / (7 * 1440)
    healthy = (ordinary * seen.healthy_open).sum(axis=1)
    left_out = ~ordinary & (seen.exposure.sum(axis=2) > 0)
    return DemandEstimate(
        profile=DemandProfile(
            venues=tuple(v.id for v in venues),
            rate=rate.rate,
            low=rate.quantile(0.1),
            high=rate.quantile(0.9),
            seen=plain.exposure * _fresh(seen)[:, None, None],
            healthy_weeks=weeks * healthy / np.maximum(seen.open.sum(axis=(1, 2)), 1),
        ),
        left_out=tuple(tuple(seen.day[days].tolist()) for days in left_out),
        stay_minutes=seen.stay_minutes,
        dispersion=dispersion,
    )


def _fresh(seen: Observed) -> Mask:
    """Which venues were seen for enough of their open time of late; (venues,)."""
    late = seen.day > seen.day[-1] - np.timedelta64(FRESH_DAYS, "D")
    was_open = seen.open[:, late].sum(axis=(1, 2))
    return np.asarray(seen.healthy_open[:, late].sum(axis=1) >= LEAST_FRESH * was_open)


def _tally(seen: Observed, weight: Floats | Mask) -> Evidence:
    """Arrivals and exposure by day type, with (venues, days) weights."""
    count = _by_day_type(seen, seen.arrivals, weight)
    return Evidence(np.maximum(count, 0), _by_day_type(seen, seen.exposure, weight))


def _by_day_type(seen: Observed, values: Floats, weight: Floats | Mask) -> Floats:
    """Weighted sums over the days of each type; (venues, 8, 96)."""
    of_kind = np.arange(DAY_TYPES)[:, None] == seen.day_type[:, None, :]
    return np.asarray((weight[:, None, :] * of_kind) @ values)


def _dispersion(seen: Observed, ordinary: Mask, fitted: Evidence) -> Floats:
    """Variance by mean of a slot's visits about the fitted rate, at least 1; (venues,).

    Pearson's, with as many degrees of freedom spent as slots were fitted independently.
    """
    day_type = seen.day_type[:, :, None].astype(np.intp)
    exposed = (seen.exposure > 0) & ordinary[:, :, None]
    expected = np.take_along_axis(np.nan_to_num(fitted.rate), day_type, 1) * seen.exposure
    squares = np.sum((seen.arrivals - expected) ** 2, axis=(1, 2), where=exposed)
    visits = np.sum(expected, axis=(1, 2), where=exposed)
    number = exposed.sum(axis=(1, 2))
    spent = np.minimum((fitted.exposure > 0).sum(axis=(1, 2)) / 2, number / 2)
    squares *= np.divide(number, number - spent, out=np.ones(len(visits)), where=number > 0)
    known = squares + USUAL_DISPERSION * DISPERSION_VISITS
    return np.asarray(np.maximum(known / (visits + DISPERSION_VISITS), 1))


def _believed(own: Evidence, was_open: Mask, types: Sequence[str]) -> Evidence:
    """All evidence of the rates, added up."""
    kin = from_kin(own, types, FLOOR_SHARE)
    mean = _mean_rate(own, kin)
    floor = FLOOR_SHARE * mean
    told = own + near_days(own, floor)
    is_known = told.exposure > 0
    first = np.where(is_known, FIRST_COUNT, 0.0)
    known = told + kin + Evidence(first, first / mean)
    rest = unseen(kin, known, is_known, was_open, floor)
    return Evidence(
        np.where(is_known, known.count, rest.count),
        np.where(is_known, known.exposure, rest.exposure),
    )


def _mean_rate(own: Evidence, kin: Evidence) -> Floats:
    """Mean rate of each venue, by its own data or else its kin's; (venues, 1, 1), 1 if unknown."""
    mean = np.ones((len(own.count), 1, 1))
    for told in (kin, own):
        count, exposure = (x.sum(axis=(1, 2), keepdims=True) for x in (told.count, told.exposure))
        np.divide(count + FIRST_COUNT, exposure, out=mean, where=exposure > 0)
    return mean
