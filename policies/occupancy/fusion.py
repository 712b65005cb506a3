"""Counts at the doors and an occupancy sensor together, and the ghosts of both."""

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from policies.occupancy.band import Occupancy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SAID_ERROR = 0.1
"""Relative standard error of an occupancy sensor that no door can be compared with."""
LEAST_SAID_ERROR = 0.5
"""People by which any occupancy sensor is off: it says a mean over a bin, in whole people."""
LINGER_MINUTES = 30
"""How long after closing, or after the last who leave, people may still be inside unseen."""
_MOVED = 0.5


def fused(told: Occupancy, said: Floats, said_variance: Floats) -> Occupancy:
    """Counts and an occupancy sensor weighed by their variances, or the one that speaks.

    Args:
        told: by counts, (rooms, bins).
        said: (rooms, bins) people present as the sensor says; NaN where it does not.
        said_variance: (rooms,) of the sensor around the truth; NaN where nothing tells it.
    """
    said = np.maximum(said, 0)
    alone = np.maximum(SAID_ERROR * said, LEAST_SAID_ERROR) ** 2
    variance = np.where(np.isnan(said_variance)[:, None], alone, said_variance[:, None])
    by_doors = told.variance
    share = variance / (variance + by_doors)
    both = Occupancy.around(said + share * (told.present - said), share * by_doors)
    only = Occupancy.around(said, variance)

    def chosen(told: Floats, both: Floats, only: Floats) -> Floats:
        return np.where(np.isnan(said), told, np.where(np.isnan(told), only, both))

    return Occupancy(
        present=chosen(told.present, both.present, only.present),
        low=chosen(told.low, both.low, only.low),
        high=chosen(told.high, both.high, only.high),
    )


def disagreement(said: Floats, present: Floats, variance: Floats, weight: Floats) -> Floats:
    """Mean squared error of occupancy sensors, by settled counts; (rooms,), NaN where unknown.

    What the counts themselves may be off by is taken from the distance between both.

    Args:
        said: (rooms, days, bins), NaN where the sensor does not speak.
        present: (rooms, days, bins) by counts.
        variance: (rooms, days, bins) of it.
        weight: (rooms, days).
    """
    counts = ~np.isnan(said) & (np.nan_to_num(said) + present > 0)
    known = weight[:, :, None] * counts
    total = known.sum(axis=(1, 2))
    error = ((np.nan_to_num(said) - present) ** 2 - variance) * known
    mean = np.divide(
        error.sum(axis=(1, 2)), total, out=np.full(len(total), np.nan), where=total > 0
    )
    return np.asarray(np.maximum(mean, LEAST_SAID_ERROR**2))


def ghosts(bins: Bins) -> Flags:
    """Where nobody can be: closed, and nobody moves, neither lately nor later; (rooms, bins).

    Somebody moves who passes a door, or is missing in what an occupancy sensor says: fewer than at
    any time since closing. A room with no hours at all may be open at any time.
    """
    moves = (np.nan_to_num(bins.entered) + np.nan_to_num(bins.left) > 0) | _fewer(bins)
    is_open, linger = bins.open > 0, max(LINGER_MINUTES // bins.minutes, 1)
    index = np.arange(len(bins.start))
    is_any = is_open | moves
    quiet = index - np.maximum.accumulate(np.where(is_any, index, 0), axis=1)
    after = np.where(is_any, index, len(index))[:, ::-1]
    coming = np.minimum.accumulate(after, axis=1)[:, ::-1]
    beyond = np.pad(coming[:, 1:], ((0, 0), (0, 1)), constant_values=len(index))
    later = np.take_along_axis(np.pad(moves & ~is_open, ((0, 0), (0, 1))), beyond, 1)
    return (quiet > linger) & ~later & is_open.any(axis=1, keepdims=True)


def _fewer(bins: Bins) -> Flags:
    """Where an occupancy sensor says fewer people than at any time since the room closed."""
    found = np.zeros(bins.open.shape, dtype=np.bool_)
    rows = np.flatnonzero(~np.isnan(bins.present).all(axis=1))
    least = np.full(len(rows), np.inf)
    for k in range(len(bins.start) if len(rows) else 0):
        said, is_open = bins.present[rows, k], bins.open[rows, k] > 0
        found[rows, k] = (said < least - _MOVED) & ~is_open & np.isfinite(least)
        least = np.where(is_open, said, np.fmin(least, said))
        least = np.where(np.isnan(least), np.inf, least)
    return found
