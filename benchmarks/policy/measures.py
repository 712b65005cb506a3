"""What policies came to beside one another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from benchmarks.policy.arena import Played

Floats = NDArray[np.float64]

LAST_WEEKS = 20
"""Judged are the last weeks, when policies have had time to learn."""


def last(played: Played, quantity: str) -> Floats:
    """(venues,) mean a week over the last weeks."""
    return np.asarray(played.sums[quantity][-LAST_WEEKS:].mean(axis=0))


def share_of_attainable(policy: Played, fixed: Played, optimum: Played) -> float:
    """(policy − fixed) / (optimum − fixed) in net value of the last weeks, all venues together."""
    worth = [last(p, "net_value").sum() for p in (policy, fixed, optimum)]
    return float((worth[0] - worth[1]) / (worth[2] - worth[1]))


def venue_gains(policy: Played, fixed: Played) -> Floats:
    """(venues,) net visits a week won over fixed hours, as a share of the visits under these."""
    return (last(policy, "net_value") - last(fixed, "net_value")) / last(fixed, "visits")


def visits_gain(policy: Played, fixed: Played) -> float:
    """Visits of the last weeks beyond those under fixed hours, as a share of these."""
    return float(last(policy, "visits").sum() / last(fixed, "visits").sum() - 1)


def regret(policy: Played, optimum: Played) -> float:
    """Net visits a venue-week by which the optimum is better, over all weeks."""
    return float(np.mean(optimum.sums["net_value"] - policy.sums["net_value"]))


def edge_moves_per_4_weeks(policy: Played) -> float:
    """Edge moves of a venue's week plan in 4 weeks, in the last ones; days alike count once."""
    return float(4 * policy.edge_moves[-LAST_WEEKS:].mean())


def mean_and_half(values: Sequence[float]) -> tuple[float, float]:
    """Mean over seeds and half the width of its 95 % interval."""
    found = np.asarray(values)
    if len(found) < 2:
        return float(found.mean()), float("nan")
    spread = found.std(ddof=1) / np.sqrt(len(found))
    return float(found.mean()), float(spread * student.ppf(0.975, len(found) - 1))


def false_keeps(policy: Played) -> tuple[float, float]:
    """Trials that were kept, and those of them whose stretch is in truth not worth its cost."""
    kept = [net for net in policy.trials.values() if not np.isnan(net)]
    return float(len(kept)), float(sum(net <= 0 for net in kept))


def measured(policy: Played, fixed: Played, optimum: Played) -> dict[str, float]:
    """All measures of a policy in one city, at the cost of hours, by name."""
    kept, falsely = false_keeps(policy)
    return {
        "share_of_attainable": share_of_attainable(policy, fixed, optimum),
        "worst_decile": float(np.quantile(venue_gains(policy, fixed), 0.1)),
        "visits_gain": visits_gain(policy, fixed),
        "staffed_hours": float(last(policy, "staffed_hours").sum()),
        "regret": regret(policy, optimum),
        "edge_moves_per_4_weeks": edge_moves_per_4_weeks(policy),
        "guarantees_broken": float(len(policy.broken)),
        "trials": float(len(policy.trials)),
        "trials_kept": kept,
        "trial_false_keeps": falsely,
    }
