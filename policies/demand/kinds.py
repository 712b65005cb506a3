"""Whom a venue takes after: the venues of its type, or those of another that it resembles far more.

A type is a label that somebody typed. Where the shape of a venue's week is far better foretold by
the venues of another type than by those of its own, it learns from these.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from policies.demand.surface import FREE_DAYS

Floats = NDArray[np.float64]

FEWEST_VENUES = 3
"""With data, of a type, for its shape to be compared with."""
FEWEST_PARTS = 8
"""Hours of the week that both have seen."""
BELIEVED = 10.0
"""Log-likelihood by which another type must be the better."""
ALIKE_HOURS = 3.0
"""Hours in a row that err together, and so tell only once."""
LEAST_CV2 = 0.03
"""Squared coefficient of variation of an hour's rate between the venues of a type, at least."""


def takes_after(count: Floats, exposure: Floats, types: Sequence[str]) -> tuple[str, ...]:
    """The type whose shape each venue follows: most often its own.

    Args:
        count: (venues, 8, 96) visits such that variance is mean.
        exposure: alike, edges of opening taken off.
        types: as the estate has them.
    """
    n, e = _hours(count), _hours(exposure)
    labels = np.array(types)
    told = n.sum(axis=1) > 0
    known = [k for k in sorted(set(types)) if (told & (labels == k)).sum() >= FEWEST_VENUES]
    if len(known) < 2:
        return tuple(types)
    fits = np.stack([_likelihood(n, e, told & (labels == kind)) for kind in known], axis=1)
    chosen = list(types)
    for row in np.flatnonzero(told & np.isin(labels, known)).tolist():
        best = int(np.nanargmax(fits[row])) if np.isfinite(fits[row]).any() else 0
        own = fits[row, known.index(types[row])]
        if fits[row, best] > own + BELIEVED:
            chosen[row] = known[best]
    return tuple(chosen)


def _hours(values: Floats) -> Floats:
    """Sums by hour, of working and of free days; (venues, 48)."""
    by_hour = values.reshape(*values.shape[:2], SLOTS_A_DAY // 4, 4).sum(axis=3)
    free = by_hour[:, FREE_DAYS].sum(axis=1)
    return np.concatenate([by_hour.sum(axis=1) - free, free], axis=1)


def _likelihood(n: Floats, e: Floats, of_kind: NDArray[np.bool_]) -> Floats:
    """Log-likelihood of every venue's shape given the other venues of a type, its level free.

    Of log n about the expectation; its variance is of counting and of venues about their type.
    """
    level = n.sum(axis=1) / np.maximum(e.sum(axis=1), 1e-9)
    at_one = e * level[:, None] * of_kind[:, None]
    count, met = n * of_kind[:, None], at_one
    others = count.sum(axis=0) - count, met.sum(axis=0) - met
    shape = np.divide(*others, out=np.full(n.shape, np.nan), where=others[1] > 0)
    there = (e > 0) & np.isfinite(shape)
    expected = np.where(there, np.nan_to_num(shape) * e, 0)
    scale = np.where(there, n, 0).sum(axis=1) / np.maximum(expected.sum(axis=1), 1e-9)
    expected *= scale[:, None]
    missed = np.log((np.maximum(n, 0) + 0.5) / (expected + 0.5))
    cv2 = max(LEAST_CV2, float(np.median(missed[of_kind][there[of_kind]] ** 2, axis=0)) * 2.2)
    variance = 1 / (expected + 0.5) + cv2
    told = -0.5 * (missed**2 / variance + np.log(variance))
    enough = there.sum(axis=1) >= FEWEST_PARTS
    return np.where(enough, np.where(there, told, 0).sum(axis=1) / ALIKE_HOURS, np.nan)
