"""Trials with weekly looks: false keeps, and how many good ones are found, beside two other rules.

One venue opens an hour longer on weekdays, on days drawn by lot. What the hour really brings is
known. Where it brings no more than its cost, keeping it is false.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figure, parser, report
from policies.trials.evidence import pair_scale
from policies.trials.trial import MOST_WEEKS, State, Trial
from policies.trials.verdict import advanced

Floats = NDArray[np.float64]

BEFORE_WEEKS = 8
"""Whose days tell how much days vary."""
DAYS = 7 * (BEFORE_WEEKS + MOST_WEEKS)
FIRST = date(2026, 3, 2)
"""The Monday of a trial's first week."""
COST = 4.0
"""Visits that the hour must bring to be worth it."""
A_DAY = 80.0
"""Mean visits of a day of ten hours: the hour before closing brings 8."""
WITHOUT_MERIT = (4.0, 2.0)
"""Visits that the hour brings a day, net of those taken from other hours and neighbours."""
GOOD = (8.0, 12.0, 16.0)
MELBOURNE = Path(__file__).parents[2] / "shared" / "data" / "melbourne_pedestrian.csv.gz"


@dataclass(frozen=True, slots=True)
class Days:
    """What the days would be like: expected visits without the hour, and how the hour does."""

    level: Floats
    """(days,) expected visits of a whole day, linked neighbours included; NaN where unknown."""
    learnt: Floats = field(default_factory=lambda: np.ones(DAYS))
    """(days,) share of what the hour brings in the end: people must hear of it."""
    taken: float = 0.0
    """Share of those in the hour that would have come at another, or to a neighbour."""
    known: float = 1.0
    """Share of days that are known."""


