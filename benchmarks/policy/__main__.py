"""Hours chosen week by week in simulated cities: ours, beside simple rules and the clairvoyant.

All policies meet the same people, weather, sensors and managers. `share_of_attainable` is (policy −
fixed) ÷ (clairvoyant − fixed) in net value over the last 20 weeks; `visits_at_equal_hours` are
visits beyond those of fixed hours where staffed hours cost nothing and may not grow.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import NamedTuple

from benchmarks.common import Figure, parser, report
from benchmarks.policy.arena import Played, play
from benchmarks.policy.contenders import Contender
from benchmarks.policy.measures import compared, mean_and_half, visits_gain
from benchmarks.policy.planned import clairvoyant, naive, ours
from benchmarks.policy.simple import fixed, threshold

FAMILIES = (
    "two-peaks",
    "dear-hours",
    "tight-staff",
    "too-short",
    "well-chosen",
    "drift",
    "full-rooms",
    "blind-spots",
    "linked",
    "holidays",
    "slow-to-learn",
)
CONTENDERS = (
    Contender("fixed", fixed),
    Contender("threshold", threshold(grows=False)),
    Contender("threshold_with_growth", threshold(grows=True)),
    Contender("naive_profile", naive),
    Contender("openhours", ours),
    Contender("clairvoyant", clairvoyant, needs_notice=False),
)
AT_EQUAL_HOURS = ("fixed", "openhours")
WEEKS, QUICK_WEEKS = 80, 36


class Task(NamedTuple):
    """One policy in one city."""

    family: str
    seed: int
    contender: str
    weeks: int
    equal: bool


def run(task: Task) -> Played:
    """Play it."""
    contender = next(c for c in CONTENDERS if c.name == task.contender)
    return play(contender, task.family, task.seed, task.weeks, equal=task.equal)


def main() -> None:
    """Print a table a family, and all figures."""
    flags = parser("policy", __doc__ or "")
    flags.add_argument("--families", nargs="*", default=None, help="names or files")
    flags.add_argument("--seeds", type=int, default=None, help="how many")
    flags.add_argument("--weeks", type=int, default=None)
    flags.add_argument("--workers", type=int, default=2)
    asked = flags.parse_args()
    families = asked.families or (FAMILIES[:1] if asked.quick else FAMILIES)
    seeds = range(asked.seed, asked.seed + (asked.seeds or (1 if asked.quick else 10)))
    weeks = asked.weeks or (QUICK_WEEKS if asked.quick else WEEKS)
    kinds = [(c.name, False) for c in CONTENDERS] + [(name, True) for name in AT_EQUAL_HOURS]
    tasks = [Task(f, s, name, weeks, eq) for f, s, (name, eq) in product(families, seeds, kinds)]
    began_s = time.monotonic()
    with ProcessPoolExecutor(asked.workers) as pool:
        played = dict(zip(tasks, pool.map(run, tasks), strict=True))
    figures: dict[str, Figure] = {"seed": asked.seed, "seeds": len(seeds), "weeks": weeks}
    for family in families:
        figures |= _figures(family, seeds, played, weeks)
    figures["seconds"] = time.monotonic() - began_s
    report(figures, as_json=asked.json)


def _figures(
    family: str, seeds: Sequence[int], played: Mapping[Task, Played], weeks: int
) -> dict[str, Figure]:
    found: dict[str, list[float]] = {}
    for seed in seeds:
        at_cost, at_equal_hours = (
            {
                t.contender: p
                for t, p in played.items()
                if t == Task(family, seed, t.contender, weeks, equal)
            }
            for equal in (False, True)
        )
        measured = compared(at_cost)
        measured["openhours_visits_at_equal_hours"] = visits_gain(
            at_equal_hours["openhours"], at_equal_hours["fixed"]
        )
        for name, value in measured.items():
            found.setdefault(name, []).append(value)
    figures: dict[str, Figure] = {}
    for name, values in found.items():
        mean, half = mean_and_half(values)
        figures[f"{family}_{name}"] = mean
        figures[f"{family}_{name}_±"] = half
    return figures


if __name__ == "__main__":
    main()
