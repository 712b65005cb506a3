"""Real footfall, where it lies beside the repository."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.calibration.statistics import Place

FOLDER = Path(__file__).parents[3] / "shared" / "data"
ZURICH = ZoneInfo("Europe/Zurich")
WIDTH = 1_000_000
"""At which the library's counter begins anew."""
LEAP = 2_000
"""More than these people a day no one counted: the library's counter was set."""

Cells = Mapping[tuple[int, int], list[float]]


def door() -> list[Place]:
    """People entering CalIt2's main door, half-hours."""
    cells: dict[tuple[int, int], list[float]] = defaultdict(list)
    with (FOLDER / "calit2_in_out.csv").open() as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["local_time"])
            cells[at.toordinal(), at.hour * 2 + at.minute // 30].append(float(row["entered"]))
    return [_place("CalIt2", cells, 48)]


def gyms() -> list[Place]:
    """People present in gyms of Zürich, half-hours; closed hours are NaN."""
    cells: dict[str, dict[tuple[int, int], list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows("zurich_gyms.csv.gz"):
        if row["gym"] and row["occupancy"] and row["timestamp_utc"]:
            at = datetime.fromisoformat(row["timestamp_utc"])
            local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZURICH)
            slot = local.hour * 2 + local.minute // 30
            cells[row["gym"]][local.toordinal(), slot].append(float(row["occupancy"]))
    return [_place(name, of_gym, 48) for name, of_gym in cells.items()]


def streets() -> list[Place]:
    """People passing street counters in Melbourne, hours of local time."""
    cells: dict[str, dict[tuple[int, int], list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows("melbourne_pedestrian.csv.gz"):
        day = date.fromisoformat(row["Date"]).toordinal()
        cells[row["Sensor"]][day, int(row["Time"])].append(float(row["Count"]))
    return [_place(name, of_street, 24) for name, of_street in cells.items()]


def library() -> list[Place]:
    """People through a library's gate by the day, from a counter that is read once a day.

    A day counts where it and the one before were read; two go in and out through one gate.
    """
    totals: dict[int, int] = {}
    with (FOLDER / "library_gate_counts.csv").open() as file:
        for row in csv.DictReader(file):
            if row["counts"].isdigit():
                at = datetime.strptime(row["dates"], "%d-%b-%y").replace(tzinfo=UTC)
                totals[at.toordinal()] = int(row["counts"])
    cells: dict[tuple[int, int], list[float]] = {}
    for day, total in totals.items():
        passed = (total - totals.get(day - 1, total + LEAP)) % WIDTH
        if passed <= LEAP:
            cells[day, 0] = [float(passed)]
    return [_place("library", cells, 1)]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(FOLDER / name, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _place(name: str, cells: Cells, slots: int) -> Place:
    first, last = min(d for d, _ in cells), max(d for d, _ in cells)
    counts = np.full((last - first + 1, slots), np.nan)
    for (day, slot), values in cells.items():
        counts[day - first, slot] = np.mean(values)
    return Place(name=name, day=np.arange(first, last + 1, dtype=np.int64), counts=counts)
