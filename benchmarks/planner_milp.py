"""The hours planner's problem as a mixed-integer programme for HiGHS, to compare with."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag

from policies.hours.weeks import WeekProblems, leaning
from policies.links.blocks import day_rows


def solve(problem: WeekProblems, seconds: float) -> tuple[float, float]:
    """The best worth that HiGHS finds in the time for one venue, and its bound on any worth.

    Today's hours must keep the block rules: here they are no exception to them.
    """
    _, days, slots = problem.value.shape
    rows, lower, upper = day_rows(problem.rules, slots)
    open_slots = np.tile(np.repeat([1.0, 0.0, 0.0], slots), days)
    edges = np.zeros((days, slots))
    starts = edges + (np.arange(slots) <= slots - problem.rules.shortest)
    worth = [leaning(problem)[0], problem.opening[0, :, :-1], problem.closing[0, :, 1:]]
    found = milp(
        -np.concatenate(worth, axis=1).ravel(),
        integrality=np.ones(3 * days * slots),
        bounds=Bounds(
            np.concatenate([problem.must[0], edges, edges], axis=1).ravel(),
            np.concatenate([problem.may[0], starts, edges + 1], axis=1).ravel(),
        ),
        constraints=[
            LinearConstraint(block_diag([rows] * days), np.tile(lower, days), np.tile(upper, days)),
            LinearConstraint(open_slots[None], -np.inf, float(problem.budget[0])),
        ],
        options={"mip_rel_gap": 1e-7, "time_limit": seconds},
    )
    kept = problem.hysteresis[0] * problem.today[0].sum()
    if found.fun is None or found.mip_dual_bound is None:
        raise RuntimeError(f"HiGHS found no week: {found.message}")
    return -found.fun - kept, -found.mip_dual_bound - kept
