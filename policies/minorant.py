"""The greatest convex function below given points, for many rows at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def minorant_slopes(x: Floats, y: Floats) -> Floats:
    """Slopes of the greatest convex minorant of points (x, y) between consecutive points.

    One pass with a stack of corners, in step over all rows: O(points) a row.

    Args:
        x: (rows, points), ascending in each row; where it stands still, so must `y`.
        y: (rows, points).

    Returns:
        (rows, points − 1), non-decreasing along each row; of steps without width they say nothing.
    """
    rows, points = x.shape
    every = np.arange(rows)
    corners = np.zeros((rows, points + 1), dtype=np.intp)
    height = np.ones(rows, dtype=np.intp)
    for k in range(1, points):
        bent = every[height > 1]
        while bent.size:
            top, below = corners[bent, height[bent] - 1], corners[bent, height[bent] - 2]
            rise_in, run_in = y[bent, top] - y[bent, below], x[bent, top] - x[bent, below]
            rise_out, run_out = y[bent, k] - y[bent, top], x[bent, k] - x[bent, top]
            bent = bent[rise_in * run_out >= rise_out * run_in]
            height[bent] -= 1
            bent = bent[height[bent] > 1]
        corners[every, height] = k
        height += 1
    return _slopes_between(x, y, _is_corner(corners, height))


def _is_corner(corners: NDArray[np.intp], height: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which points are on the stacks; (rows, points)."""
    rows, slots = corners.shape
    on_stack = np.arange(slots) < height[:, None]
    marked = np.zeros((rows, slots - 1), dtype=np.bool_)
    row, slot = np.nonzero(on_stack)
    marked[row, corners[row, slot]] = True
    return marked


def _slopes_between(x: Floats, y: Floats, is_corner: NDArray[np.bool_]) -> Floats:
    """Slope of the straight line between the corners on either side of each step."""
    index = np.arange(x.shape[1])
    before = np.maximum.accumulate(np.where(is_corner, index, 0), axis=1)[:, :-1]
    last = np.where(is_corner, index, x.shape[1] - 1)[:, ::-1]
    after = np.minimum.accumulate(last, axis=1)[:, ::-1][:, 1:]
    run = np.take_along_axis(x, after, 1) - np.take_along_axis(x, before, 1)
    rise = np.take_along_axis(y, after, 1) - np.take_along_axis(y, before, 1)
    return np.divide(rise, run, out=np.zeros_like(rise), where=run > 0)
