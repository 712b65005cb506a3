"""One world, or one set of real venues, measured: the estimate and its rivals in hidden hours."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.demand.families import FAMILIES, TRIALS, world
from benchmarks.demand.real import Hidden
from benchmarks.demand.rivals import auto_ets, carried_edge, pooled_shape, seen_means, weekday_mean
from benchmarks.demand.score import BANDS, distance, score
from policies.demand import estimate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def of_world(
    seed: int, name: str, *, trials: float = TRIALS, rivals: bool = True
) -> dict[str, float]:
    """Errors and coverage of one world of a family, against its true rates."""
    made = world(
        np.random.default_rng([seed, list(FAMILIES).index(name)]), FAMILIES[name], trials=trials
    )
    profile = estimate(made.bins, made.venues).profile
    told = profile.rate[:, :7], profile.low[:, :7], profile.high[:, :7]
    apart = distance(made.opened)
    found: dict[str, float] = {}
    for band, (first, last) in {"open": (0, 0), **BANDS}.items():
        where = (apart >= first) & (apart <= last) if band != "open" else made.opened
        of = score(made.rate, where, *told)
        found |= {f"wmape_{band}": of.wmape, f"coverage80_{band}": of.coverage}
    if rivals:
        means = seen_means(made.bins)
        near = (apart >= 1) & (apart <= BANDS["1h"][1])
        found |= _rivals(made.rate, near, means, [v.type for v in made.venues])
    return found


def of_real(real: Hidden) -> dict[str, float]:
    """Errors and coverage in the hidden hours, against the mean of what was hidden."""
    profile = estimate(real.bins, real.venues).profile
    told = profile.rate[:, :7], profile.low[:, :7], profile.high[:, :7]
    apart = distance(real.opened)
    found: dict[str, float] = {}
    for band in ("1h", "2h"):
        first, last = BANDS[band]
        where = real.hidden & (apart >= first) & (apart <= last)
        if real.truth[where].sum() > 0:
            of = score(real.truth, where, *told)
            found |= {f"wmape_{band}": of.wmape, f"coverage80_{band}": of.coverage}
    near = real.hidden & (apart <= BANDS["1h"][1])
    kinds = [v.type for v in real.venues]
    return found | _rivals(real.truth, near, seen_means(real.bins), kinds)


def _rivals(truth: Floats, where: Mask, means: Floats, kinds: list[str]) -> dict[str, float]:
    """Error of each rival; and coverage of the one that has intervals."""
    rates = {
        "edge_carried": carried_edge(means),
        "pooled_shape": pooled_shape(means, kinds),
        "weekday_mean": weekday_mean(means),
    }
    found = {
        name: score(truth, where, rate, rate, rate).wmape
        for name, rate in rates.items()
        if np.isfinite(rate[where]).any()
    }
    if told := auto_ets(means, BANDS["1h"][1]):
        of = score(truth, where, *told)
        found |= {"autoets": of.wmape, "coverage80_closed_1h_autoets": of.coverage}
    return found
