"""Weeks within a budget by a price for paid slots, with a bound on what any week can be worth.

At a price the days of a week are independent. The price sought is the one at which the best weeks
straddle the budget; it is found along the chords of the hull of (paid slots, worth), where each
step is exact, instead of by bisection (M. J. Eisner, D. G. Severance, Journal of the ACM 23, 1976).
"""

import itertools

import numpy as np

from policies.hours.days import Mask
from policies.hours.weeks import Floats, WeekProblems, Weeks, best_at

ROUNDING = 1e-11
"""Relative difference of worths that is rounding."""

_PRICES = 64
"""Prices tried at most; any of them gives a valid bound, and ten do as a rule."""


def shortest(problems: WeekProblems, value: Floats) -> Weeks:
    """The weeks with the fewest paid slots, and of these the best."""
    by_day = np.abs(value).sum(axis=2)
    by_day += np.abs(problems.opening).sum(axis=2) + np.abs(problems.closing).sum(axis=2)
    return best_at(problems, value, 1 + 2 * by_day.max(axis=1))


def within_budget(
    problems: WeekProblems, value: Floats, above: Weeks, below: Weeks
) -> tuple[Mask, Floats, Floats]:
    """Good weeks within the budget.

    Args:
        problems: whose `budget` lies between the counts of `below`, inclusive, and `above`.
        value: leaning values, (venues, days, slots).
        above: the best weeks whatever their count; changed in place.
        below: any allowed weeks within the budget; changed in place.

    Returns:
        Open slots (venues, days, slots); the bound on the worth of such weeks, (venues,), in
        leaning values; the price of a slot, (venues,).
    """
    bound, price = above.total[0].copy(), np.zeros(len(problems))
    active = np.arange(len(problems))
    for _ in range(_PRICES):
        (worth_above, count_above), (worth_below, count_below) = (
            above[active].total,
            below[active].total,
        )
        chord = np.maximum((worth_above - worth_below) / (count_above - count_below), 0.0)
        found = best_at(problems[active], value[active], chord)
        worth, count = found.total
        budget = problems.budget[active]
        price[active] = chord
        bound[active] = np.minimum(bound[active], worth - chord * (count - budget))
        gain = (worth - chord * count) - (worth_above - chord * count_above)
        better = gain > ROUNDING * (1 + np.abs(worth))
        for weeks, side in ((below, count <= budget), (above, count > budget)):
            weeks[active[better & side]] = found[better & side]
        active = active[better]
        if not len(active):
            break
    return _mixed(problems, value, above, below), bound, price


def _mixed(problems: WeekProblems, value: Floats, above: Weeks, below: Weeks) -> Mask:
    """The best week within the budget that takes each day from `above` or from `below`."""
    days = value.shape[1]
    takes = np.array(list(itertools.product([0, 1], repeat=days)))
    worth = above.worth @ takes.T + below.worth @ (1 - takes.T)
    count = above.count @ takes.T + below.count @ (1 - takes.T)
    best = np.argmax(np.where(count <= problems.budget[:, None], worth, -np.inf), axis=1)
    return np.where(takes[best, :, None] == 1, above.open, below.open)
