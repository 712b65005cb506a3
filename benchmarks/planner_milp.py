"""The hours planner's problem as a mixed-integer programme for HiGHS, to compare with."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array, hstack, vstack

from policies.hours.days import BlockRules
from policies.hours.weeks import Floats, WeekProblems, leaning


def solve(problem: WeekProblems, seconds: float) -> tuple[float, float]:
    """The best worth that HiGHS finds in the time for one venue, and its bound on any worth.

    Today's hours must keep the block rules: here they are no exception to them.
    """
    _, days, slots = problem.value.shape
    rows, lower, upper = _day_rows(problem.rules, slots)
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


def _day_rows(rules: BlockRules, slots: int) -> tuple[csr_array, Floats, Floats]:
    """Rows, lower and upper limits over (open, first of a block, last of a block) of one day."""
    none, one, ago = csr_array((slots, slots)), _window(slots, 0, 0), _window(slots, 1, 1)
    end = csr_array(([1.0], ([0], [slots - 1])), shape=(1, slots))
    each = csr_array(np.ones((1, slots)))
    nil = csr_array((1, slots))
    blocks: list[tuple[csr_array, float, float]] = [
        (hstack([one - ago, -one, ago]), 0, 0),
        (hstack([end, nil, -end]), 0, 0),
        (hstack([-one, _window(slots, 0, rules.shortest - 1), none]), -np.inf, 0),
        (hstack([_window(slots, 0, rules.longest), none, none]), -np.inf, rules.longest),
        (hstack([one, none, _window(slots, 1, rules.gap)]), -np.inf, 1),
        (hstack([nil, each, nil]), -np.inf, rules.most),
    ]
    lower = np.concatenate([np.full(b.shape[0], low) for b, low, _ in blocks])
    upper = np.concatenate([np.full(b.shape[0], high) for b, _, high in blocks])
    return vstack([b for b, _, _ in blocks]), lower, upper


def _window(slots: int, first: int, last: int) -> csr_array:
    """The matrix that sums, for each slot, those from `last` to `first` slots before it."""
    back = np.arange(slots)[:, None] - np.arange(slots)
    return csr_array(((first <= back) & (back <= last)).astype(np.float64))
