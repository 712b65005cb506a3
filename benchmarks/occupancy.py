"""How far occupancy is from the truth: raw counts, live and nightly correction.

Counters that miss people watch rooms whose true occupancy is known. Errors are root mean squares
over the open hours of four weeks, after four weeks to learn from, as a share of the mean occupancy.
"""

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from benchmarks.common import Figure, parser, report
from policies.occupancy import live, night, ratio

Floats = NDArray[np.float64]

DAY = 96
OPENS, CLOSES = 32, 88
"""Slots of the day, 08:00 to 22:00."""
LEARNT_DAYS, JUDGED_DAYS = 28, 28
STAY_MINUTES, STAY_SIGMA = 60.0, 0.6
"""Mean and shape of log-normal stays, which end by closing."""
SENSORS = ((0.98, 0.98), (0.97, 0.94), (0.95, 0.95), (0.90, 0.93))
"""Shares of those entering, and leaving, that are counted."""
HEADLINE = (0.97, 0.94)
"""Those of the stated targets: 60 % less than raw by night, 40 % live; the mean over all rooms."""
OCCUPANCIES = (12, 90)
ESTIMATES = ("raw", "clipped", "live", "night")
CALIT2 = Path(__file__).parents[2] / "shared" / "data" / "calit2_in_out.csv"


def true_flows(rng: np.random.Generator, mean_present: float) -> tuple[Floats, Floats]:
    """People entering and leaving in each quarter-hour of eight weeks; each (days × 96,).

    Two peaks a day, good and bad days, everybody gone within 20 minutes of closing.
    """
    days, slot = LEARNT_DAYS + JUDGED_DAYS, np.arange(DAY)
    shape = np.exp(-(((slot - 44) / 11) ** 2)) + 1.2 * np.exp(-(((slot - 70) / 10) ** 2)) + 0.15
    shape = np.where((slot >= OPENS) & (slot < CLOSES - 2), shape, 0)
    visits_a_day = mean_present * (CLOSES - OPENS) * 15 / STAY_MINUTES
    weather = rng.gamma(25, 1 / 25, (days, 1))
    arrivals = rng.poisson(weather * visits_a_day * shape / shape.sum()).ravel()

    came = np.repeat(np.arange(days * DAY), arrivals) + rng.random(arrivals.sum())
    stay = rng.lognormal(np.log(STAY_MINUTES) - STAY_SIGMA**2 / 2, STAY_SIGMA, len(came)) / 15
    latest = came // DAY * DAY + CLOSES + rng.random(len(came)) * 20 / 15
    went = np.maximum(np.minimum(came + stay, latest), came)
    entered, left = (np.bincount(x.astype(np.intp), minlength=days * DAY) for x in (came, went))
    return entered.astype(np.float64), left.astype(np.float64)


def errors(rng: np.random.Generator, caught: tuple[float, float], mean_present: float) -> Floats:
    """Error of each of `ESTIMATES` in one world."""
    came, went = true_flows(rng, mean_present)
    entered = rng.binomial(came.astype(np.int64), caught[0])[None].astype(np.float64)
    left = rng.binomial(went.astype(np.int64), caught[1])[None].astype(np.float64)
    edges = np.arange(0, came.size + 1, DAY)
    known = ratio(entered, left, edges)
    raw = _reset_daily(entered - left, DAY)
    guesses = (
        raw,
        np.maximum(raw, 0),
        live(entered, left, edges, known),
        night(entered, left, edges, known),
    )
    truth = _judged(_reset_daily((came - went)[None], DAY))
    squares = [np.mean((_judged(guess) - truth) ** 2) for guess in guesses]
    return np.asarray(np.sqrt(squares) / truth.mean())


def _reset_daily(flow: Floats, a_day: int) -> Floats:
    return np.cumsum(flow.reshape(-1, a_day), axis=1).reshape(1, -1)


def _judged(present: Floats) -> Floats:
    return present.reshape(-1, DAY)[LEARNT_DAYS:, OPENS:CLOSES]


@dataclass(frozen=True, slots=True)
class Row:
    """Errors of `ESTIMATES` with one kind of sensor and room; half widths of 95 % intervals."""

    caught: tuple[float, float]
    mean_present: int
    mean: Floats
    half: Floats

    def __str__(self) -> str:
        cells = (f"{m:9.1%} ±{h:5.1%}" for m, h in zip(self.mean, self.half, strict=True))
        sensor = "/".join(f"{100 * c:.0f}" for c in self.caught)
        return f"{sensor:>8} {self.mean_present:>8} " + " ".join(cells)

    def figures(self) -> dict[str, Figure]:
        """The row under flat names."""
        name = "_".join(f"{100 * c:.0f}" for c in self.caught) + f"_at_{self.mean_present}"
        pairs = zip(ESTIMATES, self.mean.tolist(), self.half.tolist(), strict=True)
        return {
            key: value
            for estimate, mean, half in pairs
            for key, value in ((f"{estimate}_{name}", mean), (f"{estimate}_{name}_±", half))
        }


def measured(seed: int, worlds: int, caught: tuple[float, float], mean_present: int) -> Row:
    """Errors over some worlds."""
    rngs = [np.random.default_rng([seed, world]) for world in range(worlds)]
    found = np.array([errors(rng, caught, mean_present) for rng in rngs])
    half = found.std(axis=0, ddof=1) / np.sqrt(worlds) * student.ppf(0.975, worlds - 1)
    return Row(caught, mean_present, found.mean(axis=0), half)


def real_building(path: Path) -> dict[str, Figure]:
    """What can be said without the truth: the CalIt2 building, 15 weeks of half-hours."""
    entered, left = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=(1, 2)).T[:, None]
    edges = np.arange(0, entered.size + 1, 48)
    known = ratio(entered, left, edges)
    figures: dict[str, Figure] = {}
    for name, present in (
        ("raw", _reset_daily(np.nan_to_num(entered - left), 48)),
        ("live", live(entered, left, edges, known)),
        ("night", night(entered, left, edges, known)),
    ):
        at_night = np.abs(present[0, edges[1:] - 1])
        figures |= {
            f"calit2_{name}_least": float(np.nanmin(present)),
            f"calit2_{name}_most": float(np.nanmax(present)),
            f"calit2_{name}_mean_at_midnight": float(np.nanmean(at_night)),
        }
    return figures


def main() -> None:
    """Print the table and the figures."""
    flags = parser("occupancy", __doc__.splitlines()[0]).parse_args()
    worlds = 5 if flags.quick else 30
    print(f"{'in/out':>8} {'present':>8} " + " ".join(f"{e:>16}" for e in ESTIMATES))
    rows = []
    for caught, mean_present in itertools.product(SENSORS, OCCUPANCIES):
        rows.append(measured(flags.seed, worlds, caught, mean_present))
        print(rows[-1], flush=True)

    figures: dict[str, Figure] = {"seed": flags.seed, "worlds": worlds}
    cut = np.mean([1 - r.mean / r.mean[0] for r in rows if r.caught == HEADLINE], axis=0)
    for name, error in zip(ESTIMATES[2:], cut[2:].tolist(), strict=True):
        figures[f"error_reduction_{name}"] = error
    figures |= real_building(CALIT2) if CALIT2.exists() else {"calit2": "not here"}
    if flags.json:
        figures |= {name: figure for row in rows for name, figure in row.figures().items()}
    report(figures, as_json=flags.json)


if __name__ == "__main__":
    main()
