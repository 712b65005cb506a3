"""Hours chosen week by week in simulated cities: ours, beside simple rules and the clairvoyant.

All policies meet the same people, weather, sensors and managers. `share_of_attainable` is (policy −
fixed) ÷ (clairvoyant − fixed) in net value over the last 20 weeks, of all venues together;
`worst_decile` is the 10 % quantile over venues of the net visits won, as a share of the visits
under fixed hours; `visits_at_equal_hours` are visits beyond those of fixed hours where staffed
hours cost nothing and may not grow. `trial_false_keeps` counts kept trials whose stretch is in
truth not worth its cost. Figures without a policy's name are ours; `all_…` are means over families
and seeds.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import NamedTuple

from benchmarks.common import Figure, parser, report
from benchmarks.policy.arena import Played, play
from benchmarks.policy.contenders import Contender
from benchmarks.policy.measures import mean_and_half, measured, visits_gain
from benchmarks.policy.planned import clairvoyant, naive, ours
from benchmarks.policy.simple import fixed, threshold
from simulator.city.family import Family
from simulator.city.reading import load

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
OURS = "openhours"
AT_EQUAL_HOURS = ("fixed", "threshold_with_growth", OURS)
BESIDE = ("share_of_attainable", "worst_decile", "visits_gain", "staffed_hours")
"""What is told of the policies that ours is compared with."""
WEEKS = 80
QUICK_WEEKS, QUICK_VENUES = 30, 12


class Task(NamedTuple):
    """One policy in one city."""

    family: str
    seed: int
    contender: str
    equal: bool


class Playing(NamedTuple):
    """How a task is played."""

    task: Task
    family: Family
    weeks: int


def run(playing: Playing) -> Played:
    """Play it."""
    task = playing.task
    contender = next(c for c in CONTENDERS if c.name == task.contender)
    return play(contender, playing.family, task.seed, playing.weeks, equal=task.equal)


def main() -> None:
    """Print all figures, family by family and over all."""
    flags = parser("policy", __doc__ or "")
    flags.add_argument("--families", nargs="*", default=None, help="names or files")
    flags.add_argument("--seeds", type=int, default=None, help="how many")
    flags.add_argument("--weeks", type=int, default=None)
    flags.add_argument("--venues", type=int, default=None, help="in a city; default: its family's")
    flags.add_argument("--workers", type=int, default=2)
    asked = flags.parse_args()
    names = asked.families or (FAMILIES[:1] if asked.quick else FAMILIES)
    seeds = range(asked.seed, asked.seed + (asked.seeds or (1 if asked.quick else 10)))
    weeks = asked.weeks or (QUICK_WEEKS if asked.quick else WEEKS)
    venues = asked.venues or (QUICK_VENUES if asked.quick else None)
    families = {name: _of_size(load(name), venues) for name in names}
    kinds = [(c.name, False) for c in CONTENDERS] + [(name, True) for name in AT_EQUAL_HOURS]
    tasks = [Task(f, s, name, equal) for f, s, (name, equal) in product(names, seeds, kinds)]
    began_s = time.monotonic()
    with ProcessPoolExecutor(asked.workers) as pool:
        playing = [Playing(task, families[task.family], weeks) for task in tasks]
        played = dict(zip(tasks, pool.map(run, playing), strict=True))
    by_city = {name: [_city(played, name, seed) for seed in seeds] for name in names}
    figures: dict[str, Figure] = {"seed": asked.seed, "seeds": len(seeds), "weeks": weeks}
    for name, cities in by_city.items():
        figures |= _means(name, cities)
    figures |= _means("all", [city for cities in by_city.values() for city in cities])
    figures["seconds"] = time.monotonic() - began_s
    report(figures, as_json=asked.json)


def _of_size(family: Family, venues: int | None) -> Family:
    return family.model_copy(update={"venues": venues}) if venues else family


def _city(played: Mapping[Task, Played], family: str, seed: int) -> dict[str, float]:
    """All figures of one city, by name."""
    at_cost = {c.name: played[Task(family, seed, c.name, equal=False)] for c in CONTENDERS}
    equal = {name: played[Task(family, seed, name, equal=True)] for name in AT_EQUAL_HOURS}

    def measures(name: str) -> dict[str, float]:
        return measured(at_cost[name], at_cost["fixed"], at_cost["clairvoyant"])

    found = measures(OURS)
    for name in AT_EQUAL_HOURS[1:]:
        label = "visits_at_equal_hours" if name == OURS else f"{name}_visits_at_equal_hours"
        found[label] = visits_gain(equal[name], equal["fixed"])
    for name in (c.name for c in CONTENDERS if c.name != OURS):
        its = measures(name)
        found |= {f"{name}_{measure}": its[measure] for measure in BESIDE}
    return found


def _means(label: str, cities: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for name in cities[0]:
        mean, half = mean_and_half([city[name] for city in cities])
        figures[f"{label}_{name}"] = mean
        if len(cities) > 1:
            figures[f"{label}_{name}_±"] = half
    return figures


if __name__ == "__main__":
    main()
