"""From what venues saw to the demand profile: each step takes one thing off what was seen.

Days out of the ordinary are left out (`ordinary`), vacations (`terms`) and the levels of past weeks
(`levels`) are brought to those of the end, the edges of opening (`edges`) are taken off the
exposure; then surfaces are fitted to what remains, all venues of a type together (`pooled`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import HOLIDAY
from domain.estate import SchoolTerm, Venue
from policies.demand.beyond import (
    CLOSED_DAY,
    CLOSED_DAY_DOUBT,
    SLOPE_BETWEEN,
    hours_outside,
    usual_hours,
)
from policies.demand.edges import Edges, edges_of
from policies.demand.estimated import Z80, DemandEstimate
from policies.demand.kinds import takes_after
from policies.demand.levels import Levels, levels
from policies.demand.observed import CLOSING_SLOTS, OPENING_SLOTS, Observed, observe
from policies.demand.ordinary import ordinary_days
from policies.demand.pooled import Cells, Fit, fit
from policies.demand.surface import FREE_DAYS, night_and_day, surface
from policies.demand.tally import by_day_type, day_variance, dispersion, first_guess
from policies.demand.terms import TermFactor, in_vacation, term_factor
from policies.profile import DemandProfile

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FRESH_DAYS, LEAST_FRESH = 7, 0.5
"""Of the open time of so many last days this part must be known, or nothing counts as seen: no
hours are changed while the counters are silent."""
SLOT_VARIANCE = 0.05**2
"""Of single slots' log-rates about the surface: bells ring, buses come."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What was seen, with all that is no demand of an ordinary day taken off."""

    count: Floats
    """(venues, 8, 96) visits such that variance is mean."""
    exposure: Floats
    plain: Floats
    """(venues, 8, 96) slots, unweighted, away from the edges."""
    near: Floats
    """(venues, 8, 96, distances) share of the exposure at each distance from an edge."""
    dispersion: Floats
    day_variance: Floats
    levels: Levels
    edges: Mapping[str, Edges]
    vacation: Mapping[str, TermFactor]


def estimate(
    bins: Bins, venues: Sequence[Venue], terms: Sequence[SchoolTerm] = ()
) -> DemandEstimate:
    """The demand of venues, each with the help of the others of its type.

    Rates are NaN where nothing at all speaks of them: no data, and none of the type either.

    Args:
        bins: of venues, 15 minutes each, `full` estimated; eight weeks are a good length.
        venues: the venue of each row.
        terms: of schools; days outside all of them are vacations.
    """
    seen = observe(bins, venues)
    ordinary = ordinary_days(seen)
    types = [v.type for v in venues]
    told = _evidence(seen, ordinary, types, terms)
    kinds = takes_after(told.count, told.exposure, types)
    fitted = _surfaces(seen, told, kinds, venues)
    mean, variance = (x.reshape(told.count.shape) for x in (fitted.mean, fitted.variance))
    variance = variance + told.levels.wander[:, None, None] + SLOT_VARIANCE
    known = _of_kinds(told.exposure.sum(axis=(1, 2)) > 0, kinds)
    rate = np.where(known[:, None, None], np.exp(mean), np.nan)
    factor = np.exp(Z80 * np.sqrt(variance))
    weeks = len(bins.start) * bins.minutes / (7 * 1440)
    healthy = (ordinary * seen.healthy_open).sum(axis=1)
    left_out = ~ordinary & (seen.exposure.sum(axis=2) > 0)
    return DemandEstimate(
        profile=DemandProfile(
            venues=tuple(v.id for v in venues),
            rate=rate,
            low=rate / factor,
            high=rate * factor,
            seen=told.plain * _fresh(seen)[:, None, None],
            healthy_weeks=weeks * healthy / np.maximum(seen.open.sum(axis=(1, 2)), 1),
        ),
        prior_only=~_of_kinds(_on_like_days(told.exposure > 0), kinds),
        takes_after=kinds,
        left_out=tuple(tuple(seen.day[days].tolist()) for days in left_out),
        stay_minutes=np.where(seen.inferred, seen.stay_minutes, np.nan),
        dispersion=told.dispersion,
        day_variance=told.day_variance,
        trend=told.levels.trend,
        wander=told.levels.wander,
        changed_weeks=told.levels.changed_weeks,
        edges={
            kind: edge.bent(fitted.edges[kind].mean, np.diag(fitted.edges[kind].covariance))
            if kind in fitted.edges
            else edge
            for kind, edge in told.edges.items()
        },
        outside_slopes=(float(fitted.slopes.mean[0]), float(fitted.slopes.mean[1])),
        vacation=told.vacation,
        terms=tuple(terms),
        last_day=seen.day[-1].item(),
    )


