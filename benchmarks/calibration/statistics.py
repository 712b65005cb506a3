"""What is compared of counts at one place: shapes of day and week, dispersion, memory.

Counts are taken for N = Poisson(μ F G): μ is what is usual at the slot of the weekday in that
month, F a factor of the whole day, G one of the slot, each of mean 1. By moments, with T the day's
total:

    cv(F)² = Var(T)/E(T)² − 1/E(T)
    cv(F)² + cv(G)² = Σ (Var N − E N) / Σ μ²
    cv(F)² + ρ cv(G)² = Σ Cov(N, next N) / Σ μ × next μ

where ρ is the correlation of G with that of the next slot. Of people present Var N is not that of
a Poisson number but for lack of memory; the same formulas are descriptions there, and comparable
between recordings of presence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TREND_DAYS = 14
"""What is usual follows the season: by a mean over so many days before and after. That takes a
little of every memory: where there is none, the correlation with last week is about −0.1."""
ODD_DAY = 0.35
"""A day with less than this share of the median of its weekday is a holiday, or a closure."""
LEAST_VAR = 0.03**2
"""With less of it, nothing is said of how G is remembered."""
WHOLE_DAY = 0.9
"""A day of which less than this share of what is usual is known is left out."""
USUAL_LEAST = 0.5
"""Slots in which fewer people than this are usual say nothing of dispersion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Counts of one place."""

    name: str
    day: NDArray[np.int64]
    """(days,) ordinal of each date."""
    counts: Floats
    """(days, slots), NaN where unknown, or closed."""

    @property
    def weekday(self) -> NDArray[np.int64]:
        """(days,) 0 for Monday."""
        return (self.day - 1) % 7


@dataclass(frozen=True, slots=True)
class Described:
    """Statistics of one place by name, and its days' factors."""

    figures: dict[str, float]
    day: NDArray[np.int64]
    factor: Floats
    """(days,) F, with the noise of the counts in it."""


def described(place: Place) -> Described:
    """All statistics of a place; single counts a day have none of slots."""
    ordinary = _ordinary(place)
    counts, weekday = ordinary.counts, ordinary.weekday
    known = np.nan_to_num(counts)
    total = known.sum(axis=1)
    by_weekday = np.array([total[weekday == d].mean() for d in range(7) if (weekday == d).any()])
    usual = np.zeros(7)
    usual[np.unique(weekday)] = by_weekday
    ratio = total / usual[weekday]
    trend = _moving_mean(ordinary.day, ratio)
    factor = ratio / trend
    scale = len(total) / (len(total) - 7 - len(total) / (2 * TREND_DAYS + 1))
    """Means of weekdays and months have been taken from the same days."""
    day_var = scale * factor.var() - float((1 / total).mean())
    figures = {
        "days": float(len(total)),
        "a_day": float(total.mean()),
        "weekend_to_workday": _mean(usual[5:]) / _mean(usual[:5]),
        "cv_day_raw": float(ratio.std()),
        "cv_day": float(np.sqrt(max(day_var, 0))),
        **{
            f"day_lag_{lag}": _lagged(ordinary.day, factor, lag) * scale / day_var
            for lag in (1, 7)
            if day_var > 0
        },
    }
    if counts.shape[1] > 1:
        figures |= _shape(known, weekday)
        figures |= _dispersion(counts, weekday, trend, day_var, scale)
    return Described(figures, ordinary.day, factor)


def shared(places: list[Described]) -> float:
    """Mean correlation of the days' factors of two places, on the days that both have."""
    found = []
    for one, other in combinations(places, 2):
        _, here, there = np.intersect1d(one.day, other.day, return_indices=True)
        if len(here) > 2 * TREND_DAYS:
            found.append(float(np.corrcoef(one.factor[here], other.factor[there])[0, 1]))
    return float(np.mean(found)) if found else float("nan")


def _ordinary(place: Place) -> Place:
    """Without days that are far below their weekday's, or of which a tenth is missing."""
    total, known = np.nansum(place.counts, axis=1), np.mean(~np.isnan(place.counts), axis=1)
    kept = (total >= ODD_DAY * _usual(total, place.weekday)) & (total > 0)
    kept &= known >= WHOLE_DAY * _usual(known, place.weekday)
    return Place(name=place.name, day=place.day[kept], counts=place.counts[kept])


def _usual(values: Floats, weekday: NDArray[np.int64]) -> Floats:
    """(days,) the median of each day's weekday."""
    medians = {d: np.median(values[weekday == d]) for d in np.unique(weekday).tolist()}
    return np.array([medians[d] for d in weekday.tolist()])


def _moving_mean(day: NDArray[np.int64], values: Floats) -> Floats:
    near = np.abs(day[:, None] - day[None, :]) <= TREND_DAYS
    return np.asarray(near @ values / near.sum(axis=1), np.float64)


def _lagged(day: NDArray[np.int64], factor: Floats, lag: int) -> float:
    """Covariance of the factors of days so far apart."""
    _, late, early = np.intersect1d(day, day + lag, return_indices=True)
    mean = factor.mean()
    return float(((factor[late] - mean) * (factor[early] - mean)).mean())


def _shape(counts: Floats, weekday: NDArray[np.int64]) -> dict[str, float]:
    """Of Monday to Friday: the busiest hour's share, and how many hours hold four fifths."""
    day = counts[weekday < 5].mean(axis=0)
    hours = day.reshape(24, -1).sum(axis=1)
    share = np.sort(hours)[::-1] / hours.sum()
    return {
        "busiest_hour_share": float(share[0]),
        "hours_of_80_percent": float(np.searchsorted(np.cumsum(share), 0.8) + 1),
    }


def _dispersion(
    counts: Floats, weekday: NDArray[np.int64], trend: Floats, day_var: float, scale: float
) -> dict[str, float]:
    usual = np.zeros((7, counts.shape[1]))
    for d in np.unique(weekday).tolist():
        its = counts[weekday == d]
        weight = np.where(np.isnan(its), 0, trend[weekday == d][:, None]).sum(axis=0)
        usual[d] = np.nansum(its, axis=0) / np.maximum(weight, 1e-9)
    mean = usual[weekday] * trend[:, None]
    mean = np.where((mean >= USUAL_LEAST) & ~np.isnan(counts), mean, np.nan)
    rest = counts - mean
    excess = (scale * np.nansum(rest**2) - np.nansum(mean)) / np.nansum(mean**2)
    joint = np.nansum(mean[:, 1:] * mean[:, :-1])
    beside = scale * np.nansum(rest[:, 1:] * rest[:, :-1]) / joint
    slot_var = excess - day_var
    z = rest / np.sqrt(mean)
    pair = ~np.isnan(z[:, 1:] + z[:, :-1])
    return {
        "variance_to_mean": float(scale * np.nansum(rest**2) / np.nansum(mean)),
        "cv_slot": float(np.sqrt(max(slot_var, 0))),
        "slot_memory": float((beside - day_var) / slot_var) if slot_var > LEAST_VAR else np.nan,
        "slot_lag_1": float(np.corrcoef(z[:, 1:][pair], z[:, :-1][pair])[0, 1]),
    }


def _mean(values: Floats) -> float:
    """Of those that are there."""
    there = values[values > 0]
    return float(there.mean()) if len(there) else float("nan")


def medians(places: list[Described]) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Each statistic's median over places, with its least and its most."""
    names = dict.fromkeys(name for place in places for name in place.figures)
    for name in names:
        values = np.array([p.figures[name] for p in places if name in p.figures])
        values = values[~np.isnan(values)]
        if len(values):
            yield name, (float(np.median(values)), float(values.min()), float(values.max()))
