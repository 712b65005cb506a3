"""Seasons: what all rooms of a type do together, and what a room did at this time last year."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEW_ROOMS = 8
"""Fewer rooms do not tell a season from chance; those of small types are looked at together."""
YEAR_WEEKS = 52
LEAST_YEAR = 40
"""Weeks of the last year that must be known to speak of a room's own season."""
QUARTER_WEEKS, LEAST_QUARTERS, YEARS_OF_QUARTERS = 13, 2, 8
"""Weeks of a quarter; quarters that a room must have been seen for, and that are looked at."""
SEASON_SD, SEASON_ROOMS = 0.1, 5
"""Standard deviation of a quarter about the year, and rooms seen for a year that outweigh it."""


def common_season(x: Floats, types: Sequence[str]) -> Floats:
    """What each week did to the median room of the type, zero on average over a year.

    By median polish (Tukey 1977): what fewer than half of the rooms do is nobody's season.

    Args:
        x: (rooms, weeks) logarithm of use, NaN where unknown.
        types: of each room.
    """
    season = np.zeros(x.shape)
    number = {t: types.count(t) for t in set(types)}
    groups = [t if number[t] >= FEW_ROOMS else "" for t in types]
    for group in set(groups):
        rows = np.flatnonzero([g == group for g in groups])
        season[rows] = _effect(x[rows])
    return season


def _effect(x: Floats) -> Floats:
    """(weeks,) the effect of each week on the median of these rooms."""
    told = np.sum(~np.isnan(x), axis=0) >= FEW_ROOMS
    effect = np.zeros(x.shape[1])
    if not told.any():
        return effect
    for _ in range(3):
        usual = _median(x[:, told] - effect[told], axis=1)
        effect[told] = _median(x[:, told] - usual[:, None], axis=0)
    year = told & (np.arange(x.shape[1]) >= x.shape[1] - YEAR_WEEKS)
    return np.where(told, effect - effect[year].mean(), 0) if year.any() else effect * 0


def own_season(x: Floats, weight: Floats) -> Floats:
    """By how much this time of the year was above each room's year a year ago; (rooms,).

    It is the weighted mean of the same weeks of last year less the mean of the last year; NaN
    where too little is known of either.

    Args:
        x: (rooms, weeks) logarithm of use, NaN where unknown.
        weight: (rooms, weeks) what each week counts in the room's present level.
    """
    known = ~np.isnan(x)
    then = np.zeros(x.shape)
    then[:, :-YEAR_WEEKS] = weight[:, YEAR_WEEKS:]
    then *= known
    year = known[:, -YEAR_WEEKS:].sum(axis=1)
    told = (then.sum(axis=1) >= weight.sum(axis=1) / 2) & (year >= LEAST_YEAR)
    filled = np.where(known, x, 0)
    season = np.sum(filled * then, axis=1) / np.maximum(then.sum(axis=1), 1e-300)
    season -= filled[:, -YEAR_WEEKS:].sum(axis=1) / np.maximum(year, 1)
    return np.where(told, season, np.nan)


def season_variance(x: Floats, noise: float) -> float:
    """Variance of a room's quarters about its years, as the median room has it.

    Args:
        x: (rooms, weeks) logarithm of use, NaN where unknown.
        noise: variance of the mean of a quarter's weeks that is chance.
    """
    weeks = x.shape[1] // QUARTER_WEEKS * QUARTER_WEEKS
    quarters = x[:, x.shape[1] - weeks :].reshape(len(x), -1, QUARTER_WEEKS)[:, -YEARS_OF_QUARTERS:]
    known = ~np.isnan(quarters)
    number = known.sum(axis=2)
    told = number >= QUARTER_WEEKS / 2
    mean = np.where(known, quarters, 0).sum(axis=2) / np.maximum(number, 1)
    many = told.sum(axis=1)
    centre = np.sum(mean * told, axis=1) / np.maximum(many, 1)
    square = np.sum(told * (mean - centre[:, None]) ** 2, axis=1)
    seen = many >= LEAST_QUARTERS
    if not seen.any():
        return SEASON_SD**2
    freedom = many[seen] - 1
    scale = (1 - 2 / (9 * freedom)) ** 3
    found = max(float(np.median(square[seen] / freedom / scale)) - noise, 0)
    rooms = int(seen.sum())
    return (found * rooms + SEASON_SD**2 * SEASON_ROOMS) / (rooms + SEASON_ROOMS)


def _median(values: Floats, axis: int) -> Floats:
    """Median of the numbers; 0 where there are none."""
    ordered = np.sort(values, axis=axis)  # NaN comes last
    number = np.sum(~np.isnan(values), axis=axis, keepdims=True)
    below, above = (
        np.take_along_axis(ordered, at, axis)
        for at in (np.maximum(number - 1, 0) // 2, number // 2)
    )
    middle = np.where(number > 0, (below + above) / 2, 0)
    return np.asarray(middle.squeeze(axis))
