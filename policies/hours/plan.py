"""The best ordinary weeks: day by day, by price, and by count where the price leaves a gap."""

from dataclasses import dataclass, fields, replace

import numpy as np

from policies.hours.count import best_counted
from policies.hours.days import Mask
from policies.hours.price import ROUNDING, shortest, within_budget
from policies.hours.weeks import (
    TIE,
    Floats,
    WeekProblems,
    Weeks,
    best_at,
    day_worth,
    leaning,
    weighed,
)

_TABLE = 1 << 18
"""Numbers in a table, so that it stays near the processor; more venues wait their turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPlans:
    """The best weeks found, and a bound on how good they could be."""

    open: Mask
    """(venues, days, slots)"""
    worth: Floats
    """(venues,) as `WeekProblems.worth` counts it, visits a week."""
    bound: Floats
    """(venues,) no allowed week is worth more."""
    price: Floats
    """(venues,) worth of one more paid slot in the budget; 0 where the budget does not bind."""
    over_budget: Mask
    """(venues,) no allowed week fits the budget: this is the best of those with the
    fewest paid slots."""

    @property
    def certificate(self) -> Floats:
        """(bound − worth) / |bound|, (venues,): 0 where the plan is proved best."""
        return (self.bound - self.worth) / np.maximum(np.abs(self.bound), TIE)


def plan_weeks(problems: WeekProblems, *, tolerance: float = 0.0) -> WeekPlans:
    """The best week of every venue; ties break toward today's hours.

    Every day obeys the masks and the block rules, or is as `WeekProblems.base` has it: so there
    always is a plan. Where every allowed week exceeds the budget, it has the fewest paid slots.

    Args:
        problems: at least one.
        tolerance: certificate above which a week is planned anew by counting. 0 makes every plan
            exact.
    """
    days, slots = problems.value.shape[1:]
    size = max(1, _TABLE // (days * slots))
    chunks = [_plan(problems[at : at + size], tolerance) for at in range(0, len(problems), size)]
    return WeekPlans(
        **{f.name: np.concatenate([getattr(c, f.name) for c in chunks]) for f in fields(WeekPlans)}
    )


def _plan(problems: WeekProblems, tolerance: float) -> WeekPlans:
    value = leaning(problems)
    wanted = problems.budget
    problems, modest = _reachable(problems, value)
    weeks = best_at(problems, value, np.zeros(len(problems)))
    bound, count = weeks.total
    price = np.zeros(len(problems))
    over = np.flatnonzero(count > problems.budget)
    if len(over):
        weeks.open[over], bound[over], price[over] = within_budget(
            problems[over], value[over], weeks[over], modest[over]
        )
    gap = bound - day_worth(problems, value, weeks.open).sum(axis=1)
    gap[gap <= ROUNDING * (1 + np.abs(bound))] = 0.0
    worth = problems.worth(weeks.open)
    plans = WeekPlans(
        open=weeks.open,
        worth=worth,
        bound=worth + gap,
        price=price,
        over_budget=problems.budget > wanted,
    )
    _prove(plans, problems, value, tolerance)
    return plans


def _reachable(problems: WeekProblems, value: Floats) -> tuple[WeekProblems, Weeks]:
    """The problems with budgets that some allowed week fits, and such a week for each."""
    modest = weighed(problems, value, problems.base.copy())
    unfit = np.flatnonzero(modest.total[1] > problems.budget)
    if not len(unfit):
        return problems, modest
    modest[unfit] = shortest(problems[unfit], value[unfit])
    budget = problems.budget.copy()
    budget[unfit] = np.maximum(budget[unfit], modest.total[1][unfit])
    return replace(problems, budget=budget), modest


def _prove(plans: WeekPlans, problems: WeekProblems, value: Floats, tolerance: float) -> None:
    """Put exact plans in the place of those whose certificate exceeds `tolerance`."""
    venues = np.flatnonzero(plans.certificate > tolerance)
    _, days, slots = problems.value.shape
    size = max(1, _TABLE // (days * slots * slots))
    for at in range(0, len(venues), size):
        some = venues[at : at + size]
        plans.open[some] = best_counted(problems[some], value[some])
        plans.worth[some] = plans.bound[some] = problems[some].worth(plans.open[some])
