"""The straightest path through a tube, for many rows at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


def taut_slopes(x: Floats, lower: Floats, upper: Floats, end_is_free: NDArray[np.bool_]) -> Floats:
    """Slopes of the path from 0 to the last upper point that minimises Σ (Δy)² / Δx in a tube.

    Where a path ends is a non-decreasing function of its last slope, linear in pieces: a step of
    width w adds w · slope, a wall cuts it off. The pieces are kept in a queue with two open ends,
    so that a row takes O(points). Without a lower wall the path is the greatest convex minorant
    of the upper one.

    Args:
        x: (rows, points), ascending in each row; where it stands still, so do the walls.
        lower: (rows, points), −∞ where there is no wall.
        upper: (rows, points) above it; both hold between the first point and the last.
        end_is_free: (rows,) whether the path may end anywhere in the tube instead.

    Returns:
        (rows, points − 1); 0 for steps without width.

    Source: Johnson 2013 (10.1080/10618600.2012.681238); Davies & Kovac 2001, for the taut string.
    """
    width = np.diff(x, axis=1)
    at_end = ~end_is_free[:, None] & (x == x[:, -1:])
    lower, upper = np.where(at_end, upper, lower)[:, 1:], upper[:, 1:]
    pieces = _Pieces(*width.shape)
    least, most = np.full(width.shape, -np.inf), np.full(width.shape, np.inf)
    for k in range(width.shape[1]):
        pieces.grow(width[:, k])
        moves = width[:, k] > 0
        walled = np.flatnonzero(moves & np.isfinite(lower[:, k]))
        least[walled, k] = pieces.cut_below(walled, lower[walled, k])
        ends = moves & at_end[:, k + 1]
        most[ends, k] = least[ends, k]
        goes_on = np.flatnonzero(moves & ~ends)
        most[goes_on, k] = pieces.cut_above(goes_on, upper[goes_on, k])
    return _back(width, least, most)


def _back(width: Floats, least: Floats, most: Floats) -> Floats:
    """From the end, where a path free to end anywhere arrives level, back along the walls."""
    slope = np.zeros(len(width))
    slopes = np.zeros(width.shape)
    for k in range(width.shape[1] - 1, -1, -1):
        slope = np.minimum(np.maximum(slope, least[:, k]), most[:, k])
        slopes[:, k] = np.where(width[:, k] > 0, slope, 0)
    return slopes


class _Pieces:
    """Of each row a function y = a + b·s in pieces, given by its two outer ones and its knots."""

    def __init__(self, rows: int, steps: int) -> None:
        self._at = np.zeros((rows, 2 * steps + 2))
        """Slopes s of the knots; between first and last, ascending."""
        self._turn = np.zeros((rows, 2 * steps + 2, 2))
        """How much a and b change at each."""
        self._first = np.full(rows, steps + 1)
        self._last = np.full(rows, steps)
        self._low, self._high = np.zeros((2, rows, 2))
        """a and b of the outer pieces."""

    def grow(self, width: Floats) -> None:
        """Go one step further."""
        self._low[:, 1] += width
        self._high[:, 1] += width

    def cut_below(self, rows: Rows, wall: Floats) -> Floats:
        """Let no path of these rows lie below the wall; the slope from which on none would."""
        todo = np.arange(len(rows))
        while len(todo):
            row = rows[todo]
            knot, piece = self._first[row], self._low[row]
            y = piece[:, 0] + piece[:, 1] * self._at[row, knot]
            passed = (knot <= self._last[row]) & (y < wall[todo])
            todo, row, knot = todo[passed], row[passed], knot[passed]
            self._low[row] += self._turn[row, knot]
            self._first[row] += 1
        piece = self._low[rows].copy()
        slope = (wall - piece[:, 0]) / piece[:, 1]
        self._first[rows] -= 1
        self._low[rows] = np.stack([wall, np.zeros(len(rows))], axis=1)
        self._at[rows, self._first[rows]] = slope
        self._turn[rows, self._first[rows]] = piece - self._low[rows]
        return slope

    def cut_above(self, rows: Rows, wall: Floats) -> Floats:
        """Let no path of these rows lie above the wall; the slope up to which none would."""
        todo = np.arange(len(rows))
        while len(todo):
            row = rows[todo]
            knot, piece = self._last[row], self._high[row]
            y = piece[:, 0] + piece[:, 1] * self._at[row, knot]
            passed = (knot >= self._first[row]) & (y > wall[todo])
            todo, row, knot = todo[passed], row[passed], knot[passed]
            self._high[row] -= self._turn[row, knot]
            self._last[row] -= 1
        piece = self._high[rows].copy()
        slope = (wall - piece[:, 0]) / piece[:, 1]
        self._last[rows] += 1
        self._high[rows] = np.stack([wall, np.zeros(len(rows))], axis=1)
        self._at[rows, self._last[rows]] = slope
        self._turn[rows, self._last[rows]] = self._high[rows] - piece
        return slope
