"""Roll-outs whose effect is known, of linked groups with shocks of their areas and their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.uplift.imputation import LEAST_CONTROLS
from policies.uplift.panel import DayTotals
from policies.uplift.rollout import Rollout, drawn_rollout

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FIRST = date(2026, 3, 2)
LINKED = 3
"""Venues of a group; the first one's hours change."""
AREAS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a roll-out meets."""

    groups: int = 24
    weeks_before: int = 10
    waves: int = 6
    weeks_apart: int = 3
    effect: float = 0.1
    """On the logarithm of a group's visits, where nothing is taken from neighbours."""
    visits: float = 60.0
    """A venue and day."""
    unlike: float = 0.5
    """Standard deviation of the logarithm of venues' visits."""
    area: tuple[float, float] = (0.04, 0.9)
    """Standard deviation of areas' shocks, and their correlation from day to day."""
    group: tuple[float, float] = (0.05, 0.8)
    """Of groups' shocks."""
    trend: float = 0.001
    """Standard deviation of groups' trends, a week."""
    day_noise: float = 0.15
    """Coefficient of variation of a venue-day, beside counting."""
    uneven: float = 0.0
    """Standard deviation of the effect between groups."""
    ramp_weeks: float = 0.0
    """How long it takes until people know."""
    taken: float = 0.0
    """Share of what the changed venue gains that its neighbours lose."""
    unknown: float = 0.05
    """Share of venue-days."""


FAMILIES: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "area shocks": {"area": (0.12, 0.95)},
    "long memory": {"group": (0.12, 0.97)},
    "trends": {"trend": 0.008},
    "overdispersed": {"day_noise": 0.5},
    "uneven": {"uneven": 0.08},
    "ramp": {"ramp_weeks": 3.0},
    "spill-over": {"taken": 0.5},
    "small venues": {"visits": 1.5, "effect": 0.2},
    "few groups": {"groups": 10, "waves": 5},
    "gaps": {"unknown": 0.3},
}


@dataclass(slots=True)
class Made:
    """A world after its roll-out."""

    rollout: Rollout
    totals: DayTotals
    truth: float
    """Share by which expected visits of whole groups changed, in the weeks that are judged."""


def _shocks(rng: np.random.Generator, rows: int, days: int, like: tuple[float, float]) -> Floats:
    spread, memory = like
    noise = rng.normal(0, spread * np.sqrt(1 - memory**2), (rows, days))
    noise[:, 0] = rng.normal(0, spread, rows)
    for day in range(1, days):
        noise[:, day] += memory * noise[:, day - 1]
    return noise


def made(rng: np.random.Generator, world: World, order: str = "lot") -> Made:
    """A roll-out in `world`, by lot, or worst first: by "visits" or by their "dip"."""
    number, days = world.groups, 7 * (world.weeks_before + world.waves * world.weeks_apart)
    group = np.repeat(np.arange(number), LINKED)
    day, rows = np.arange(days), len(group)
    week = day // 7 - world.weeks_before
    mean = np.exp(rng.normal(np.log(world.visits), world.unlike, rows))[:, None]
    mean = mean * rng.gamma(20, 1 / 20, (rows, 7))[:, day % 7]
    log = 0.2 * np.sin(day / rng.uniform(30, 90)) + _shocks(rng, 1, days, (0.08, 0.6))
    log = log + _shocks(rng, AREAS, days, world.area)[group % AREAS]
    log = log + _shocks(rng, number, days, world.group)[group]
    log = (
        log + (rng.normal(0, world.trend, number)[:, None] * (day / 7 - world.weeks_before))[group]
    )
    without = mean * np.exp(log)

    rollout = _ordered(rng, world, order, np.add.reduceat(without, range(0, rows, LINKED)), week)
    since = week - rollout.weeks[group][:, None] + 1
    known = 1 - np.exp(-since / world.ramp_weeks) if world.ramp_weeks else 1.0
    size = (world.effect + rng.normal(0, world.uneven, number) * (world.effect > 0))[group]
    gain = np.expm1(size[:, None] * known) * (since > 0)
    changed = np.arange(rows) % LINKED == 0
    with_it = without * (1 + gain)
    if world.taken:
        first = without[changed][group] * gain * LINKED
        lost = world.taken * first / (LINKED - 1)
        with_it = without + np.where(changed[:, None], first, -np.minimum(lost, without))
    noise = rng.gamma(world.day_noise**-2, world.day_noise**2, (rows, days))
    visits = rng.poisson(with_it * noise).astype(np.float64)
    visits[rng.random(visits.shape) < world.unknown] = np.nan
    judged = (since > 0) & (week < np.sort(rollout.weeks)[-LEAST_CONTROLS])
    return Made(
        rollout=rollout,
        totals=DayTotals(
            venues=tuple(map(str, range(rows))),
            group=tuple(rollout.groups[g] for g in group),
            day=np.datetime64(FIRST) + (day - 7 * world.weeks_before),
            day_type=np.tile(day % 7, (rows, 1)).astype(np.int8),
            total=visits,
        ),
        truth=float(with_it[judged].sum() / without[judged].sum() - 1),
    )


def _ordered(
    rng: np.random.Generator, world: World, order: str, visits: Floats, week: Ints
) -> Rollout:
    groups = [f"g{n}" for n in range(world.groups)]
    waves = [FIRST + timedelta(weeks=n * world.weeks_apart) for n in range(world.waves)]
    blocks = [str(n % 2) for n in range(world.groups)]
    drawn = drawn_rollout(groups, blocks, waves, int(rng.integers(2**62)))
    if order == "lot":
        return drawn
    late, before = (visits[:, (week >= -n) & (week < 0)].mean(axis=1) for n in (4, 99))
    worst = np.argsort(before if order == "visits" else late / before)
    wave = np.empty(world.groups, np.intp)
    wave[worst] = np.arange(world.groups) * world.waves // world.groups
    return Rollout(
        groups=drawn.groups,
        blocks=("all",) * world.groups,
        waves=drawn.waves,
        wave=tuple(wave.tolist()),
        seed=None,
    )
