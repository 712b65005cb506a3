"""Run from the command line."""

from collections.abc import Callable

import numpy as np

from benchmarks.calibration import recordings
from benchmarks.calibration.simulated import venues
from benchmarks.calibration.statistics import Described, Place, described, medians, shared
from benchmarks.common import Figure, parser, report

RECORDINGS: tuple[tuple[str, Callable[[], list[Place]], int, bool], ...] = (
    ("door", recordings.door, 48, False),
    ("gyms", recordings.gyms, 48, True),
    ("streets", recordings.streets, 24, False),
    ("library", recordings.library, 1, False),
)
"""Name, how it is read, slots of a day, and whether people present are counted."""


def figures(days: int, seed: int) -> dict[str, Figure]:
    """Every statistic of every recording, with the same of the simulation beside it."""
    found: dict[str, Figure] = {"seed": seed, "days_simulated": days}
    for name, read, slots, is_present in RECORDINGS:
        played = venues(days, seed, slots)[is_present]
        found |= _compared(name, [described(place) for place in read()], _all(played))
    return found


def _all(places: list[Place]) -> list[Described]:
    return [described(place) for place in places]


def _compared(name: str, real: list[Described], simulated: list[Described]) -> dict[str, Figure]:
    """Medians over places, with the least and the most where there are several."""
    columns = {"real": real, "simulated": simulated}
    found: dict[str, Figure] = {}
    for kind, places in columns.items():
        for statistic, (median, least, most) in medians(places):
            text = f"{median:.3g}" if least == most else f"{median:.3g} ({least:.3g} … {most:.3g})"
            found[f"{name}.{statistic}.{kind}"] = text
        together = shared(places)
        if not np.isnan(together):
            found[f"{name}.days_shared.{kind}"] = f"{together:.3g}"
    return dict(sorted(found.items(), key=lambda item: item[0].rsplit(".", 1)[0]))


def main() -> None:
    """Print it; or say that the recordings are not there."""
    flags = parser("calibration", "the simulated city beside recordings of real doors")
    flags.add_argument("--days", type=int, default=None, help="300, or 100 where it is quick")
    asked = flags.parse_args()
    if not recordings.FOLDER.exists():
        print(f"the recordings are not here: {recordings.FOLDER}")
        return
    found = figures(asked.days or (100 if asked.quick else 300), asked.seed)
    report(found, as_json=asked.json)


if __name__ == "__main__":
    main()