def _evidence(
    seen: Observed, ordinary: Mask, types: Sequence[str], terms: Sequence[SchoolTerm]
) -> _Evidence:
    """Take vacations, past levels and edges off what was seen, and add it up."""
    rows_of = {kind: np.flatnonzero([t == kind for t in types]) for kind in sorted(set(types))}
    count = np.where(ordinary[:, :, None], seen.arrivals, 0)
    exposure = np.where(ordinary[:, :, None], seen.exposure, 0)
    expected = first_guess(count, exposure, seen.day_type)

    vacation = in_vacation(np.append(seen.day, seen.day[-1] + 1), terms)
    factors = {
        kind: term_factor(count[rows].sum(axis=2), expected[rows].sum(axis=2), vacation[:-1])
        for kind, rows in rows_of.items()
    }
    log = np.array([factors[kind].log for kind in types])
    state = np.exp(log[:, None] * (vacation[:-1].astype(float) - vacation[-1]))[:, :, None]
    exposure, expected = exposure * state, first_guess(count, exposure * state, seen.day_type)

    cells = (by_day_type(exposure, seen.day_type) > 0).sum(axis=(1, 2))
    scatter = dispersion(count, expected, exposure > 0, cells)
    count, exposure, expected = (
        count / scatter[:, None, None],
        exposure / scatter[:, None, None],
        expected / scatter[:, None, None],
    )
    of_days = day_variance(count.sum(axis=2), expected.sum(axis=2))
    moved = levels(count, expected, seen.day_type, of_days)
    exposure = exposure * moved.level[:, :, None]

    edges = {kind: edges_of(seen, rows, count, exposure) for kind, rows in rows_of.items()}
    bend, doubt = _bends(seen, edges, rows_of)
    weight = ordinary * moved.weight
    exposure = exposure * bend
    told = np.maximum(by_day_type(count, seen.day_type, weight), 0)
    met = by_day_type(exposure, seen.day_type, weight)
    doubted = by_day_type(exposure * doubt, seen.day_type, weight)
    trust = _trust(told, doubted / np.maximum(met, 1e-12), exposure, seen, weight, of_days)
    return _Evidence(
        told * trust,
        met * trust,
        by_day_type(seen.exposure * np.minimum(bend, 1), seen.day_type, ordinary),
        _near(seen, exposure, weight, met),
        scatter,
        of_days,
        moved,
        edges,
        factors,
    )


def _near(seen: Observed, exposure: Floats, weight: Floats, met: Floats) -> Floats:
    """Share of each cell's exposure by slots to closing, then since opening."""
    distances = [(seen.to_closing, k) for k in range(1, CLOSING_SLOTS + 1)]
    distances += [(seen.since_opening, k) for k in range(1, OPENING_SLOTS + 1)]
    at = [by_day_type(exposure * (of == k), seen.day_type, weight) for of, k in distances]
    return np.stack(at, axis=-1) / np.maximum(met, 1e-12)[..., None]


def _bends(
    seen: Observed, edges: Mapping[str, Edges], rows_of: Mapping[str, NDArray[np.intp]]
) -> tuple[Floats, Floats]:
    """Factor of the edges in each slot, and the variance of its logarithm; (venues, days, 96)."""
    bend, doubt = np.ones(seen.exposure.shape), np.zeros(seen.exposure.shape)
    for kind, rows in rows_of.items():
        to, since = seen.to_closing[rows], seen.since_opening[rows]
        closing, opening = edges[kind].closing, edges[kind].opening
        bend[rows] = closing.factor[to] * opening.factor[since]
        doubt[rows] = closing.variance[to] + opening.variance[since]
    return bend, doubt


def _trust(
    told: Floats, doubt: Floats, exposure: Floats, seen: Observed, weight: Floats, of_days: Floats
) -> Floats:
    """What part of the evidence counts, for its slots err together; (venues, 8, 96).

    With n visits in what shares an error of relative variance σ², the variance of their log-rate is
    1/n + σ², as of n / (1 + n σ²) visits without it. Slots at equal distance from an edge share the
    error of its factor, the slots of a day what makes it a good or a bad one.
    """
    a_day = np.asarray(np.any(exposure > 0, axis=2, keepdims=True))
    number = by_day_type(a_day, seen.day_type, weight)
    of_day = of_days[:, None, None] / np.maximum(number, 1e-9)
    return np.asarray(1 / (1 + told * doubt) / (1 + told.sum(axis=2, keepdims=True) * of_day))


def _surfaces(
    seen: Observed, told: _Evidence, kinds: Sequence[str], venues: Sequence[Venue]
) -> Fit:
    """Surfaces fitted to the evidence, with the doubt of what lies outside the usual hours."""
    usual = usual_hours(by_day_type(np.asarray(seen.open > 0), seen.day_type))
    outside = hours_outside(usual)
    never = np.asarray(~usual.any(axis=2, keepdims=True) & usual.any(axis=(1, 2), keepdims=True))
    never[:, HOLIDAY] = False
    offset = night_and_day(np.array([v.day_starts for v in venues], np.float64))
    flat = (len(venues), -1)
    fitted = fit(
        Cells(
            told.count.reshape(flat),
            told.exposure.reshape(flat),
            (offset + never * CLOSED_DAY).reshape(flat),
            outside.reshape(len(venues), usual[0].size, -1),
            told.near.reshape(len(venues), usual[0].size, -1),
        ),
        kinds,
        {kind: edge.doubt() for kind, edge in told.edges.items()},
        surface(),
    )
    doubt = (SLOPE_BETWEEN * outside.sum(axis=3)) ** 2 + never * CLOSED_DAY_DOUBT**2
    return replace(fitted, variance=fitted.variance + doubt.reshape(flat))


def _on_like_days(seen: Mask) -> Mask:
    """Slots seen on any working day, or any free one; (venues, 8, 96)."""
    free = np.isin(np.arange(seen.shape[1]), FREE_DAYS)
    by_group = [seen[:, of].any(axis=1, keepdims=True) for of in (~free, free)]
    return np.where(free[:, None], by_group[1], by_group[0])


def _of_kinds(told: Mask, kinds: Sequence[str]) -> Mask:
    """Whether any venue of each venue's kind was told; the shape of `told`."""
    labels, out = np.array(kinds), np.zeros_like(told)
    for kind in set(kinds):
        out[labels == kind] = told[labels == kind].any(axis=0)
    return out


def _fresh(seen: Observed) -> Mask:
    """Which venues were seen for enough of their open time of late; (venues,)."""
    late = seen.day > seen.day[-1] - np.timedelta64(FRESH_DAYS, "D")
    was_open = seen.open[:, late].sum(axis=(1, 2))
    return np.asarray(seen.healthy_open[:, late].sum(axis=1) >= LEAST_FRESH * was_open)
