"""A venue's quarter-hours as CSV: who came, who left, how many were there, and what is unknown."""

import csv
import io
from datetime import timedelta
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query

from console.access.visitors import needs
from console.live.present import to_us
from console.outputs.files import Csv
from console.outputs.paging import NOT_FOUND
from console.web.services import Services
from domain.bins import Bins
from domain.calendars import SLOTS_A_DAY
from domain.people import Permission
from domain.schedules import openings_of
from domain.sensor_bins import BIN_US
from policies.flows import room_bins

HEADER = ("room", "start", "entered", "left", "present", "healthy", "open")
DAYS = 7
MOST_DAYS = 92


def router(services: Services) -> APIRouter:
    """`/venues/{id}/counts.csv`."""
    routes = APIRouter(tags=["formats"], dependencies=[needs(Permission.READ)])

    @routes.get("/venues/{venue_id}/counts.csv", responses=NOT_FOUND, response_class=Csv)
    def counts(
        venue_id: str,
        days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="Up to now.")] = DAYS,
    ) -> Csv:
        """Quarter-hours of each room; nothing between two commas is unknown, which is not zero."""
        return Csv(counts_csv(venue_bins(services, venue_id, days)))

    return routes


def venue_bins(services: Services, venue_id: str, days: int) -> Bins | None:
    """Bins of the venue's rooms over so many days up to now; None where it has no rooms.

    Raises `NotFound` and `StoreUnavailable`.
    """
    estate, now = services.ledger.estate(), services.clock.now()
    venue = estate.venue(venue_id)
    rooms = estate.rooms_by_venue[venue_id]
    if not rooms:
        return None
    end = now - timedelta(microseconds=to_us(now) % BIN_US)
    start = end - timedelta(days=days)
    sensors = {s.id: s for room in rooms for s in estate.sensors_by_room[room.id]}
    first_slot, end_slot = to_us(start) // BIN_US - SLOTS_A_DAY, to_us(end) // BIN_US
    said = services.timeseries.bins(sensors, first_slot, end_slot)
    first = start.astimezone(venue.tz).date() - timedelta(days=1)
    versions = services.ledger.schedules(venue_id).get(venue_id, ())
    opened = openings_of(venue, versions, first, days + 3)
    return room_bins(said, rooms, sensors.values(), start, end, {r.id: opened for r in rooms})


def counts_csv(bins: Bins | None) -> str:
    """Lines by room, then time. `healthy` and `open` are shares of the quarter-hour. RFC 4180."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(HEADER)
    if bins is not None:
        starts = [f"{np.datetime_as_string(at, unit='m')}Z" for at in bins.start]
        columns = (bins.entered, bins.left, bins.present, bins.healthy, bins.open)
        for row, room in enumerate(bins.rooms):
            numbers = zip(*(column[row] for column in columns), strict=True)
            for start, known in zip(starts, numbers, strict=True):
                lines.writerow((room, start, *map(_text, known)))
    return out.getvalue()


def _text(number: float) -> str:
    return "" if np.isnan(number) else f"{number:.3f}".rstrip("0").rstrip(".")
