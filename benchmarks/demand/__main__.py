"""How well demand in closed hours is told, by simulated families and by real hidden hours."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.common import Figure, parser, report
from benchmarks.demand.families import FAMILIES, world
from benchmarks.demand.measured import of_real, of_world
from benchmarks.demand.plots import draw
from benchmarks.demand.real import hidden_sets
from benchmarks.demand.score import half_width
from policies.demand import estimate

SEEDS, QUICK_SEEDS = 8, 2
VENUES_A_TYPE = 400
"""Three types of them for the timing."""
WITHOUT_TRIALS = ("by_demand", "too_short")
"""Families whose hours were chosen knowing the demand: there trials matter."""


def main() -> None:
    """Print a line for each family, then the figures."""
    flags = parser("demand", __doc__.splitlines()[0])
    flags.add_argument("--plots", type=Path, metavar="DIR", help="draw pages instead of measuring")
    given = flags.parse_args()
    if given.plots:
        draw(given.plots, given.seed)
        return
    seeds = [given.seed + n for n in range(QUICK_SEEDS if given.quick else SEEDS)]
    by_family = {name: [of_world(seed, name) for seed in seeds] for name in FAMILIES}
    print(f"{'':16}{'closed ≤ 1 h':>20}{'1-2 h':>18}{'beyond':>18}{'open':>18}")
    for name, rows in by_family.items():
        print(f"{name:16}" + "".join(_cell(rows, band) for band in ("1h", "2h", "beyond", "open")))

    figures: dict[str, Figure] = {"seed": given.seed, "seeds": len(seeds)}
    by_seed = [[by_family[name][n] for name in FAMILIES] for n in range(len(seeds))]
    figures |= _means("", [_mean(rows) for rows in by_seed])
    for name, rows in by_family.items():
        figures |= {f"{k}_{name}": v for k, v in _means("", rows).items() if "closed_1h" in k}
    bare = [
        _mean([of_world(seed, name, trials=0, rivals=False) for name in WITHOUT_TRIALS])
        for seed in seeds
    ]
    held = [_mean([by_family[name][n] for name in WITHOUT_TRIALS]) for n in range(len(seeds))]
    for label, rows in (("adverse_without_trials", bare), ("adverse_with_trials", held)):
        figures |= {f"{k}_{label}": v for k, v in _means("", rows).items() if "closed_1h" in k}
    figures |= _real(seeds)
    if not given.quick:
        figures["cpu_s_1200_venues_8_weeks"] = _timing(given.seed)
    report(figures, as_json=given.json)


def _cell(rows: Sequence[Mapping[str, float]], band: str) -> str:
    of = _mean(rows)
    return f"{of[f'wmape_{band}']:12.3f} /{of[f'coverage80_{band}']:4.2f}"


def _mean(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in rows if name in row])) for name in rows[0]}


def _means(prefix: str, rows: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """Mean and half width of the 95 % interval over seeds, of every measure."""
    figures: dict[str, Figure] = {}
    for name, mean in _mean(rows).items():
        kind, _, band = name.partition("_")
        label = f"{kind}_closed_{band}" if band in ("1h", "2h", "beyond") else name
        label = label if kind in ("wmape", "coverage80") else f"wmape_closed_1h_{name}"
        values = np.array([row[name] for row in rows if name in row])
        figures |= {prefix + label: mean, f"{prefix}{label}_±": float(half_width(values))}
    return figures


def _real(seeds: Sequence[int]) -> dict[str, Figure]:
    """Figures of the real sets, each seed hiding other hours; said where they are absent."""
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for seed in seeds:
        for real in hidden_sets(np.random.default_rng(seed)):
            found[real.name].append(of_real(real))
    if not found:
        return {"real": "not here"}
    figures: dict[str, Figure] = {}
    for name, rows in found.items():
        whole = [row for row in rows if "wmape_1h" in row]
        figures |= _means(f"{name}_", whole)
    return figures


def _timing(seed: int) -> float:
    made = world(np.random.default_rng(seed), FAMILIES["two_peaks"], VENUES_A_TYPE)
    begun = time.process_time()
    estimate(made.bins, made.venues)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
