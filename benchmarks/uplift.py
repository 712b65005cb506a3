"""Roll-outs whose effect is known: bias, A/A rejections, interval coverage, and refusals.

Groups of three linked venues start in waves while areas, groups and days have shocks of their own.
The truth is the ratio of expected visits with and without, over the weeks that are judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figure, parser, report
from policies.uplift.claim import DRAWS, aa_check, claimed, imbalances
from policies.uplift.imputation import LEAST_CONTROLS
from policies.uplift.inference import is_treated
from policies.uplift.panel import Cells, DayTotals, weekly
from policies.uplift.rollout import Rollout, drawn_rollout

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Mask = NDArray[np.bool_]

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
    changed: Mask
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
        changed=changed,
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


def _grouped(world: Made) -> Cells:
    place = {g: n for n, g in enumerate(world.rollout.groups)}
    return weekly(world.totals, world.rollout).of(
        [place[g] for g in world.totals.group], len(place)
    )


def two_way(cells: Cells, starts: Ints) -> float:
    """Regression of log visits on groups, weeks and treatment, for comparison."""
    rate = np.log((cells.total + 1) / (cells.usual + 1))
    treated = is_treated(cells.week, starts[None])[0].astype(float)

    def centred(x: Floats) -> Floats:
        return np.asarray(x - x.mean(0) - x.mean(1, keepdims=True) + x.mean())

    d = centred(treated)
    return float(np.expm1(np.sum(d * rate) / np.sum(d * d)))


def before_after(cells: Cells, starts: Ints) -> float:
    """Visits after by visits before, as usual weeks go."""
    treated = is_treated(cells.week, starts[None])[0]
    after, before = (cells.total[m].sum() / cells.usual[m].sum() for m in (treated, ~treated))
    return float(after / before - 1)


@dataclass(slots=True)
class Tally:
    """What came of the roll-outs of one family."""

    error: list[float] = field(default_factory=list)
    truth: list[float] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    rejected: list[bool] = field(default_factory=list)
    two_way: list[float] = field(default_factory=list)
    before_after: list[float] = field(default_factory=list)
    refused: int = 0


def measured(seed: int, name: str, number: int) -> Tally:
    """Roll-outs by lot with the effect, and as many without."""
    tally = Tally()
    for n in range(number):
        rng = np.random.default_rng([seed, sum(name.encode()), n])
        world = made(rng, World(**FAMILIES[name]))
        claim = claimed(world.totals, world.rollout, rng, changed=world.changed)
        aa = claimed(*_nothing(rng, name))
        tally.refused += (claim.effect is None) + (aa.effect is None)
        if claim.effect is not None:
            cells = _grouped(world)
            tally.error.append(claim.effect.share - world.truth)
            tally.truth.append(world.truth)
            tally.covered.append(claim.effect.low <= world.truth <= claim.effect.high)
            tally.two_way.append(two_way(cells, world.rollout.weeks) - world.truth)
            tally.before_after.append(before_after(cells, world.rollout.weeks) - world.truth)
        if aa.effect is not None:
            tally.rejected.append(aa.effect.p_value <= 0.05)
    return tally


def _nothing(rng: np.random.Generator, name: str) -> tuple[DayTotals, Rollout, np.random.Generator]:
    world = made(rng, World(**{**FAMILIES[name], "effect": 0.0}))
    return world.totals, world.rollout, rng


def worst_first(seed: int, order: str, number: int) -> dict[str, Figure]:
    """How often it is refused, and found by checks alone; what a regression would be off by."""
    refused, found, error, truth = 0, 0, [], []
    for n in range(number):
        rng = np.random.default_rng([seed, len(order), n])
        world = made(rng, World(group=(0.12, 0.97)), order)
        refused += claimed(world.totals, world.rollout, rng).effect is None
        cells, starts = _grouped(world), world.rollout.weeks
        redrawn = world.rollout.redrawn(DRAWS, rng)
        level = np.nanmean(
            world.totals.total, axis=1, where=world.totals.day < np.datetime64(FIRST)
        )
        stood = {"visits": np.add.reduceat(level, range(0, len(level), LINKED))}
        found += any(imbalances(aa_check(cells, starts, redrawn), stood, starts, redrawn))
        error.append(two_way(cells, starts) - world.truth)
        truth.append(world.truth)
    return {
        f"worst_first_by_{order}_refused": refused / number,
        f"worst_first_by_{order}_found_by_checks_alone": found / number,
        f"worst_first_by_{order}_two_way_bias_share": float(np.mean(error) / np.mean(truth)),
    }


def main() -> None:
    """Print the table and the figures."""
    flags = parser("uplift", __doc__.splitlines()[0]).parse_args()
    number = 6 if flags.quick else 200
    print(
        f"{'world':14} {'truth':>6} {'bias':>15} {'sd':>6} {'covers':>7} {'A/A':>6} {'refused':>7}"
        f" {'two-way':>8} {'before/after':>12}   (biases by the effect)"
    )
    tallies = {}
    for name in FAMILIES:
        t = tallies[name] = measured(flags.seed, name, number)
        truth = np.mean(t.truth)
        bias, half = (
            np.mean(t.error) / truth,
            1.96 * np.std(t.error) / np.sqrt(len(t.error)) / truth,
        )
        print(
            f"{name:14} {truth:6.3f} {bias:7.1%} ±{half:6.1%} {np.std(t.error):6.3f}"
            f" {np.mean(t.covered):7.1%} {np.mean(t.rejected):6.1%} {t.refused / 2 / number:7.1%}"
            f" {np.mean(t.two_way) / truth:8.1%} {np.mean(t.before_after) / truth:12.1%}",
            flush=True,
        )
    figures: dict[str, Figure] = {"seed": flags.seed, "roll_outs_each": number}
    shares = {n: float(np.mean(t.error) / np.mean(t.truth)) for n, t in tallies.items()}
    figures["bias_share"] = float(np.mean(list(shares.values())))
    figures["bias_share_worst"] = max(map(abs, shares.values()))
    for key, lists in (
        ("aa_rejections", [t.rejected for t in tallies.values()]),
        ("coverage95", [t.covered for t in tallies.values()]),
    ):
        every = np.concatenate(lists)
        figures[key] = share = float(np.mean(every))
        figures[f"{key}_±"] = float(1.96 * np.sqrt(share * (1 - share) / len(every)))
    for order in ("visits", "dip"):
        figures |= worst_first(flags.seed, order, number)
    if flags.json:
        figures["by_world"] = {
            n: {
                "bias_share": shares[n],
                "aa_rejections": float(np.mean(t.rejected)),
                "coverage95": float(np.mean(t.covered)),
            }
            for n, t in tallies.items()
        }
    report(figures, as_json=flags.json)


if __name__ == "__main__":
    main()
