"""How far occupancy is from the truth: raw counts, live and nightly correction.

Counters that miss people watch rooms whose true occupancy is known. Errors are root mean squares
over the open hours of four weeks, after four weeks to learn from, as a share of the mean occupancy.
"""

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from benchmarks.common import Figure, parser, report
from benchmarks.occupancy_plots import write_page
from benchmarks.occupancy_worlds import CLOSES, DAY, FAMILIES, OPENS, Family, World, world
from policies.occupancy import LEARNT_DAYS, Counts, Occupancy, from_counts, learn, live

Floats = NDArray[np.float64]

JUDGED_DAYS = 28
SENSORS = ((0.98, 0.98), (0.97, 0.94), (0.95, 0.95), (0.90, 0.93))
"""Shares of those entering, and leaving, that are counted."""
HEADLINE = (0.97, 0.94)
"""Those of the stated targets: 60 % less than raw by night, 40 % live; the mean over all rooms."""
OCCUPANCIES = (12, 90)
COLUMNS = ("raw", "clipped", "live", "night", "live_band", "night_band")
"""Errors of four estimates, and shares of the time that the truth lies in two bands of 80 %."""
CALIT2 = Path(__file__).parents[2] / "shared" / "data" / "calit2_in_out.csv"


def estimates(seen: World) -> tuple[Occupancy, Occupancy]:
    """Live, each day by those before it, and by night; both (judged days, 96)."""
    days: NDArray[np.intp] = np.arange(LEARNT_DAYS, len(seen.came))
    before = days[:, None] - LEARNT_DAYS + np.arange(LEARNT_DAYS)
    told = live(seen.entered[days], seen.left[days], learn(seen.entered[before], seen.left[before]))
    edges = np.arange(0, seen.came.size + 1, DAY)
    later = from_counts(
        Counts.of_doors(seen.entered.reshape(1, -1), seen.left.reshape(1, -1)), edges
    )
    return told, later.of(lambda values: values.reshape(-1, DAY)[LEARNT_DAYS:])


def measures(seen: World) -> Floats:
    """`COLUMNS` in one world."""
    truth = seen.present[LEARNT_DAYS:]
    raw = np.cumsum(seen.entered - seen.left, axis=1)[LEARNT_DAYS:]
    bands = estimates(seen)
    judged = np.zeros(truth.shape, dtype=np.bool_)
    judged[(seen.came[LEARNT_DAYS:] > 0).any(axis=1), OPENS:CLOSES] = True
    guesses = (raw, np.maximum(raw, 0), *(band.present for band in bands))
    scale = truth[judged].mean()
    errors = [np.sqrt(np.mean((guess - truth)[judged] ** 2)) / scale for guess in guesses]
    people = judged & (truth > 0)  # that nobody is there after closing is no achievement
    inside = [np.mean(((b.low <= truth) & (truth <= b.high))[people]) for b in bands]
    return np.array([*errors, *inside], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Row:
    """`COLUMNS` of one kind of world; half widths of 95 % intervals."""

    name: str
    caught: tuple[float, float]
    mean_present: int
    mean: Floats
    half: Floats

    def __str__(self) -> str:
        cells = (f"{m:7.1%} ±{h:5.1%}" for m, h in zip(self.mean, self.half, strict=True))
        sensor = "/".join(f"{100 * c:.0f}" for c in self.caught)
        return f"{self.name:22} {sensor:>6} {self.mean_present:>3} " + " ".join(cells)

    @property
    def cut(self) -> Floats:
        """How much less than raw live and night err."""
        return np.asarray(1 - self.mean[2:4] / self.mean[0])

    def figures(self) -> dict[str, Figure]:
        """The row under flat names."""
        sensor = "_".join(f"{100 * c:.0f}" for c in self.caught)
        name = f"{self.name.replace(',', '').replace(' ', '_')}_{sensor}_at_{self.mean_present}"
        pairs = zip(COLUMNS, self.mean.tolist(), self.half.tolist(), strict=True)
        return {
            key: value
            for column, mean, half in pairs
            for key, value in ((f"{column}_{name}", mean), (f"{column}_{name}_±", half))
        }


def measured(
    seed: int, worlds: int, name: str, caught: tuple[float, float], mean_present: int
) -> Row:
    """A row over some worlds."""
    family: Family = FAMILIES[name]
    days = LEARNT_DAYS + JUDGED_DAYS
    rngs = [np.random.default_rng([seed, number]) for number in range(worlds)]
    found = np.array([measures(world(rng, family, days, mean_present, caught)) for rng in rngs])
    half = found.std(axis=0, ddof=1) / np.sqrt(worlds) * student.ppf(0.975, worlds - 1)
    return Row(name, caught, mean_present, found.mean(axis=0), half)


def real_building(path: Path) -> dict[str, Figure]:
    """What can be said without the truth: the CalIt2 building, 15 weeks of half-hours."""
    a_day = 48
    entered, left = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=(1, 2)).T
    edges = np.arange(0, entered.size + 1, a_day)
    by_day = [counts.reshape(-1, a_day) for counts in (entered, left)]
    days = np.arange(LEARNT_DAYS, len(by_day[0]))
    before = days[:, None] - LEARNT_DAYS + np.arange(LEARNT_DAYS)
    told = live(by_day[0][days], by_day[1][days], learn(by_day[0][before], by_day[1][before]))
    figures: dict[str, Figure] = {}
    for name, present in (
        ("raw", np.cumsum(np.nan_to_num(by_day[0] - by_day[1]), axis=1)),
        ("live", told.present),
        (
            "night",
            from_counts(Counts.of_doors(entered[None], left[None]), edges).present.reshape(
                -1, a_day
            ),
        ),
    ):
        figures |= {
            f"calit2_{name}_least": float(np.nanmin(present)),
            f"calit2_{name}_most": float(np.nanmax(present)),
            f"calit2_{name}_mean_at_midnight": float(np.nanmean(np.abs(present[:, -1]))),
        }
    return figures


