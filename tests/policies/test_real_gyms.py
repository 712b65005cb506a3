"""People present in eight real gyms, from snapshots to demand."""

import csv
import gzip
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.calendars import epoch_us, openings
from domain.estate import Room, Sensor, Venue
from domain.hours import WeeklyHours
from domain.readings import CountKind, CountReading
from policies.demand import DemandEstimate, estimate
from policies.flows import venue_bins
from tests.policies.tables import table_of
from tests.real_data import real_data

WEEKS = 8
ZURICH = ZoneInfo("Europe/Zurich")
LONG = WeeklyHours.parse({"mon-sun": "05:00-24:00"})
"""Longer than any of the gyms is open; what they are open for is to be seen in the data."""
AUTUMN, CHRISTMAS = datetime(2025, 10, 6, 2, tzinfo=UTC), datetime(2025, 12, 1, 3, tzinfo=UTC)

Snapshots = dict[str, dict[datetime, int | None]]


@pytest.fixture(scope="module")
def snapshots() -> Snapshots:
    """People present by gym and time; None where the gym was closed."""
    found: Snapshots = defaultdict(dict)
    with gzip.open(real_data("zurich_gyms.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            if row["gym"] and row["timestamp_utc"]:
                at = datetime.fromisoformat(row["timestamp_utc"]).replace(tzinfo=UTC)
                people = row["occupancy"]
                found[row["gym"]][at] = int(float(people)) if people else None
    return found


def demand(snapshots: Snapshots, start: datetime, country: str = "") -> DemandEstimate:
    end = start + timedelta(weeks=WEEKS)
    ids = [f"gym{n}" for n in range(len(snapshots))]
    venues = [
        Venue(
            id=i,
            name=i,
            type="gym",
            area="zh",
            zone=ZURICH.key,
            country=country,
            subdivision="ZH" if country else None,
            hours=LONG,
        )
        for i in ids
    ]
    readings = [
        CountReading(i, CountKind.PRESENT, epoch_us(at), present=people)
        for i, gym in zip(ids, snapshots.values(), strict=True)
        for at, people in gym.items()
        if start - timedelta(hours=1) <= at < end
    ]
    hours = openings(start.date() - timedelta(days=1), 7 * WEEKS + 2, LONG, ZURICH)
    bins = venue_bins(
        table_of(readings),
        [Room(id=i, name=i, venue=i) for i in ids],
        [Sensor(id=i, room=i, kind=CountKind.PRESENT, interval_s=1260) for i in ids],
        start,
        end,
        dict.fromkeys(ids, hours),
    )
    return estimate(bins, venues)


def last_visitors(gym: dict[datetime, int | None], weekday: int) -> int:
    """Slot in which, on the median day, five people are there for the last time."""
    last: dict[date, int] = {}
    for at, people in gym.items():
        local = at.astimezone(ZURICH)
        if people is not None and people >= 5 and local.weekday() == weekday:
            slot = (local.hour * 60 + local.minute) // 15 - 16
            last[local.date()] = max(last.get(local.date(), 0), slot)
    return int(np.median(list(last.values())))


@pytest.mark.parametrize("weekday", [0, 2, 5])
def test_closing_time_is_seen_in_the_demand_though_ghosts_stay(
    snapshots: Snapshots, weekday: int
) -> None:
    """Arrivals cease within two hours before the last five people leave; a sensor still says 1."""
    rates = demand(snapshots, AUTUMN).profile.rate[:, weekday]
    for gym, rate in zip(snapshots.values(), rates, strict=True):
        gone = last_visitors(gym, weekday)
        busy = np.flatnonzero(rate > 0.2 * np.median(rate[28:gone]))
        assert gone - 8 <= busy[-1] <= gone


@pytest.mark.parametrize(("country", "least"), [("", 0.87), ("CH", 0.9)])
def test_christmas_does_not_lower_wednesdays_and_thursdays(
    snapshots: Snapshots, country: str, least: float
) -> None:
    """24, 25 and 31 December and 1 January are closed, short or weak: two weeks of eight.

    Where holidays are not known, New Year at two thirds of a Thursday passes for a weak one.
    """
    before, after = (demand(snapshots, s, country).profile for s in (AUTUMN, CHRISTMAS))
    both = (before.seen[:, :7] > 0) & (after.seen[:, :7] > 0)
    growth = np.sum(after.rate[:, :7], axis=2, where=both)
    growth /= np.sum(before.rate[:, :7], axis=2, where=both)
    ordinary = growth[:, [0, 1, 4]].mean(axis=1)
    assert (growth[:, 2:4] > least * ordinary[:, None]).all()


def test_a_gym_stuck_on_one_number_for_days_is_not_taken_for_steady_demand(
    snapshots: Snapshots,
) -> None:
    """Glattpark said 242 from 10 to 15 December."""
    weeks = demand(snapshots, CHRISTMAS).profile.healthy_weeks
    stuck = next(n for n, name in enumerate(snapshots) if name.endswith("Glattpark"))
    assert weeks[stuck] < np.delete(weeks, stuck).mean() - 0.3
