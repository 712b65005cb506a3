"""The best joint week of a group, with a certificate.

Turns find a week; the relaxed programme bounds what any week can be worth. Where the two are
further apart than is asked for, HiGHS solves the programme whole, and turns make its week better.
"""

from dataclasses import dataclass, replace

import numpy as np

from policies.hours.days import Mask
from policies.hours.weeks import TIE
from policies.links.exact import JointProgramme
from policies.links.group import GroupProblem
from policies.links.served import crowded, worth
from policies.links.turns import by_turns, filled, rank


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """The best joint week found, and a bound on how good it could be."""

    open: Mask
    """(members, days, slots)"""
    worth: float
    """People served less the cost of open slots and the hysteresis of changes, visits a week."""
    bound: float
    """No allowed week is worth more; inf: not sought, or not found in the
    time."""
    uncovered: Mask
    """(members, days, slots) someone within the walk should be open and cannot be."""
    over_budget: bool
    """No week was found within the budget: this one has as few staffed slots as turns reach."""

    @property
    def certificate(self) -> float:
        """(bound − worth) / |bound|: 0 where the plan is proved best."""
        if np.isinf(self.bound):
            return float("inf")
        return max(0.0, self.bound - self.worth) / max(abs(self.bound), TIE)


def plan_group(
    problem: GroupProblem, *, tolerance: float = 0.01, seconds: float = 30.0
) -> GroupPlan:
    """The best joint week of linked venues.

    Where today's hours are within the budget, so is the plan. What nobody can cover then is said;
    it is nothing unless members were closed. Hours over the budget keep their coverage first.

    Args:
        problem: the group.
        tolerance: certificate that is good enough.
        seconds: given to HiGHS for the bound, and again for the whole where the bound is too far;
            0: turns alone, and no bound.
    """
    weeks = by_turns(problem, problem.base)
    uncovered, over = problem.uncovered(weeks), problem.staffed(weeks) > problem.budget
    possible = replace(
        problem,
        covered=problem.covered & ~uncovered,
        budget=max(problem.budget, problem.staffed(weeks)),
    )
    found = GroupPlan(
        open=weeks,
        worth=worth(possible, weeks),
        bound=float("inf"),
        uncovered=uncovered,
        over_budget=over,
    )
    if not seconds:
        return found
    programme = JointProgramme(possible, crowded(possible, weeks))
    _, bound = programme.solve(seconds=seconds, relaxed=True)
    found = replace(found, bound=bound)
    if found.certificate <= tolerance or np.isinf(bound):
        return found
    whole, bound = programme.solve(seconds=seconds, gap=tolerance / 2)
    if whole is not None:
        better = max((weeks, filled(possible, whole)), key=lambda w: rank(possible, w))
        found = replace(found, open=better, worth=worth(possible, better))
    return replace(found, bound=min(found.bound, bound)) if np.isfinite(bound) else found
