"""Sums of what was seen by day type and slot, and how much they scatter."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import convolve1d

from domain.calendars import DAY_TYPES

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
DayTypes = NDArray[np.int8]

SLOT_WEIGHTS = (0.13, 0.6, 1.0, 0.6, 0.13)
"""Weight of the slots from two before to two after, for a first guess of rates: a Gaussian."""
USUAL_DISPERSION, DISPERSION_VISITS = 1.5, 200.0
"""Variance by mean of a slot's visits about its rate, before anything was seen; and how many visits
it takes to outweigh that."""
USUAL_DAY_SPREAD, SPREAD_DAYS = 0.12, 10.0
"""Relative standard deviation of whole days beyond counting, weather and the like, before anything
was seen; and how many days it takes to outweigh that."""
LEAST_A_DAY = 5.0
"""Expected visits from which on a day tells of the spread of days."""


def by_day_type(
    values: NDArray[np.float64 | np.bool_],
    day_type: DayTypes,
    weight: NDArray[np.float64 | np.bool_] | None = None,
) -> Floats:
    """Weighted sums over the days of each type; (venues, 8, slots).

    Args:
        values: (venues, days, slots)
        day_type: (venues, days)
        weight: (venues, days); None: all days count.
    """
    of_kind = np.arange(DAY_TYPES)[:, None] == day_type[:, None, :]
    weights = of_kind.astype(np.float64) if weight is None else of_kind * weight[:, None, :]
    return np.asarray(weights @ values, np.float64)


def first_guess(arrivals: Floats, exposure: Floats, day_type: DayTypes) -> Floats:
    """Expected visits at each venue's mean rates, near slots included; (venues, days, 96)."""
    count, exposed = (
        convolve1d(by_day_type(x, day_type), SLOT_WEIGHTS, axis=2, mode="constant")
        for x in (arrivals, exposure)
    )
    rate = np.divide(np.maximum(count, 0), exposed, out=np.zeros_like(count), where=exposed > 0)
    of_day = np.take_along_axis(rate, day_type[:, :, None].astype(np.intp), 1)
    return np.asarray(exposure * of_day)


def dispersion(
    arrivals: Floats, expected: Floats, exposed: Mask, cells: NDArray[np.intp]
) -> Floats:
    """Variance by mean of a slot's visits about the expected ones, at least 1; (venues,).

    Pearson's, with half a degree of freedom spent on each cell of day type × slot, for the guess
    smooths over near slots.

    Args:
        arrivals: (venues, days, 96)
        expected: alike.
        exposed: alike, which slots were seen.
        cells: (venues,) day types × slots that were seen.
    """
    squares = np.sum((arrivals - expected) ** 2, axis=(1, 2), where=exposed)
    visits = np.sum(expected, axis=(1, 2), where=exposed)
    number = exposed.sum(axis=(1, 2))
    free = number - np.minimum(cells / 2, number / 2)
    squares *= np.divide(number, free, out=np.ones(len(visits)), where=number > 0)
    known = squares + USUAL_DISPERSION * DISPERSION_VISITS
    return np.asarray(np.maximum(known / (visits + DISPERSION_VISITS), 1))


def day_variance(arrivals: Floats, expected: Floats) -> Floats:
    """Relative variance of whole days about their week's level, beyond counting; (venues,).

    By moments, E(n − μ)² = μ + σ² μ², of days that expect some visits, the usual as prior.

    Args:
        arrivals: (venues, days) visits.
        expected: alike, 0 on days left out.
    """
    number, days = expected.shape
    weeks = -(-days // 7)
    padded = np.zeros((2, number, weeks * 7))
    padded[:, :, :days] = arrivals, expected
    count, fitted = padded.reshape(2, number, weeks, 7)
    total = fitted.sum(axis=2, keepdims=True)
    level = np.divide(
        count.sum(axis=2, keepdims=True), total, out=np.zeros_like(total), where=total > 0
    )
    fitted = fitted * level
    there = fitted > LEAST_A_DAY
    relative = np.divide(
        (count - fitted) ** 2 - fitted, fitted**2, out=np.zeros_like(fitted), where=there
    )
    # seven days about their own mean keep six sevenths of their variance
    found = 7 / 6 * relative.sum(axis=(1, 2)) + SPREAD_DAYS * USUAL_DAY_SPREAD**2
    return np.asarray(np.maximum(found, 0) / (there.sum(axis=(1, 2)) + SPREAD_DAYS))
