"""Joint hours by turns: each member's best week given the others', until no turn changes any.

In its turn a member is worth the people whom it serves and nobody else would: the weight of the
best other member is taken off. That is additive over its slots, so its week is planned by the day
planner (block coordinate ascent).
"""

from dataclasses import replace

import numpy as np

from policies.hours.days import Mask
from policies.hours.plan import plan_weeks
from policies.hours.weeks import Floats, WeekProblems, best_at, leaning
from policies.links.group import GroupProblem, within_walk
from policies.links.served import gain, worth

_SWEEPS = 12
"""Rounds at most; two to five do as a rule."""
_PRICES = 8
"""Prices of a staffed slot tried at most."""
_NEAR = 0.005
"""Share of the budget that may be left over before it is filled up."""


def by_turns(problem: GroupProblem, start: Mask) -> Mask:
    """Good weeks (members, days, slots) within the budget; where none are found, of little staff.

    Args:
        problem: the group.
        start: weeks to begin with, each allowed by its member's own rules.
    """
    free = _settled(problem, start, 0.0)
    if problem.staffed(free) <= problem.budget:
        return free
    fits = [start] if problem.staffed(start) <= problem.budget else []
    fits += _priced(problem, free)
    if not fits:
        scarce = _settled(problem, start, _dear(problem))
        return min((start, scarce), key=lambda weeks: _need(problem, weeks))
    return filled(problem, max(fits, key=lambda weeks: rank(problem, weeks)))


def _priced(problem: GroupProblem, free: Mask) -> list[Mask]:
    """Weeks within the budget, by prices of a staffed slot interpolated toward it.

    Args:
        problem: the group.
        free: the weeks at no price, over the budget.
    """
    low, above, high = 0.0, free, _dear(problem)
    price = max(0.25 * worth(problem, free) / problem.staffed(free), 1e-3 * high)
    found: list[Mask] = []
    for _ in range(_PRICES):
        weeks = _settled(problem, above, min(price, high))
        left = problem.budget - problem.staffed(weeks)
        if left < 0:
            low, above = price, weeks
            price = 2 * price if not found else (price + high) / 2
            continue
        found.append(weeks)
        if left <= _NEAR * problem.budget:
            break
        over = problem.staffed(above) - problem.budget
        high, price = price, low + (price - low) * over / (over + left)
    return found


def rank(problem: GroupProblem, weeks: Mask) -> tuple[int, float]:
    """What makes weeks better than others: first that people stay covered, then their worth."""
    return -int(problem.uncovered(weeks).sum()), worth(problem, weeks)


def _need(problem: GroupProblem, weeks: Mask) -> tuple[int, float]:
    return int(problem.uncovered(weeks).sum()), problem.staffed(weeks)


def _dear(problem: GroupProblem) -> float:
    """A price of a staffed slot at which none is worth it for its visits and edges."""
    edges = sum(np.abs(m.opening).max() + np.abs(m.closing).max() for m in problem.members)
    slot = sum(np.abs(m.value).max() + m.hysteresis.max() for m in problem.members)
    people = problem.demand.sum(axis=0).max()
    return float(people + edges + slot + 1) / float(problem.staff.min())


def _settled(problem: GroupProblem, start: Mask, price: float) -> Mask:
    """The weeks that no turn makes better when a staffed slot costs `price`."""
    weeks, unchanged = start.copy(), 0
    for turn in range(_SWEEPS * len(problem)):
        member = turn % len(problem)
        week = _turn(problem, weeks, member)
        cost = np.array([price * problem.staff[member]])
        found = best_at(week, leaning(week), cost).open[0]
        unchanged = unchanged + 1 if (found == weeks[member]).all() else 1
        weeks[member] = found
        if unchanged > len(problem):
            break
    return weeks


def filled(problem: GroupProblem, start: Mask) -> Mask:
    """The weeks that no turn makes better when a member may use what the others leave."""
    weeks, unchanged = start.copy(), 0
    for turn in range(_SWEEPS * len(problem)):
        member = turn % len(problem)
        others = problem.staffed(weeks) - problem.staff[member] * problem.paid(
            member, weeks[member]
        )
        left = int((problem.budget - others) / problem.staff[member] + 1e-9)
        week = replace(_turn(problem, weeks, member), budget=np.array([left]))
        found = plan_weeks(week).open[0]
        unchanged = unchanged + 1 if (found == weeks[member]).all() else 1
        weeks[member] = found
        if unchanged > len(problem):
            break
    return weeks


def _turn(problem: GroupProblem, weeks: Mask, member: int) -> WeekProblems:
    """The member's own problem, given the others' weeks."""
    week = problem.members[member]
    people = gain(problem, weeks, member) + _needed(problem, weeks, member)
    return replace(week, value=week.value + people[None])


def _needed(problem: GroupProblem, weeks: Mask, member: int) -> Floats:
    """More than all else can be worth, for each slot in which only this member can cover."""
    others = weeks.copy()
    others[member] = False
    lacking = problem.covered & ~within_walk(problem.weight, others)
    mine = lacking[problem.weight[member] > 0].any(axis=0)
    much = _dear(problem) * weeks.shape[1] * weeks.shape[2] * problem.staff.max()
    return np.asarray(mine * much)
