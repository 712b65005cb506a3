"""A city of venues, today's counts of all its doors, and a year of one of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from domain.calendars import SLOT_MINUTES, epoch_us
from domain.estate import Estate
from domain.readings import CountKind, CountReading
from domain.schedules import entered
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

ROOMS_A_VENUE = 2
AREAS = 40
YEAR_DAYS = 52 * 7
OLDEST = "v0"
"""The venue that has been counted for a year."""
PEOPLE_A_QUARTER = 3.0


def city(venues: int, rng: np.random.Generator) -> Estate:
    """Venues in areas, at random places of a city of some 20 km; a sensor in each room."""
    places = rng.normal(scale=0.07, size=(venues, 2)) + np.array([31.2, 121.4])
    rooms = range(venues * ROOMS_A_VENUE)
    return Estate.model_validate(
        {
            "areas": [{"id": f"a{n}", "name": f"District {n + 1:02}"} for n in range(AREAS)],
            "venues": [
                {
                    "id": f"v{n}",
                    "name": f"Venue {n:04}",
                    "type": "library",
                    "area": f"a{n % AREAS}",
                    "zone": "UTC",
                    "latitude": round(float(places[n][0]), 5),
                    "longitude": round(float(places[n][1]), 5),
                    "hours": {"mon-sun": "06:00-27:00"},
                    "limits": {"latest": "27:00", "max_block_minutes": 1440},
                }
                for n in range(venues)
            ],
            "rooms": [
                {
                    "id": f"r{n}",
                    "name": f"Room {n % ROOMS_A_VENUE + 1}",
                    "venue": f"v{n // ROOMS_A_VENUE}",
                    "capacity": 80,
                }
                for n in rooms
            ],
            "sensors": [{"id": f"s{n}", "room": f"r{n}", "kind": "total"} for n in rooms],
        }
    )


def prepare(folder: Path, estate: Estate, now: datetime, rng: np.random.Generator) -> np.ndarray:
    """Put the city and its counts where `openhours run` looks for them.

    Returns:
        (sensors, 2) the last total of each, in and out.
    """
    ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    store = DuckDBStore(folder / "readings.duckdb")
    before = now - timedelta(days=YEAR_DAYS + 7)
    versions = [entered(v, (), before, "import") for v in estate.venues]
    ledger.put_estate(estate, versions, [], actor="import", at=before)
    totals = np.zeros((len(estate.sensors), 2), dtype=np.int64)
    today = now.replace(hour=4, minute=0, second=0, microsecond=0)
    if today > now:
        today -= timedelta(days=1)
    old = {s.id for room in estate.rooms_by_venue[OLDEST] for s in estate.sensors_by_room[room.id]}
    for row, sensor in enumerate(estate.sensors):
        since = today - timedelta(days=YEAR_DAYS) if sensor.id in old else today
        said = list(_totals(sensor.id, since, now, rng))
        store.add(said)
        totals[row] = said[-1].entered or 0, said[-1].left or 0
    Binning(ledger, store).update(now)
    store.close()
    ledger.close()
    return totals


def _totals(
    sensor: str, since: datetime, now: datetime, rng: np.random.Generator
) -> Iterator[CountReading]:
    """A total each quarter-hour: people come from 06:00 on and stay half an hour."""
    slots = int((now - since) / timedelta(minutes=SLOT_MINUTES)) + 1
    at = [since + n * timedelta(minutes=SLOT_MINUTES) for n in range(slots)]
    is_open = np.array([a.hour >= 6 or a.hour < 2 for a in at])
    came = rng.poisson(PEOPLE_A_QUARTER, slots) * is_open
    went = np.concatenate(([0, 0], came[:-2])) if slots > 2 else np.zeros(slots, dtype=np.int64)
    into, out = np.cumsum(came), np.cumsum(went)
    for when, entered_, left in zip(at, into, out, strict=True):
        yield CountReading(sensor, CountKind.TOTAL, epoch_us(when), int(entered_), int(left))
