"""Roll-outs whose effect is known: bias, A/A rejections, interval coverage, and refusals.

Groups of three linked venues start in waves while areas, groups and days have shocks of their own.
The truth is the ratio of expected visits with and without, over the weeks that are judged.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figure, parser, report
from benchmarks.rollouts import FAMILIES, FIRST, LINKED, Made, World, made
from policies.uplift.claim import DRAWS, aa_check, claimed, imbalances
from policies.uplift.inference import is_treated
from policies.uplift.panel import Cells, DayTotals, weekly
from policies.uplift.rollout import Rollout

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


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
        claim = claimed(world.totals, world.rollout, rng)
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
    number = 10 if flags.quick else 200
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
