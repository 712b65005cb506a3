"""How sure it is that a room is used less than it should be.

Utilisation is looked at as x = log(utilisation / threshold + `FLOOR`), less the season that rooms
of a type have in common. Each room has a level: a mean weighted by recency since its last lasting
change, as sure as its weeks are steady and independent, shrunk toward the rooms of its type.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from policies.underuse.season import QUARTER_WEEKS, common_season, own_season, season_variance
from policies.underuse.shifts import CORRELATION_LIMITS, correlation, last_shift

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LOW_SHARE = 0.8
"""A room is under-used below this part of its threshold: what is just short of it is no news."""
FLOOR = 0.1
"""Part of the threshold below which less use makes no difference."""
HALF_LIFE_WEEKS = 10.0
"""Age at which a week counts half."""
ENOUGH_WEEKS = 8
"""Healthy weeks before anything is said."""
CORRELATION_WEEKS = 20.0
"""Weeks that it takes for a room's own correlation to outweigh that of all rooms."""
USUAL_SD, SD_WEEKS = 0.35, 8.0
"""Standard deviation of x from week to week, a third more or less, and weeks that outweigh it."""
TYPE_SD, TYPE_ROOMS = 1.0, 5.0
"""Standard deviation of the levels of a type's rooms, likewise: thrice as much or as little."""
_TINY = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What is known of each room's utilisation as it is now; all (rooms,), NaN where unknown."""

    mean: Floats
    """Expected utilisation."""
    low: Floats
    """10 % quantile."""
    high: Floats
    """90 % quantile."""
    not_low: Floats
    """Probability that utilisation is above `LOW_SHARE` of the threshold."""
    healthy_weeks: Floats
    """Weeks behind it since the last lasting change."""


def levels(utilisation: Floats, threshold: Floats, types: Sequence[str]) -> Levels:
    """The present utilisation of rooms, and the probability that it is high enough.

    Weeks are lognormal about the level, so the mean is exp(level + σ²/2), whose variance on the
    log scale is σ²/n + σ⁴/2ν (Cox's method, Zhou & Gao 1997), n the effective number of weeks::

        n = (Σw)² / Σw² · (1 − ρ) / (1 + ρ)

    Shrinkage is that of the normal-normal model, with mean and variance of the type by moments.

    Args:
        utilisation: (rooms, weeks), the latest last, NaN where unknown.
        threshold: (rooms,) utilisation that a room should have.
        types: of each room.
    """
    x = np.log(utilisation / threshold[:, None] + FLOOR)
    x = x - common_season(x, types)
    usual_rho = correlation(x)
    known = ~np.isnan(x) & (np.arange(x.shape[1]) >= last_shift(x, usual_rho)[:, None])
    age_weeks = np.arange(x.shape[1])[::-1]
    weight = known * 0.5 ** (age_weeks / HALF_LIFE_WEEKS)
    total = np.maximum(weight.sum(axis=1), _TINY)
    number = total**2 / np.maximum(np.sum(weight**2, axis=1), _TINY)
    level = np.sum(weight * np.nan_to_num(x), axis=1) / total
    residual = np.where(known, x - level[:, None], 0)
    freedom = np.maximum(number - 1, 0) + SD_WEEKS
    variance = _variance(residual, weight / total[:, None], number)
    rho = _correlation(residual, known, usual_rho)
    effective = np.maximum(number * (1 - rho) / (1 + rho), 1.0)
    doubt = variance / effective + variance**2 / (2 * freedom)
    quarter_noise = np.median(variance) * (1 + usual_rho) / (1 - usual_rho) / QUARTER_WEEKS
    level, doubt = _less_season(
        level + variance / 2, doubt, own_season(x, weight), season_variance(x, quarter_noise)
    )

    enough = known.sum(axis=1) >= ENOUGH_WEEKS
    mean, sd = _shrunk(level, doubt, enough, types)
    bar = (np.log(LOW_SHARE + FLOOR) - mean) / sd
    wide = student.ppf(0.9, freedom) * sd
    low, middle, high = (
        np.where(enough, threshold * np.maximum(np.exp(mean + side) - FLOOR, 0), np.nan)
        for side in (-wide, 0, wide)
    )
    return Levels(
        mean=middle,
        low=low,
        high=high,
        not_low=np.where(enough, student.sf(bar, freedom), np.nan),
        healthy_weeks=known.sum(axis=1).astype(np.float64),
    )


def _less_season(
    level: Floats, doubt: Floats, season: Floats, variance: float
) -> tuple[Floats, Floats]:
    """Levels and their variances, once this time of the year is allowed for; each (rooms,).

    A season is as uncertain as the level, which is measured by as many weeks, so its error has the
    variance 2 doubt. It is believed by how much seasons vary, or as far as it is beyond chance by
    itself (James & Stein 1961), and only where it is low: it may excuse a room, not accuse it.

    Args:
        level: of the weeks as they are.
        doubt: its variance.
        season: as `own_season` has it, NaN where unknown.
        variance: of seasons, as `season_variance` has it.
    """
    trust = np.where(np.isnan(season), 0, variance / (variance + 2 * doubt))
    season = np.nan_to_num(season)
    beyond = 1 - 4 * doubt / np.maximum(season**2, _TINY)
    allowed = np.minimum(np.maximum(trust, beyond) * season, 0)
    return level - allowed, doubt + variance * (1 - trust)


def _variance(residual: Floats, weight: Floats, number: Floats) -> Floats:
    """Variance of a week about each room's level, leaning on that of all rooms; (rooms,)."""
    own = np.sum(weight * residual**2, axis=1) * number  # its mean is (number − 1) σ²
    freedom = np.maximum(number - 1, 0)
    usual = (own.sum() + USUAL_SD**2 * SD_WEEKS) / (freedom.sum() + SD_WEEKS)
    return np.asarray((own + usual * SD_WEEKS) / (freedom + SD_WEEKS))


def _correlation(residual: Floats, known: Mask, usual: float) -> Floats:
    """Correlation of one week with the next, leaning on that of all rooms; (rooms,).

    A short row's own is raised by (1 + 3ρ)/n, which it falls short of on average (Kendall 1954).
    """
    pairs = np.sum(known[:, 1:] & known[:, :-1], axis=1)
    square = np.sum(residual**2, axis=1) / np.maximum(known.sum(axis=1), 1)
    product = np.sum(residual[:, 1:] * residual[:, :-1], axis=1) / np.maximum(pairs, 1)
    own = np.clip(product / np.maximum(square, _TINY), -1, 1)
    own += (1 + 3 * own) / np.maximum(pairs, 4)
    rho = (pairs * own + CORRELATION_WEEKS * usual) / (pairs + CORRELATION_WEEKS)
    return np.asarray(np.clip(rho, *CORRELATION_LIMITS))


def _shrunk(
    level: Floats, doubt: Floats, enough: Mask, types: Sequence[str]
) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each level, leaning on those of the type's rooms."""
    mean, variance = level.copy(), doubt.copy()
    for kind in set(types):
        rows = np.flatnonzero([t == kind for t in types] & enough)
        if not len(rows):
            continue
        among = level[rows]
        spread = np.sum((among - among.mean()) ** 2 - doubt[rows]) + TYPE_ROOMS * TYPE_SD**2
        prior = max(float(spread), TYPE_SD**2) / (len(rows) + TYPE_ROOMS)
        weight = 1 / (doubt[rows] + prior)
        centre = np.sum(weight * among) / weight.sum()
        trust = prior / (prior + doubt[rows])
        mean[rows] = centre + trust * (among - centre)
        variance[rows] = trust * doubt[rows]
    return mean, np.sqrt(variance)
