"""Weeks within a budget, exactly: a knapsack over the days' best worths for every count."""

import numpy as np

from policies.hours.days import Ints, Mask
from policies.hours.weeks import Floats, WeekProblems, plan_alone, weighed


def best_counted(problems: WeekProblems, value: Floats) -> Mask:
    """The best weeks with at most `budget` paid slots; shape (venues, days, slots).

    Args:
        problems: each with an allowed week within its budget.
        value: leaning values, (venues, days, slots).
    """
    venues, days, _ = value.shape
    plans = plan_alone(problems, value, counted=True)
    base = weighed(problems, value, problems.base)
    base_worth, base_count = base.worth, base.count[..., None]
    worth = plans.worth.reshape(venues, days, -1).astype(np.float64)
    beyond = max(0, int(base_count.max()) + 1 - worth.shape[2])
    worth = np.pad(worth, ((0, 0), (0, 0), (0, beyond)), constant_values=-np.inf)

    keep = base_worth >= np.take_along_axis(worth, base_count, axis=2)[..., 0]
    best = np.maximum(base_worth[..., None], np.take_along_axis(worth, base_count, axis=2))
    np.put_along_axis(worth, base_count, best, axis=2)

    counts = _share_out(worth, problems.budget)
    blocks = plans.blocks(counts.reshape(-1)).reshape(value.shape)
    keep &= counts == base_count[..., 0]
    return np.where(keep[..., None], problems.base, blocks)


def _share_out(worth: Floats, budget: Ints) -> Ints:
    """Paid slots of each day, (venues, days), of most worth in all within the budget (venues,).

    Args:
        worth: (venues, days, most that can be paid + 1) of a day with so many paid slots; −inf
            where it cannot.
        budget: (venues,) paid slots in all, at most.
    """
    venues, days, choices = worth.shape
    most = min(int(budget.max()), days * (choices - 1))
    reached = np.full((days + 1, venues, most + 1), -np.inf)
    reached[0, :, 0] = 0.0
    for day in range(days):
        before, after = reached[day], reached[day + 1]
        for count in np.flatnonzero(np.isfinite(worth[:, day]).any(axis=0)):
            total = before[:, : max(most + 1 - count, 0)] + worth[:, day, count, None]
            np.maximum(after[:, count:], total, out=after[:, count:])

    rows = np.arange(venues)
    fits = np.arange(most + 1) <= budget[:, None]
    left = np.argmax(np.where(fits, reached[days], -np.inf), axis=1)
    counts = np.zeros((venues, days), np.intp)
    for day in reversed(range(days)):
        rest = left[:, None] - np.arange(choices)
        total = np.where(rest >= 0, reached[day][rows[:, None], np.maximum(rest, 0)], -np.inf)
        total += worth[:, day]
        counts[:, day] = np.argmax(total, axis=1)
        left = left - counts[:, day]
    return counts
