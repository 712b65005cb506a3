"""Who is inside, followed bin by bin as cohorts that came together and leave by habit.

Sums of counts drift: every missed crossing stays in the sum. But a room in which people stay an
hour does not still hold those of three hours ago. Given who came and when, habit says how many
should be leaving now; the door says how many did; and the difference corrects how many are inside.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from policies.occupancy.habits import AGES, Habits, aged, everyone

Floats = NDArray[np.float64]

SURPRISE = 3.0
"""Standard deviations beyond which departures are a matter of the day and not of habit."""
HEADS_ERROR = 0.02
"""Relative standard error of a count of heads in a room full of people who move."""
ROWS_AT_ONCE = 500
"""Keeps the covariances at work within a processor's cache."""
_TINY = 1e-9
_GROWTH = aged(np.eye(AGES), np.zeros(AGES)).T
"""Takes cohorts to those of a bin later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Days as they were known at the end of each bin; arrays (rows, bins)."""

    present: Floats
    variance: Floats
    balance: Floats
    """What the bin's counts alone, added to the bin before, make of it."""
    balance_variance: Floats


def follow(entered: Floats, left: Floats, habits: Habits, heads: Floats | None = None) -> Followed:
    """Mean and variance of the people present, from an empty room on.

    A Kalman filter over the sizes of the cohorts. Who is missed on entering adds to the cohort in
    proportion; who leaves a cohort scatters as a binomial times the habits' doubt; who is counted
    leaving, as a binomial around those.

    Args:
        entered: (rows, bins) without gaps.
        left: (rows, bins), likewise.
        habits: of the room of each row.
        heads: (rows, bins) people that somebody counted inside at the end of a bin; NaN elsewhere.

    Source: Kalman 1960 (10.1115/1.3662552); the queue is M/G/∞ with thinned counts.
    """
    heads = np.full_like(entered, np.nan) if heads is None else heads
    found = Followed(**{f.name: np.zeros(entered.shape) for f in fields(Followed)})
    for first in range(0, len(entered), ROWS_AT_ONCE):
        rows = np.arange(first, min(first + ROWS_AT_ONCE, len(entered)))
        people = _People(habits.take(rows))
        for k in range(entered.shape[1]):
            people.pass_bin(k, entered[rows, k], left[rows, k])
            people.see(heads[rows, k])
            for name, values in people.told.items():
                getattr(found, name)[rows, k] = values
    return found


class _People:
    """Cohorts of some rows and their covariance, in step."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        rows = len(habits.doubt)
        self._size, self._spread = np.zeros((rows, AGES)), np.zeros((rows, AGES, AGES))
        self._missed_in = (1 - habits.caught_in) / habits.caught_in
        self._missed_out = (1 - habits.caught_out) / habits.caught_out
        self._total, self._variance = np.zeros((2, rows))
        self.told: dict[str, Floats] = {}

    def pass_bin(self, k: int, entered: Floats, left: Floats) -> None:
        """Let a bin pass in which so many were counted."""
        came, went = entered / self._habits.caught_in, left / self._habits.caught_out
        came_variance, went_variance = came * self._missed_in, went * self._missed_out
        self.told["balance"] = self._total + came - went
        self.told["balance_variance"] = self._variance + came_variance + went_variance
        busy = np.flatnonzero((self._total > 0) | (came > 0) | (went > 0))
        if len(busy):
            leaving = self._habits.leaving(k)
            self._size = aged(self._size, came)
            self._spread = _aged(self._spread, came_variance)
            self._leave(leaving, went)
        self._sum()

    def _leave(self, leaving: Floats, went: Floats) -> None:
        size, spread, stay = self._size, self._spread, 1 - leaving
        expected = size * leaving
        due = everyone(expected)
        chance = expected * stay * self._habits.doubt[:, None] + _TINY
        shared = np.matmul(spread, leaving[:, :, None])[:, :, 0]
        uncounted = np.maximum(due, went) * self._missed_out + _TINY
        error, total = (
            went - due,
            everyone(shared * leaving) + everyone(chance) + uncounted,
        )
        excess = np.maximum((error / SURPRISE) ** 2 - total, 0)
        chance *= 1 + (excess / everyone(chance))[:, None]
        total += excess
        gain = stay * shared - chance
        self._size = _not_negative(stay * size + gain * (error / total)[:, None])
        spread *= stay[:, :, None]
        spread *= stay[:, None, :]
        spread -= gain[:, :, None] * (gain / total[:, None])[:, None, :]
        spread[:, np.arange(AGES), np.arange(AGES)] += chance

    def see(self, heads: Floats) -> None:
        """Take note of people counted inside, where any were."""
        rows = np.flatnonzero(~np.isnan(heads))
        if len(rows):
            shared = everyone(self._spread[rows])
            error = heads[rows] - self._total[rows]
            total = everyone(shared) + (HEADS_ERROR * heads[rows]) ** 2 + _TINY
            gain = shared / total[:, None]
            moved = _not_negative(self._size[rows] + gain * error[:, None])
            self._size[rows] = moved
            self._spread[rows] -= gain[:, :, None] * shared[:, None, :]
            self._sum()

    def _sum(self) -> None:
        self._total = everyone(self._size)
        self._variance = np.maximum(everyone(everyone(self._spread)), 0)
        self.told |= {"present": self._total, "variance": self._variance}


def _aged(spread: Floats, came_variance: Floats) -> Floats:
    """The covariance of `aged` cohorts; (rows, ages, ages)."""
    half = np.matmul(spread, _GROWTH.T)
    later: Floats = np.matmul(half.transpose(0, 2, 1), _GROWTH.T)
    later[:, 0, 0] = came_variance
    return later


def _not_negative(size: Floats) -> Floats:
    """The cohorts without those below nobody, for whom the others stand in."""
    kept = np.maximum(size, 0)
    sums, whole = everyone(kept), np.maximum(everyone(size), 0)
    scale = np.divide(whole, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.asarray(kept * scale[:, None])


def smoothed(seen: Followed) -> tuple[Floats, Floats]:
    """Mean and variance with hindsight of a whole day that ends empty; both (rows, bins).

    Backwards over the sum of the cohorts: of what a bin's counts made of the bin before, as much
    is taken back as the later bins show to have been wrong.

    Args:
        seen: as of `follow`.

    Source: Rauch, Tung & Striebel 1965 (10.2514/3.3166).
    """
    present, variance = seen.present.copy(), seen.variance.copy()
    present[:, -1], variance[:, -1] = 0, 0
    for k in range(present.shape[1] - 2, -1, -1):
        step = seen.balance_variance[:, k + 1]
        share = np.divide(seen.variance[:, k], step, out=np.zeros_like(step), where=step > _TINY)
        share = np.minimum(share, 1)
        present[:, k] += share * (present[:, k + 1] - seen.balance[:, k + 1])
        variance[:, k] += share**2 * (variance[:, k + 1] - step)
    return present, np.maximum(variance, 0)
