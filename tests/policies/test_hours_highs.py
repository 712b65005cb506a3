"""The planner against a solver that knows nothing of it, on weeks of full size."""

import numpy as np
import pytest

from benchmarks.planner import random_weeks
from benchmarks.planner_milp import solve
from policies.hours.plan import plan_weeks


@pytest.mark.parametrize("edges_move", ["freely", "by an hour"])
def test_whole_weeks_are_worth_what_highs_finds(edges_move: str) -> None:
    weeks = random_weeks(np.random.default_rng(5), 4, near_today=edges_move == "by an hour")
    plans = plan_weeks(weeks)
    assert (plans.price > 0).any(), "no budget binds, so the test says little"
    for venue in range(len(weeks)):
        found, bound = solve(weeks[venue : venue + 1], seconds=30)
        assert plans.worth[venue] == pytest.approx(found, rel=1e-6)
        assert plans.worth[venue] <= bound + 1e-3
