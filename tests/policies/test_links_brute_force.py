"""Joint hours against full enumeration of small groups, by an evaluation of its own."""

import numpy as np
import pytest

from policies.links.exact import JointProgramme
from policies.links.plan import plan_group
from policies.links.served import served, worth
from policies.links.turns import by_turns
from tests.policies.groups import (
    best_of_all,
    random_group,
    staffed,
    uncovered_slots,
    worth_of,
)


@pytest.mark.parametrize("seed", range(30))
def test_the_joint_week_is_the_best_of_all_where_nobody_is_full(seed: int) -> None:
    problem = random_group(np.random.default_rng(seed), full=False)
    best = best_of_all(problem)
    plan = plan_group(problem, tolerance=0.0)
    weeks = tuple(plan.open)
    assert plan.worth == pytest.approx(worth_of(problem, weeks), abs=1e-6)
    assert uncovered_slots(problem, weeks) == plan.uncovered.sum()
    if not plan.over_budget and not plan.uncovered.any():
        assert plan.worth == pytest.approx(best, abs=1e-5)
        assert plan.certificate < 1e-6
    else:
        assert best == -np.inf, "a limit was given up that could be kept"


@pytest.mark.parametrize("seed", range(100, 120))
def test_where_members_can_be_full_the_bound_holds_and_the_plan_is_near_the_best(seed: int) -> None:
    problem = random_group(np.random.default_rng(seed), full=True)
    best = best_of_all(problem)
    plan = plan_group(problem, tolerance=0.0)
    assert plan.worth == pytest.approx(worth_of(problem, tuple(plan.open)), abs=1e-6)
    assert plan.worth <= best + 1e-6 <= plan.bound + 2e-6


@pytest.mark.parametrize("seed", range(200, 220))
def test_turns_alone_break_no_limit(seed: int) -> None:
    problem = random_group(np.random.default_rng(seed), full=seed % 2 == 0)
    weeks = by_turns(problem, problem.base)
    assert not problem.uncovered(weeks).any()
    assert staffed(problem, tuple(weeks)) <= problem.budget + 1e-9
    assert worth(problem, weeks) >= worth(problem, problem.base) - 1e-6


@pytest.mark.parametrize("seed", range(300, 310))
def test_the_programme_counts_given_weeks_as_they_are_counted_slot_by_slot(seed: int) -> None:
    problem = random_group(np.random.default_rng(seed), full=False)
    weeks, bound = JointProgramme(problem, np.zeros(problem.demand[0].size, np.bool_)).solve(
        seconds=20
    )
    assert weeks is not None
    assert bound == pytest.approx(worth_of(problem, tuple(weeks)), abs=1e-5)


def test_people_are_served_once_and_never_more_than_come() -> None:
    problem = random_group(np.random.default_rng(1), full=True)
    weeks = problem.base
    own, elsewhere = served(problem, weeks)
    assert (own + elsewhere <= problem.demand + 1e-9).all()
    assert (own[~weeks] == 0).all()
