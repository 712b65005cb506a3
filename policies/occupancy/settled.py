"""The smallest correction of counts that makes a day possible."""

import numpy as np
from numpy.typing import NDArray

from policies.taut_string import taut_slopes

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
"""People; a step as narrow as that would be as steep as it is wrong."""


def correction(
    traffic: Floats,
    inside: Floats,
    *,
    end_is_free: NDArray[np.bool_] | None = None,
    capacity: Floats | None = None,
) -> Floats:
    """People to be taken off, for each in the traffic, from a day that begins empty; (rows, bins).

    Of all corrections of the flow after which the room never holds fewer than nobody nor more than
    its capacity and is empty at the end, it is the smallest in the sum of squares over traffic.
    With V the running sum of traffic, the sum of corrections over V is a string pulled taut
    between what is inside less the capacity, and what is inside.

    Args:
        traffic: (rows, bins) people who passed; without any, nothing moves.
        inside: (rows, bins) people to correct.
        end_is_free: (rows,) whether the day need not end empty; False where not given.
        capacity: (rows,) people that the room holds; NaN where nobody knows.
    """
    rows = len(traffic)
    free = np.zeros(rows, dtype=np.bool_) if end_is_free is None else end_is_free
    start = np.zeros((rows, 1))
    passed = np.concatenate([start, np.cumsum(traffic, axis=1)], axis=1)
    inside = np.concatenate([start, inside], axis=1)
    return taut_slopes(passed, inside - _most(capacity, rows), inside, free)


def settled(
    into: Floats,
    out: Floats,
    *,
    end_is_free: NDArray[np.bool_] | None = None,
    capacity: Floats | None = None,
    inside: Floats | None = None,
) -> Floats:
    """People present after `correction` by what is counted, or of those said to be `inside`.

    Args:
        into: (rows, bins) without gaps.
        out: (rows, bins), likewise.
        end_is_free: as of `correction`.
        capacity: likewise.
        inside: (rows, bins) what moves it beside the counts is traffic too.
    """
    traffic = into + out
    if inside is None:
        inside = np.cumsum(into - out, axis=1)
    else:
        moved = np.abs(np.diff(inside, axis=1, prepend=0) - (into - out))
        traffic = traffic + np.where(moved > _ROUNDING, moved, 0)
    slope = correction(traffic, inside, end_is_free=end_is_free, capacity=capacity)
    rounded = inside - np.cumsum(slope * traffic, axis=1)
    return np.clip(rounded, 0, _most(capacity, len(into)))


def _most(capacity: Floats | None, rows: int) -> Floats:
    """People who can be inside; (rows, 1)."""
    if capacity is None:
        return np.full((rows, 1), np.inf)
    return np.nan_to_num(capacity, nan=np.inf)[:, None]
