"""The simulated city: how fast it is played, and how much memory that takes.

A city of 1,200 venues with link groups, queues, sensors that drift and miss people in a crowd is
played for a year at 15 minutes, person by person, into bins of rooms and venues; first by one
process, then by two that share its streets. Seconds of processor are beside those of the clock,
which other work on the machine lengthens. Then a week of each family is played, as a policy would
be judged in it, and a city-day of sensors is published. Nothing is kept but sums.
"""

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

from benchmarks.common import Figure, parser, report
from benchmarks.traffic import city_day
from simulator.city.family import Family
from simulator.city.making import make
from simulator.city.parts import part_of
from simulator.city.reading import load, names
from simulator.loop import ClosedLoop

VENUES, STREETS = 1_200, 60
WEEKS_A_YEAR = 365.25 / 7
PARTS = 2
FAMILY_WEEKS = 4
SENSORS, QUICK_SENSORS = 5_000, 500


class Played(NamedTuple):
    """What one process has done."""

    people: float
    bins: int
    seconds: float
    """Of playing; making the city is not in it."""
    cpu_s: float
    rss_mb: float


def city() -> Family:
    """A city in which everything goes on at once."""
    return Family.model_validate(
        {
            "about": "A whole city, for measuring.",
            "venues": VENUES,
            "streets": STREETS,
            "every": {
                "profile": {
                    "queue_minutes": 5,
                    "to_neighbour": 0.5,
                    "comes_back": 0.2,
                    "learning_weeks": 4,
                }
            },
            "groups": {},
            "today": {"way": "demand", "enough": 1.5, "error_minutes": 45},
            "watching": {"crowding": 0.1, "drift": 0.03, "gaps_a_year": 2},
        }
    )


def play(seed: int, weeks: int, part: int, parts: int) -> Played:
    """Some of the city's streets, for some weeks."""
    whole = make(city(), seed)
    loop = ClosedLoop(part_of(whole, part, parts), seed, part=part)
    people, bins = 0.0, 0
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(weeks):
        week = loop.play_week()
        people += float(week.truth.latent.sum())
        bins += week.rooms.entered.size + week.venues.entered.size
    return Played(
        people,
        bins,
        time.perf_counter() - wall,
        time.process_time() - cpu,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def shared(seed: int, weeks: int) -> list[Played]:
    """All streets, by a process for each part, at once."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PARTS, mp_context=fresh) as pool:
        return list(pool.map(partial(play, seed, weeks, parts=PARTS), range(PARTS)))


def alone(seed: int, weeks: int) -> Played:
    """All streets by one process."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(play, seed, weeks, 0, 1).result()


def families(seed: int) -> dict[str, Figure]:
    """Seconds of processor that a week of each family takes."""
    found: dict[str, Figure] = {}
    for name in names():
        loop = ClosedLoop(make(load(name), seed), seed)
        cpu = time.process_time()
        for _ in range(FAMILY_WEEKS):
            loop.play_week()
        found[f"week_cpu_s_{name}"] = (time.process_time() - cpu) / FAMILY_WEEKS
    return found


def main() -> None:
    """Print the figures."""
    flags = parser("simulator", (__doc__ or "").splitlines()[0]).parse_args()
    weeks = 3 if flags.quick else 52
    year = WEEKS_A_YEAR / weeks
    both = shared(flags.seed, weeks)
    both_s = max(p.seconds for p in both)
    one = alone(flags.seed, weeks)
    people = sum(p.people for p in both)
    figures: dict[str, Figure] = {
        "seed": flags.seed,
        "venues": VENUES,
        "weeks": weeks,
        "people_a_year": people * year,
        "bins_a_year": sum(p.bins for p in both) * year,
        "city_year_two_processes_s": both_s * year,
        "city_year_one_process_s": one.seconds * year,
        "city_year_two_processes_cpu_s_each": max(p.cpu_s for p in both) * year,
        "city_year_one_process_cpu_s": one.cpu_s * year,
        "ns_cpu_a_person": one.cpu_s / one.people * 1e9,
        "venue_years_per_minute": VENUES / (both_s * year) * 60,
        "rss_mb": sum(p.rss_mb for p in both),
        "rss_one_process_mb": one.rss_mb,
    }
    day = city_day(QUICK_SENSORS if flags.quick else SENSORS, flags.seed)
    traffic = {f"traffic_{name}": figure for name, figure in day.items()}
    report(figures | families(flags.seed) | traffic, as_json=flags.json)


if __name__ == "__main__":
    main()
