"""The smallest correction of counts that makes a day possible."""

import numpy as np
from numpy.typing import NDArray

from policies.taut_string import taut_slopes

Floats = NDArray[np.float64]


def correction(
    into: Floats,
    out: Floats,
    *,
    end_is_free: NDArray[np.bool_] | None = None,
    capacity: Floats | None = None,
    inside: Floats | None = None,
) -> Floats:
    """People to be taken off, for each one counted, from a day that begins empty; (rows, bins).

    Of all corrections of the flow after which the room never holds fewer than nobody nor more than
    its capacity and is empty at the end, it is the smallest in the sum of squares over traffic.
    With V the running sum of in + out, the sum of corrections over V is a string pulled taut
    between what is inside less the capacity, and what is inside.

    Args:
        into: (rows, bins) without gaps.
        out: (rows, bins), likewise.
        end_is_free: (rows,) whether the day need not end empty; False where not given.
        capacity: (rows,) people that the room holds; NaN where nobody knows.
        inside: (rows, bins) people to correct, in the place of the running sum of in − out.
    """
    rows = len(into)
    free = np.zeros(rows, dtype=np.bool_) if end_is_free is None else end_is_free
    most = np.full(rows, np.inf) if capacity is None else np.nan_to_num(capacity, nan=np.inf)
    start = np.zeros((rows, 1))
    traffic = np.concatenate([start, np.cumsum(into + out, axis=1)], axis=1)
    inside = np.cumsum(into - out, axis=1) if inside is None else inside
    inside = np.concatenate([start, inside], axis=1)
    return taut_slopes(traffic, inside - most[:, None], inside, free)


def settled(
    into: Floats,
    out: Floats,
    *,
    end_is_free: NDArray[np.bool_] | None = None,
    capacity: Floats | None = None,
    inside: Floats | None = None,
) -> Floats:
    """People present after `correction`; arguments are alike."""
    slope = correction(into, out, end_is_free=end_is_free, capacity=capacity, inside=inside)
    inside = np.cumsum(into - out, axis=1) if inside is None else inside
    return np.maximum(inside - np.cumsum(slope * (into + out), axis=1), 0)  # but for rounding
