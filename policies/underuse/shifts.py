"""Since when a room is used as it is now."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Starts = NDArray[np.intp]

LEAST_WEEKS = 8
"""Known weeks on either side of a change."""
CERTAIN = 10.0
"""Square of the change over its standard error from which on it is taken to last. In a year of
noise alone the greatest square is beyond it in one room of 25: that costs such a room some of its
history, while a change overlooked costs months."""
SHIFTS = 3
"""Changes looked for, one within what the one before has left."""
LEAST_SD = 0.1
"""Standard deviation of a week, at least."""
CORRELATION_LIMITS = (-0.5, 0.9)
"""Rooms that are used every other week alternate; beyond the limits few weeks cannot tell."""
FAR_WEEKS = 4
"""Weeks far enough apart to have little to do with one another."""


def last_shift(x: Floats, correlation: float) -> Starts:
    """The week with which each room's last lasting change begins, 0 where there is none; (rooms,).

    The best split in two levels, by least squares with correlated errors, is taken where it is
    certain; then the best one of what follows it.

    Args:
        x: (rooms, weeks) logarithm of use, NaN where unknown.
        correlation: of one week with the next.
    """
    start = np.zeros(len(x), dtype=np.intp)
    if x.shape[1] < 2 * LEAST_WEEKS:
        return start
    known = ~np.isnan(x)
    count = np.cumsum(np.pad(known, ((0, 0), (1, 0))), axis=1)[:, :-1].astype(np.float64)
    total = np.cumsum(np.pad(np.where(known, x, 0), ((0, 0), (1, 0))), axis=1)[:, :-1]
    all_count, all_total = known.sum(axis=1), np.where(known, x, 0).sum(axis=1)
    inflated = _variance(x, correlation) * (1 + correlation) / (1 - correlation)
    for _ in range(SHIFTS):
        before = count - np.take_along_axis(count, start[:, None], 1)
        after = all_count[:, None] - count
        mean_before = total - np.take_along_axis(total, start[:, None], 1)
        mean_before /= np.maximum(before, 1)
        mean_after = (all_total[:, None] - total) / np.maximum(after, 1)
        square = (mean_after - mean_before) ** 2 / inflated[:, None]
        square *= before * after / np.maximum(before + after, 1)
        square[(before < LEAST_WEEKS) | (after < LEAST_WEEKS)] = 0
        best = square.argmax(axis=1)
        start = np.where(square.max(axis=1) > CERTAIN, best, start)
    return start


def correlation(x: Floats) -> float:
    """Correlation of one week with the next, of all rooms together, whatever their levels do.

    From how much weeks differ that are 1 and `FAR_WEEKS` apart, if it falls off as in AR(1)::

        E(x[t] − x[t−1])² / E(x[t] − x[t−4])² = 1 / (1 + ρ + ρ² + ρ³)
    """
    near, far = (np.abs(x[:, lag:] - x[:, :-lag]) for lag in (1, FAR_WEEKS))
    if np.isnan(near).all() or np.isnan(far).all() or not np.nanmedian(near):
        return 0.0
    wanted = float(np.nanmedian(far) / np.nanmedian(near)) ** 2
    rho = np.linspace(*CORRELATION_LIMITS, 141)
    return float(rho[np.argmin(np.abs(1 + rho + rho**2 + rho**3 - wanted))])


def _variance(x: Floats, correlation: float) -> Floats:
    """Variance of a week about its level, from how one differs from the next; (rooms,)."""
    step = np.abs(np.diff(x, axis=1))
    empty = np.isnan(step).all(axis=1, keepdims=True)
    sd = 1.4826 * np.nanmedian(np.where(empty, 0, step), axis=1) / np.sqrt(2 * (1 - correlation))
    return np.asarray(np.maximum(sd, LEAST_SD) ** 2)
