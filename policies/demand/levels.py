"""How a venue's level moved over the weeks, and how much its past days count.

What was seen under another level still tells of the shape: its exposure is scaled to the level of
today. What was seen under another shape hardly counts. Weeks are counted back from the end: 0 is
the last.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from policies.demand.surface import FREE_DAYS
from policies.demand.tally import DayTypes

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

GAMMAS = (0.85, 0.93, 0.98)
"""Weights of a week relative to the week after it, averaged by how well each foretold."""
TREND_SPREAD = 0.02
"""Standard deviation of venues' trends, log-rate a week, before anything was seen."""
LEVEL_CHI2 = 12.0
"""χ² of a change of level at its best week from which on it is believed: by chance it comes once in
a hundred venues."""
SHAPE_CHI2 = 3.0
"""χ² by degree of freedom of a change of shape, likewise."""
SHAPE_NOISE = 0.03
"""Relative standard deviation of a part of the day, over weeks, that is no change of shape."""
LEAST_WEEKS = 2
"""On either side of a change."""
FORGOTTEN = 0.05
"""Weight that days with another shape keep."""
DAYPARTS = 8
"""Of a day, three hours each, in which a change of shape is sought."""
LEAST_A_PART = 5.0
"""Visits expected in a part of the day, on either side, for it to be compared."""
UNSEEN = 1e9
"""Variance of the level of a week that was not seen."""


@dataclass(frozen=True, slots=True)
class Levels:
    """What became of the venues' levels.

    Attributes:
        level: (venues, days) relative to that of the end.
        weight: (venues, days) by recency and changes of shape.
        trend: (venues,) log-rate a week.
        wander: (venues,) variance by which a log-level moves in a week beyond its trend.
        changed_weeks: (venues,) weeks since level or shape changed at once; 0: never.
    """

    level: Floats
    weight: Floats
    trend: Floats
    wander: Floats
    changed_weeks: Ints


def levels(arrivals: Floats, expected: Floats, day_type: DayTypes, day_variance: Floats) -> Levels:
    """Follow the venues' levels.

    Args:
        arrivals: (venues, days, 96), 0 on days left out.
        expected: alike, at the venue's mean rates of all weeks.
        day_type: (venues, days).
        day_variance: (venues,) relative variance of whole days.
    """
    days = arrivals.shape[1]
    week = (days - 1 - np.arange(days)) // 7
    weeks = np.arange(week[0] + 1)
    ratio, noise = _weekly(arrivals.sum(axis=2), expected.sum(axis=2), week, day_variance)
    split, step = _level_jump(ratio, noise)
    jump = np.where((weeks >= split[:, None]) & (split > 0)[:, None], step[:, None], 0)
    trend, _ = _trend(ratio - jump, noise)
    path = jump - trend[:, None] * weeks
    weight, wander = _recency(ratio - path, noise)
    bent = _shape_jump(arrivals, expected, day_type, week)
    weight *= np.where((weeks >= bent[:, None]) & (bent > 0)[:, None], FORGOTTEN, 1)
    return Levels(np.exp(path)[:, week], weight[:, week], trend, wander, np.maximum(split, bent))


def _weekly(
    count: Floats, expected: Floats, week: Ints, day_variance: Floats
) -> tuple[Floats, Floats]:
    """Log of visits by expectation in each week, and its variance; (venues, weeks)."""
    of = np.eye(week[0] + 1)[week]
    seen, met, days = count @ of, expected @ of, (expected > 0).astype(np.float64) @ of
    there = met > 0
    ratio = np.log(np.where(there, (np.maximum(seen, 0) + 1) / (met + 1), 1))
    noise = 1 / np.maximum(met, 1e-9) + day_variance[:, None] / np.maximum(days, 1e-9)
    return ratio, np.where(there, noise, UNSEEN)


def _level_jump(ratio: Floats, noise: Floats) -> tuple[Ints, Floats]:
    """Weeks since the level is another, 0 if it always was; and log of the older by the newer.

    A change at once must explain the weeks better than a trend does.
    """
    number, weeks = ratio.shape
    trend, _ = _trend(ratio, noise)
    straight = _scatter(ratio + trend[:, None] * np.arange(weeks), noise)
    best = np.full(number, LEVEL_CHI2)
    split, step = np.zeros(number, np.intp), np.zeros(number)
    for at in range(LEAST_WEEKS, weeks - LEAST_WEEKS + 1):
        new, new_variance = _mean(ratio[:, :at], noise[:, :at])
        old, old_variance = _mean(ratio[:, at:], noise[:, at:])
        found = (old - new) ** 2 / (new_variance + old_variance)
        bent = ratio - np.where(np.arange(weeks) >= at, (old - new)[:, None], 0)
        better = (found > best) & (_scatter(bent, noise) < straight)
        best, split = np.where(better, found, best), np.where(better, at, split)
        step = np.where(better, old - new, step)
    return split, step


