"""Real footfall with its first or last hours hidden on purpose, and what was hidden.

Gyms in Zürich tell people present about every 21 minutes; arrivals are inferred from it the same
way for the truth and, of what is left visible, by the estimator. The CalIt2 building counts people
in by half-hours. What is hidden counts as closed; nobody in the visible hours knew of it.
"""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DATA = Path(__file__).parents[3] / "shared" / "data"
ZURICH, CALIFORNIA = ZoneInfo("Europe/Zurich"), ZoneInfo("America/Los_Angeles")
FIRST_MONDAY = datetime(2025, 3, 24, 4)  # noqa: DTZ001 - on the wall in Zürich
WEEKS = 8
GYM_STAY_MINUTES = 75.0
"""To infer the hidden arrivals; the estimator assumes the same of types that it does not know."""
GYM_HOURS, GYM_WEEKEND = (12, 68), (20, 52)
OFFICE_HOURS = (12, 72)
"""Slots from 04:00 that are visible before anything is hidden: 07:00-21:00, on weekends
09:00-17:00, for then all gyms are truly open; and 07:00-22:00."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A set of real venues with hours hidden; arrays (venues, 7, 96)."""

    name: str
    bins: Bins
    venues: list[Venue]
    truth: Floats
    """Mean arrivals over the weeks, hidden hours too."""
    opened: Mask
    hidden: Mask


def hidden_sets(rng: np.random.Generator) -> list[Hidden]:
    """Every set, hours hidden as `rng` draws them; none where the data are not here."""
    sets = []
    if (DATA / "zurich_gyms.csv.gz").exists():
        sets += [_gyms(rng, week) for week in (28, 36)]
    if (DATA / "calit2_in_out.csv").exists():
        sets += [_building(rng, week) for week in (0, 6)]
    return sets


def _gyms(rng: np.random.Generator, first_week: int) -> Hidden:
    present = _snapshots()[:, first_week * 7 : (first_week + WEEKS) * 7]
    padded = np.pad(present.reshape(len(present), -1), ((0, 0), (1, 1)), mode="edge")
    rise = (padded[:, 2:] - padded[:, :-2]) / 2
    arrivals = (rise + padded[:, 1:-1] * 15 / GYM_STAY_MINUTES).reshape(present.shape)
    return _hide(rng, "gyms", arrivals, present, (GYM_HOURS, GYM_WEEKEND), few=0.5)


def _building(rng: np.random.Generator, first_week: int) -> Hidden:
    rows = np.genfromtxt(DATA / "calit2_in_out.csv", delimiter=",", skip_header=1, usecols=(1, 2))
    rows = np.nan_to_num(rows[:, 0])
    # counts begin on a Sunday at midnight; the first business day used is the Monday after it
    start = 48 + 8 + first_week * 7 * 48
    counts = np.repeat(rows[start : start + WEEKS * 7 * 48] / 2, 2)
    return _hide(
        rng, "calit2", counts.reshape(1, -1, 96), None, (OFFICE_HOURS, OFFICE_HOURS), few=1.0
    )


def _hide(
    rng: np.random.Generator,
    name: str,
    arrivals: Floats,
    present: Floats | None,
    visible: tuple[tuple[int, int], tuple[int, int]],
    few: float,
) -> Hidden:
    """Hide one or two hours at one end of the day, of part of the venues, the same on all days."""
    number, days = arrivals.shape[:2]
    opened = np.zeros((number, 7, 96), dtype=np.bool_)
    hidden = np.zeros_like(opened)
    for days_of, (opens, closes) in zip((slice(5), slice(5, 7)), visible, strict=True):
        opened[:, days_of, opens:closes] = True
    for venue in rng.choice(number, max(1, round(few * number)), replace=False).tolist():
        length, early = int(rng.choice([4, 8])), rng.random() < 0.5
        for days_of, (opens, closes) in zip((slice(5), slice(5, 7)), visible, strict=True):
            first = opens if early else closes - length
            hidden[venue, days_of, first : first + length] = True
    opened &= ~hidden
    by_week = arrivals.reshape(number, days // 7, 7, 96)
    open_now = opened[:, np.arange(days) % 7].reshape(number, -1)
    unknown = np.full(open_now.shape, np.nan)
    seen = open_now & ~np.isnan(arrivals).reshape(open_now.shape)
    values = (arrivals if present is None else present).reshape(open_now.shape)
    shown = np.where(open_now, values, np.nan)
    bins = Bins(
        rooms=tuple(f"v{n}" for n in range(number)),
        start=np.datetime64("2026-03-02T04:00:00", "s")
        + np.timedelta64(15, "m") * np.arange(open_now.shape[1]),
        minutes=15,
        entered=np.where(open_now, np.nan_to_num(shown), 0) if present is None else unknown,
        left=np.zeros_like(unknown) if present is None else unknown,
        present=unknown if present is None else shown,
        healthy=seen.astype(np.float64),
        open=open_now.astype(np.float64),
        full=np.zeros_like(unknown),
    )
    venues = [
        Venue.model_validate(
            {"id": f"v{n}", "name": "V", "type": name, "area": "a", "zone": "UTC", "hours": {}}
        )
        for n in range(number)
    ]
    truth = np.maximum(np.nanmean(by_week, axis=1), 0)
    return Hidden(name, bins, venues, truth, opened, hidden & np.isfinite(truth))


def _snapshots() -> Floats:
    """People present in each gym at each quarter-hour, (gyms, days, 96) from a Monday 04:00."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with gzip.open(DATA / "zurich_gyms.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if row["gym"] and row["timestamp_utc"] and row["occupancy"]:
                at = datetime.fromisoformat(row["timestamp_utc"] + "+00:00").astimezone(ZURICH)
                wall = (at.replace(tzinfo=None) - FIRST_MONDAY).total_seconds()
                found[row["gym"]].append((wall / 900, float(row["occupancy"])))
    days = 48 * 7
    slots = np.arange(days * 96) + 0.5
    present = np.full((len(found), days * 96), np.nan)
    for people_at, points in zip(present, found.values(), strict=True):
        at, people = np.array(sorted(points)).T
        near = np.abs(at[np.clip(np.searchsorted(at, slots), 0, len(at) - 1)] - slots) < 3
        people_at[:] = np.where(near, np.interp(slots, at, people), np.nan)
    return present.reshape(len(found), days, 96)