def _flags() -> argparse.Namespace:
    made = parser("occupancy", __doc__.splitlines()[0])
    made.add_argument("--plots", type=Path, metavar="DIR", help="write a page of some days instead")
    return made.parse_args()


def _shown(seed: int) -> Iterator[tuple[str, World, Occupancy, Occupancy]]:
    """Rooms of both sizes for the page."""
    for mean_present in OCCUPANCIES:
        rng = np.random.default_rng(seed)
        days = LEARNT_DAYS + JUDGED_DAYS
        seen = world(rng, FAMILIES["stated"], days, mean_present, HEADLINE)
        name = f"A room with {mean_present} people on average, counters that see 97 % in, 94 % out"
        yield name, seen, *estimates(seen)


def main() -> None:
    """Print the table and the figures."""
    flags = _flags()
    if flags.plots:
        print(write_page(flags.plots, list(_shown(flags.seed))))
        return
    worlds = 2 if flags.quick else 20
    kinds = [("stated", *kind) for kind in itertools.product(SENSORS, OCCUPANCIES)]
    if not flags.quick:
        others = itertools.product([f for f in FAMILIES if f != "stated"], SENSORS[:2], OCCUPANCIES)
        kinds += others
    print(f"{'rooms':22} {'in/out':>6} {'at':>3} " + " ".join(f"{c:>14}" for c in COLUMNS))
    rows = []
    for name, caught, mean_present in kinds:
        of_kind = worlds if name == "stated" else worlds // 3
        rows.append(measured(flags.seed, of_kind, name, caught, mean_present))
        print(rows[-1], flush=True)

    stated = [row for row in rows if row.name == "stated"]
    cut = np.mean([row.cut for row in stated if row.caught == HEADLINE], axis=0)
    bands = np.mean([row.mean[-2:] for row in stated], axis=0)
    figures: dict[str, Figure] = {
        "seed": flags.seed,
        "worlds": worlds,
        "error_reduction_live": float(cut[0]),
        "error_reduction_night": float(cut[1]),
        "band_coverage": float(bands.mean()),
        "band_coverage_live": float(bands[0]),
        "band_coverage_night": float(bands[1]),
    }
    figures |= real_building(CALIT2) if CALIT2.exists() else {"calit2": "not here"}
    if flags.json:
        figures |= {name: figure for row in rows for name, figure in row.figures().items()}
    report(figures, as_json=flags.json)


if __name__ == "__main__":
    main()
