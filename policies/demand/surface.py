"""The log-rate as a surface over day type × time of day, and what is believed of it beforehand.

log λ = offset + X β. X holds, in blocks: the level; the shape of the day, common to all days; what
the free days (Saturday, Sunday, holiday) have of their own, as level and as shape; and each day's
own, the same two. With N(0, σ²) on the coefficients of a block it is a Gaussian process of standard
deviation σ. Its covariance over time is rough in part, so that beyond what was seen it carries the
level on rather than the slope: a rise that is carried on as a rise is soon absurd.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from domain.calendars import DAY_TYPES, HOLIDAY, SLOTS_A_DAY

Floats = NDArray[np.float64]

FREE_DAYS = (5, 6, HOLIDAY)
ROUGH, ROUGH_SLOTS, SMOOTH_SLOTS = 0.6, 48.0, 36.0
"""Rough part of the variance over time, and the lengths of the rough and of the smooth part."""
SHAPE_KNOTS, FREE_KNOTS, DAY_KNOTS = 32, 10, 4
"""Between knots log-rates are straight: 45 minutes apart in the common shape of the day."""

LEVEL, SHAPE, FREE_LEVEL, FREE_SHAPE, DAY_LEVEL, DAY_SHAPE, HOLIDAY_LEVEL = range(7)
BETWEEN_VENUES = (0.8, 0.35, 0.25, 0.25, 0.12, 0.12, 0.25)
"""Standard deviation of a venue's coefficients about its type's, by block, in log-rate: what the
estimate of it starts from."""
OF_A_TYPE = (3.0, 1.2, 0.7, 0.6, 0.25, 0.25, 0.5)
"""The same of a type's coefficients about `night_and_day`."""


@dataclass(frozen=True, slots=True)
class Surface:
    """The columns of X.

    Attributes:
        design: (8 × 96, coefficients).
        block: (coefficients,) the block of each.
        pairs: (8 × 96, coefficients × (coefficients + 1) / 2) products of columns, row by row of
            the upper triangle.
    """

    design: Floats
    block: NDArray[np.intp]
    pairs: Floats


@cache
def surface() -> Surface:
    """The surface that all venues share."""
    days = np.arange(DAY_TYPES)
    free = np.isin(days, FREE_DAYS)
    flat = np.ones((SLOTS_A_DAY, 1))
    parts = [
        (LEVEL, days >= 0, flat),
        (SHAPE, days >= 0, _shapes(SHAPE_KNOTS)),
        (FREE_LEVEL, free, flat),
        (FREE_SHAPE, free, _shapes(FREE_KNOTS)),
    ]
    for day in days.tolist():
        level = HOLIDAY_LEVEL if day == HOLIDAY else DAY_LEVEL
        parts += [(level, days == day, flat), (DAY_SHAPE, days == day, _shapes(DAY_KNOTS))]
    columns = [
        np.multiply.outer(on, shapes).reshape(-1, shapes.shape[1]) for _, on, shapes in parts
    ]
    blocks = [np.full(shapes.shape[1], block) for block, _, shapes in parts]
    design = np.concatenate(columns, axis=1).astype(np.float64)
    one, other = np.triu_indices(design.shape[1])
    return Surface(design, np.concatenate(blocks), design[:, one] * design[:, other])


def _shapes(knots: int) -> Floats:
    """Hats over the day times the root of the covariance between their tops; (96, knots)."""
    tops = (np.arange(knots) + 0.5) * SLOTS_A_DAY / knots - 0.5
    apart = np.abs(np.subtract.outer(tops, tops))
    reach = np.sqrt(3) * apart / SMOOTH_SLOTS
    covariance = ROUGH * np.exp(-apart / ROUGH_SLOTS)
    covariance += (1 - ROUGH) * (1 + reach) * np.exp(-reach)  # Matérn, ν = 3/2
    hats = [np.interp(np.arange(SLOTS_A_DAY), tops, unit) for unit in np.eye(knots)]
    return np.stack(hats, axis=1) @ np.linalg.cholesky(covariance)


def night_and_day(day_starts: Floats) -> Floats:
    """Log-rates, but for their level, before anything is known: people sleep at night.

    The same from 09:00 to 20:00, a twentieth of it at 03:00; soon outweighed by what is seen.

    Args:
        day_starts: (venues,) minutes after midnight.

    Returns: (venues, 8, 96).
    """
    hour = (day_starts[:, None] / 60 + np.arange(SLOTS_A_DAY) / 4) % 24
    night = np.interp(hour, [0, 3, 6, 9, 20, 24], np.log([0.2, 0.05, 0.15, 1, 1, 0.2]))
    return night[:, None, :].repeat(DAY_TYPES, axis=1)