def _week(rng: np.random.Generator) -> Floats:
    return np.tile(rng.gamma(30, 1 / 30, 7) * A_DAY, DAYS // 7)


def _memory(rng: np.random.Generator, spread: float, memory: float) -> Floats:
    """Log-normal factors whose logarithms are an autoregression."""
    noise = rng.normal(0, spread * np.sqrt(1 - memory**2), DAYS)
    noise[0] = rng.normal(0, spread)
    for day in range(1, DAYS):
        noise[day] += memory * noise[day - 1]
    return np.asarray(np.exp(noise))


def _feasts(rng: np.random.Generator) -> Floats:
    return np.where(rng.random(DAYS) < 0.05, rng.uniform(2, 4, DAYS), 1.0)


FAMILIES: Mapping[str, Callable[[np.random.Generator], Days]] = {
    "poisson": lambda rng: Days(_week(rng)),
    "overdispersed": lambda rng: Days(_week(rng) * rng.gamma(44, 1 / 44, DAYS)),
    "shocks": lambda rng: Days(_week(rng) * _memory(rng, 0.15, 0.7)),
    "drift": lambda rng: Days(
        _week(rng) * _memory(rng, 0.1, 0.5) * np.linspace(1, rng.uniform(0.5, 1.8), DAYS)
    ),
    "taken": lambda rng: Days(_week(rng) * _memory(rng, 0.1, 0.5), taken=0.5),
    "feasts": lambda rng: Days(_week(rng) * _feasts(rng)),
    "unknown": lambda rng: Days(_week(rng) * _memory(rng, 0.1, 0.5), known=0.8),
    "learning": lambda rng: Days(
        _week(rng) * _memory(rng, 0.1, 0.5),
        learnt=1 - 0.7 * np.exp(-np.maximum(np.arange(DAYS) - 7 * BEFORE_WEEKS, 0) / 14),
    ),
}


def streets(path: Path) -> dict[str, Callable[[np.random.Generator], Days]]:
    """Days of real street counters, thinned to a venue's visits: any twenty weeks of any of them.

    A day with an hour missing is not known.
    """
    names, local, count = np.loadtxt(
        path, delimiter=",", skiprows=1, usecols=(0, 2, 4), dtype=str, unpack=True
    )
    dates = local.astype("datetime64[D]")
    day = (dates - dates.min()).astype(np.intp)
    totals = []
    for name in sorted(set(names)):
        of_one = names == name
        sums = np.bincount(day[of_one], count[of_one].astype(float), minlength=day.max() + 1)
        hours = np.bincount(day[of_one], minlength=day.max() + 1)
        totals.append(np.where(hours >= 23, sums, np.nan))

    def drawn(rng: np.random.Generator) -> Days:
        one = totals[rng.integers(len(totals))]
        start = rng.integers(len(one) - DAYS)
        some = one[start : start + DAYS]
        return Days(some * A_DAY / np.nanmean(one))

    return {"real streets": drawn}


@dataclass(frozen=True, slots=True)
class Ends:
    """How one trial ends by each rule."""

    kept: bool
    weeks: int
    peeked: bool
    """Kept as soon as a look gives a posterior probability of 95 %."""
    fixed: bool
    """Kept after 12 weeks where a one-sided t-test gives 5 %."""


def played(rng: np.random.Generator, days: Days, brings: float) -> Ends:
    """One trial in one world."""
    without = rng.poisson(np.nan_to_num(days.level)).astype(np.float64)
    without[np.isnan(days.level) | (rng.random(DAYS) > days.known)] = np.nan
    before, during = np.split(without, [7 * BEFORE_WEEKS])
    trial = Trial(
        id="hall:2026-W07",
        venue="hall",
        days=(0, 1, 2, 3, 4),
        edge="closes_later",
        start=20 * 60,
        end=21 * 60,
        first=FIRST,
        seed=int(rng.integers(2**62)),
        propensity=1.0,
        hours=5.0,
        cost=COST,
        scale=pair_scale(before),
        reasons=(),
    )
    totals = {}
    for n, visits in enumerate(during.tolist()):
        day = FIRST + timedelta(n)
        mean = trial.is_on(day) * brings * days.learnt[7 * BEFORE_WEEKS + n]
        come = rng.poisson(mean / (1 - days.taken))
        totals[day] = visits + come - rng.binomial(come, days.taken)
    return _judged(trial, totals)


def _judged(trial: Trial, totals: Mapping[date, float]) -> Ends:
    end = FIRST + timedelta(weeks=MOST_WEEKS)
    kept_in, peeked, now = 0, None, trial
    for week in range(1, MOST_WEEKS + 1):
        today = FIRST + timedelta(weeks=week)
        now = advanced(now, totals, today, effect=end)
        if now.state is State.KEPT and not kept_in:
            kept_in = week
        if peeked is None and abs(t := _t(trial, totals, today)) > 1.645:
            peeked = t > 0
    return Ends(bool(kept_in), kept_in, bool(peeked), _t(trial, totals, end) > 1.645)


def _t(trial: Trial, totals: Mapping[date, float], today: date) -> float:
    """Mean net visits of the pairs so far in standard errors; 0 before the fourth pair."""
    net = np.array([totals[a] - totals[b] for a, b in trial.pairs() if max(a, b) < today])
    net = net[~np.isnan(net)] - trial.cost
    spread = net.std(ddof=1) if len(net) > 3 else 0.0
    return float(net.mean() / spread * np.sqrt(len(net))) if spread else 0.0


def measured(
    rngs: Iterable[np.random.Generator],
    family: Callable[[np.random.Generator], Days],
    brings: float,
) -> dict[str, float]:
    """Shares kept by each rule, and the median of the weeks that it took."""
    ends = [played(rng, family(rng), brings) for rng in rngs]
    weeks = [e.weeks for e in ends if e.kept]
    return {
        "kept": float(np.mean([e.kept for e in ends])),
        "peeked": float(np.mean([e.peeked for e in ends])),
        "fixed": float(np.mean([e.fixed for e in ends])),
        "weeks": float(np.median(weeks)) if weeks else float("nan"),
    }


def _half(share: float, number: int) -> float:
    """Half width of the 95 % interval of a share (Agresti & Coull 1998)."""
    middle = (share * number + 2) / (number + 4)
    return float(1.96 * np.sqrt(middle * (1 - middle) / (number + 4)))


def main() -> None:
    """Print the table and the figures."""
    flags = parser("trials", __doc__.splitlines()[0]).parse_args()
    trials = 60 if flags.quick else 1000
    print(f"{'world':14} {'brings':>6} {'kept':>6} {'weeks':>6} {'peeking':>8} {'fixed':>6}")
    rows: dict[tuple[str, float], dict[str, float]] = {}
    families = {**FAMILIES, **(streets(MELBOURNE) if MELBOURNE.exists() else {})}
    for family, make in families.items():
        for brings in (*WITHOUT_MERIT, *GOOD):
            key = [flags.seed, sum(family.encode()), int(brings)]
            rngs = (np.random.default_rng([*key, n]) for n in range(trials))
            row = rows[family, brings] = measured(rngs, make, brings)
            print(
                f"{family:14} {brings:6g} {row['kept']:6.1%} {row['weeks']:6.1f}"
                f" {row['peeked']:8.1%} {row['fixed']:6.1%}",
                flush=True,
            )
    figures: dict[str, Figure] = {"seed": flags.seed, "trials_each": trials}
    border = WITHOUT_MERIT[0]
    for name, rule in (("", "kept"), ("peeking_", "peeked"), ("fixed_", "fixed")):
        false = [rows[family, border][rule] for family in families]
        figures[f"{name}trial_false_keeps"] = share = float(np.mean(false))
        figures[f"{name}trial_false_keeps_±"] = _half(share, trials * len(families))
        figures[f"{name}trial_false_keeps_worst"] = max(false)
        for brings in GOOD:
            found = [rows[family, brings][rule] for family in families]
            figures[f"{name}power_at_{brings:g}"] = float(np.mean(found))
    figures["real_streets"] = "here" if MELBOURNE.exists() else "not here"
    if flags.json:
        figures["rows"] = {
            f"{f}_{b:g}": {k: v for k, v in row.items() if not np.isnan(v)}
            for (f, b), row in rows.items()
        }
    report(figures, as_json=flags.json)


if __name__ == "__main__":
    main()
