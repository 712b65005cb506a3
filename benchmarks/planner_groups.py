"""Groups of linked venues: how near to the best their joint hours are, and how long that takes."""

import time
from collections.abc import Sequence

import numpy as np

from benchmarks.common import Figure
from domain.estate import Limits, Venue
from domain.hours import Block, WeeklyHours
from policies.links.exact import JointProgramme
from policies.links.group import GroupProblem, LinkedVenues, group_problem
from policies.links.plan import plan_group
from policies.links.served import worth
from policies.links.turns import by_turns
from policies.links.walks import walking_shares

SLOTS = 96
LARGEST = 15


def random_group(rng: np.random.Generator, size: int) -> GroupProblem:
    """A hub and satellites 2 to 12 minutes around it, two or three noisy peaks a day each.

    Half of the groups may move any edge any way, half by an hour; in half, members take in 0.8 to
    3 times the people of their own busiest quarter-hour. The staff of all is shared.
    """
    away, angle = rng.uniform(2, 12, size), rng.uniform(0, 2 * np.pi, size)
    away[0] = 0.0
    place = away * np.exp(1j * angle)
    slot = np.arange(SLOTS)
    rate = np.zeros((size, 7, SLOTS))
    for _ in range(3):
        peak, width = rng.uniform(16, 72, (size, 1, 1)), rng.uniform(4, 14, (size, 1, 1))
        rate += rng.gamma(2, 1, (size, 7, 1)) * np.exp(-0.5 * ((slot - peak) / width) ** 2)
    rate *= rng.uniform(0.8, 1.2, rate.shape)
    free, crowded = rng.random(2) < 0.5
    room = rng.uniform(0.8, 3.0, size) * rate.max(axis=(1, 2)) * 4
    venues = [_venue(rng, index, free=bool(free)) for index in range(size)]
    return group_problem(
        LinkedVenues(
            venues=tuple(venues),
            today=tuple(venue.hours for venue in venues),
            rate=rate,
            low=rate,
            high=rate,
            weight=walking_shares(np.abs(place[:, None] - place)),
            people_an_hour=room if crowded else np.full(size, np.inf),
        ),
        hysteresis=0.05,
    )


def _venue(rng: np.random.Generator, index: int, *, free: bool) -> Venue:
    opens = 240 + 15 * rng.integers(16, 28, 7)
    closes = opens + 15 * rng.integers(32, 45, 7)
    days = tuple((Block(a, b),) for a, b in zip(opens.tolist(), closes.tolist(), strict=True))
    return Venue(
        id=f"v{index}",
        name="Venue",
        type="activity_room",
        area="street",
        hours=WeeklyHours(days),
        limits=Limits(
            staff=float(rng.choice([1.0, 1.5, 2.0])), max_change_minutes=None if free else 60
        ),
    )


def group_figures(
    rng: np.random.Generator, sizes: Sequence[int], beside: int, seconds: float
) -> dict[str, Figure]:
    """Gaps and processor seconds of random groups of the sizes, and of HiGHS alone on the first.

    Args:
        rng: source of all randomness.
        sizes: of the groups, one each.
        beside: how many of them HiGHS also solves alone.
        seconds: given to HiGHS for each of these.
    """
    groups = [random_group(rng, size) for size in sizes]
    gaps, took, of_largest, gained = [], [], [], []
    for problem in groups:
        start = time.process_time()
        plan = plan_group(problem)
        took.append(time.process_time() - start)
        gaps.append(plan.certificate)
        gained.append(plan.worth / worth(problem, problem.base) - 1)
        if len(problem) == LARGEST:
            of_largest.append(took[-1])
    return {
        "groups": len(groups),
        "group_gap_median": float(np.median(gaps)),
        "group_gap_p95": float(np.quantile(gaps, 0.95)),
        "group_gap_max": max(gaps),
        "group_s_median": float(np.median(took)),
        "group_s_p95": float(np.quantile(took, 0.95)),
        "groups_of_15": len(of_largest),
        "group15_p95_s": float(np.quantile(of_largest, 0.95)),
        "group_worth_gained_median": float(np.median(gained)),
        **_highs_alone(groups[:beside], seconds),
    }


def _highs_alone(groups: Sequence[GroupProblem], seconds: float) -> dict[str, Figure]:
    """What HiGHS makes of the same programmes to 1 % without turns, and turns without HiGHS."""
    alone, turns, behind = [], [], []
    for problem in groups:
        start = time.process_time()
        weeks = by_turns(problem, problem.base)
        turns.append(time.process_time() - start)
        start = time.process_time()
        nobody_full = np.zeros(problem.demand[0].size, np.bool_)
        found, _ = JointProgramme(problem, nobody_full).solve(seconds=seconds, gap=0.01)
        alone.append(time.process_time() - start)
        ours = worth(problem, weeks)
        highs = -np.inf if found is None else worth(problem, found)
        behind.append((highs - ours) / abs(ours))
    return {
        "group_turns_s_median": float(np.median(turns)),
        "group_highs_alone_s_median": float(np.median(alone)),
        "group_highs_ahead_of_turns_max": float(max(behind)),
        "group_highs_ahead_of_turns_median": float(np.median(behind)),
    }
