"""How fast and how good the hours planner is: single venues, linked groups, a whole country."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figure, parser, report
from benchmarks.planner_country import COUNTRY, country_figures
from benchmarks.planner_groups import LARGEST, group_figures
from benchmarks.planner_milp import solve
from policies.hours.days import BlockRules, DayProblems, plan_days
from policies.hours.plan import WeekPlans, plan_weeks
from policies.hours.weeks import WeekProblems

DAYS, SLOTS = 7, 96
CHUNK = 128
"""Venues a pass plans at once."""
_QUICK = (((5, 8, LARGEST), 1, 5.0), (2048, 1024))
_WHOLE = (((*range(5, LARGEST), *[LARGEST] * 14), 6, 60.0), (sum(COUNTRY.values()), 16_384))
"""Arguments of `group_figures` and of `country_figures`."""
NEAR = 4
"""Slots an edge may move in a week, where its change is limited."""


def random_weeks(rng: np.random.Generator, venues: int, *, near_today: bool) -> WeekProblems:
    """Venues with two or three noisy peaks a day, hours of 8 to 11, and a budget that mostly binds.

    Args:
        rng: source of all randomness.
        venues: how many.
        near_today: whether edges may move by an hour at most.
    """
    slot = np.arange(SLOTS)
    rate = np.zeros((venues, DAYS, SLOTS))
    for _ in range(3):
        peak, width = rng.uniform(16, 72, (venues, 1, 1)), rng.uniform(4, 14, (venues, 1, 1))
        rate += rng.gamma(2, 1, (venues, DAYS, 1)) * np.exp(-0.5 * ((slot - peak) / width) ** 2)
    rate *= rng.uniform(0.8, 1.2, rate.shape)
    opens = rng.integers(16, 28, (venues, DAYS, 1))
    closes = opens + rng.integers(32, 45, (venues, DAYS, 1))
    today = (slot >= opens) & (slot < closes)
    core = (slot >= opens + 8) & (slot < opens + 16)
    near = (np.abs(slot + 0.5 - opens) < NEAR) | (np.abs(slot + 0.5 - closes) < NEAR)
    movable = near if near_today else np.ones_like(near)
    window = (slot >= 8) & (slot < 80)
    return WeekProblems(
        value=rate - 0.5,
        opening=np.zeros((venues, DAYS, SLOTS + 1)),
        closing=np.full((venues, DAYS, SLOTS + 1), -0.3),
        today=today,
        may=today | (window & movable),
        must=core | (today & ~movable),
        base=today,
        budget=(today.sum(axis=(1, 2)) * rng.uniform(0.85, 1.05, venues)).astype(np.intp),
        pay=np.full(venues, 0.5),
        hysteresis=np.full(venues, 0.05),
        rules=BlockRules(most=2, shortest=8, longest=64, gap=4),
    )


def rate_of(venues: int, work: Callable[[], object], *, times: int) -> float:
    """Venues a processor second, the best of some runs."""
    took = []
    for _ in range(times):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return venues / min(took)


def pass_rate(weeks: WeekProblems, times: int) -> float:
    """Venue-weeks a processor second of one pass in single precision, blocks included."""

    def flat(by_day: NDArray[np.float64]) -> NDArray[np.float32]:
        return by_day.reshape(-1, by_day.shape[-1]).astype(np.float32)

    days = []
    for at in range(0, len(weeks), CHUNK):
        some = weeks[at : at + CHUNK]
        days.append(
            DayProblems(
                value=flat(some.value),
                opening=flat(some.opening),
                closing=flat(some.closing),
                may=some.may.reshape(-1, SLOTS),
                must=some.must.reshape(-1, SLOTS),
                pay=np.zeros(DAYS * len(some), np.float32),
                rules=some.rules,
            )
        )
    return rate_of(len(weeks), lambda: [plan_days(d).blocks() for d in days], times=times)


def planned(
    name: str, weeks: WeekProblems, tolerance: float, times: int
) -> tuple[WeekPlans, dict[str, Figure]]:
    """Plans to a tolerance, with their figures."""
    plans = plan_weeks(weeks, tolerance=tolerance)
    certificate = plans.certificate
    speed = rate_of(len(weeks), lambda: plan_weeks(weeks, tolerance=tolerance), times=times)
    return plans, {
        f"venue_weeks_per_s_planned{name}": speed,
        f"certificate_p99{name}": float(np.quantile(certificate, 0.99)),
        f"certificate_max{name}": float(certificate.max()),
        f"proved_share{name}": float((certificate == 0).mean()),
    }


def beside_highs(
    weeks: WeekProblems, plans: WeekPlans, sample: int, seconds: float
) -> dict[str, Figure]:
    """The same weeks solved by HiGHS: relative differences of the worths, and the time it takes."""
    ahead, behind, took = [], [], []
    for venue in range(sample):
        start = time.process_time()
        found, bound = solve(weeks[venue : venue + 1], seconds)
        took.append(time.process_time() - start)
        ours = float(plans.worth[venue])
        ahead.append((found - ours) / abs(ours))
        behind.append((ours - bound) / abs(ours))
    return {
        "highs_weeks": sample,
        "highs_s_median": float(np.median(took)),
        "gap_to_highs_max": max(0.0, *ahead),
        "above_highs_bound_max": max(0.0, *behind),
    }


def main() -> None:
    """Run the benchmark."""
    args = parser("planner", __doc__ or "").parse_args()
    venues, times, sample, seconds = (256, 2, 2, 5.0) if args.quick else (2048, 3, 20, 60.0)
    groups, country = _QUICK if args.quick else _WHOLE
    rng = np.random.default_rng(args.seed)
    free = random_weeks(rng, venues, near_today=False)
    weekly = random_weeks(rng, venues, near_today=True)
    figures: dict[str, Figure] = {"seed": args.seed, "venues": venues}
    figures["venue_weeks_per_s"] = pass_rate(free, 5 * times)
    plans, exact = planned("_exact", free, 0.0, times)
    figures |= exact
    figures["budget_binds_share"] = float((plans.price > 0).mean())
    figures |= planned("", free, 0.01, times)[1]
    figures |= planned("_price_only", free, np.inf, times)[1]
    figures |= planned("_hour_a_week", weekly, 0.0, times)[1]
    figures |= beside_highs(free, plans, sample, seconds)
    figures |= group_figures(rng, *groups)
    figures |= country_figures(args.seed, *country)
    report(figures, as_json=args.json)


if __name__ == "__main__":
    main()