def _trend(ratio: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Log-rate gained a week, shrunk toward none, and its variance."""
    weeks = np.broadcast_to(-np.arange(ratio.shape[1], dtype=np.float64), ratio.shape)
    centred = weeks - _mean(weeks, noise)[0][:, None]
    precision = (centred**2 / noise).sum(axis=1) + TREND_SPREAD**-2
    return (centred / noise * ratio).sum(axis=1) / precision, 1 / precision


def _mean(values: Floats, noise: Floats) -> tuple[Floats, Floats]:
    precision = (1 / noise).sum(axis=1)
    return (values / noise).sum(axis=1) / precision, 1 / precision


def _scatter(values: Floats, noise: Floats) -> Floats:
    mean, _ = _mean(values, noise)
    return np.asarray(((values - mean[:, None]) ** 2 / noise).sum(axis=1))


def _recency(ratio: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Weights of the weeks, (venues, weeks); and how the level wanders, by what they imply.

    Each γ foretells every week's level as the discounted mean of the older ones; the γ are averaged
    by the likelihood of what then came. A level that γ follows best wanders by (1 − γ)²/γ of the
    variance of a week (Muth 1960: exponential smoothing is optimal for a random walk in noise).
    """
    weeks = ratio.shape[1]
    discount = np.array(GAMMAS)[:, None] ** np.arange(weeks)
    likelihood = np.zeros((len(GAMMAS), len(ratio)))
    for which, of_gamma in enumerate(discount):
        for week in range(weeks - 1):
            older = noise[:, week + 1 :] / of_gamma[: weeks - week - 1]
            mean, variance = _mean(ratio[:, week + 1 :], older)
            variance = variance + noise[:, week]
            missed = np.log(variance) + (ratio[:, week] - mean) ** 2 / variance
            likelihood[which] -= np.where(variance < UNSEEN / weeks, missed / 2, 0)
    share = np.exp(likelihood - likelihood.max(axis=0))
    share /= share.sum(axis=0)
    typical = 1 / np.maximum((1 / noise).mean(axis=1), 1e-9)
    gamma = np.array(GAMMAS)
    wander = share.T @ ((1 - gamma) ** 2 / gamma) * np.minimum(typical, 1)
    return share.T @ discount, wander


def _shape_jump(arrivals: Floats, expected: Floats, day_type: DayTypes, week: Ints) -> Ints:
    """Weeks since the shape of the day is another; 0 if it never changed."""
    number, days = arrivals.shape[:2]
    free = np.isin(day_type, FREE_DAYS)
    groups = np.stack([~free, free], axis=2)
    of = np.eye(week[0] + 1)[week]
    count, met = (
        np.einsum(
            "vdp,vdg,dw->vwgp",
            x.reshape(number, days, DAYPARTS, SLOTS_A_DAY // DAYPARTS).sum(axis=3),
            groups,
            of,
            optimize=True,
        ).reshape(number, len(of[0]), -1)
        for x in (arrivals, expected)
    )
    best, split = np.full(number, SHAPE_CHI2), np.zeros(number, np.intp)
    for at in range(LEAST_WEEKS, len(of[0]) - LEAST_WEEKS + 1):
        new, old = slice(None, at), slice(at, None)
        change = _log_ratio(count[:, new], met[:, new]) - _log_ratio(count[:, old], met[:, old])
        fewest = np.minimum(met[:, new].sum(axis=1), met[:, old].sum(axis=1))
        noise = 1 / np.maximum(met[:, new].sum(axis=1), 1) + 1 / np.maximum(
            met[:, old].sum(axis=1), 1
        )
        told = fewest > LEAST_A_PART
        noise = np.where(told, noise + 2 * SHAPE_NOISE**2, UNSEEN)
        parts = told.sum(axis=1)
        found = _scatter(change, noise) / np.maximum(parts - 1, 1)
        better = (found > best) & (parts > 2)
        best, split = np.where(better, found, best), np.where(better, at, split)
    return split


def _log_ratio(count: Floats, expected: Floats) -> Floats:
    """Log of visits by expectation over some weeks; (venues, parts)."""
    seen = np.maximum(count.sum(axis=1), 0)
    return np.asarray(np.log((seen + 0.5) / (expected.sum(axis=1) + 0.5)))
