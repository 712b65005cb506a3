"""What rooms and venues did in the weeks before a moment, from stored quarter-hours."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import epoch_us, from_epoch_us, instant
from domain.estate import Estate, Room, Venue
from domain.hand_checks import hand_checks
from domain.planning import ScheduleVersion
from domain.ports import Ledger, TimeSeriesStore
from domain.schedules import openings_of
from domain.sensor_bins import BIN_US, SensorBins
from policies.flows import room_bins, venue_bins
from policies.occupancy import followed_full, occupancy

Floats = NDArray[np.float64]
Schedules = Mapping[str, Sequence[ScheduleVersion]]

WEEK = timedelta(weeks=1)
ROOMS_AT_ONCE = 20
"""Bounds the memory: two years of so many rooms take some 300 MB while they are worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHistory:
    """What some rooms did."""

    rooms: Sequence[Room]
    venues: Sequence[Venue]
    """The venue of each."""
    bins: Bins
    present: Floats
    """(rooms, bins) people present at the end of each bin, NaN where unknown."""


@dataclass(frozen=True, slots=True)
class History:
    """Reads what is stored of the weeks that have ended; the bins must be up to date."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    weeks: int
    """Longest time to look back."""

    def of_venues(
        self, estate: Estate, venues: Sequence[Venue], schedules: Schedules, now: datetime
    ) -> Bins:
        """Bins of venues, all with rooms, each taken as one space, with how full they were."""
        rooms = [estate.rooms_by_venue[v.id] for v in venues]
        said, start, end = self._said(estate, list(estate.sensor_by_id), now, self.weeks)
        hours = _openings(venues, schedules, start, end)
        bins = venue_bins(said, [*chain(*rooms)], estate.sensors, start, end, hours)
        capacity = np.array([sum(r.capacity or math.nan for r in of_venue) for of_venue in rooms])
        space_of = {room.id: room.venue for of_venue in rooms for room in of_venue}
        hand = hand_checks(self.ledger, self.timeseries, estate, now).in_spaces(space_of)
        return followed_full(bins, venues, capacity, hand)

    def of_rooms(
        self, estate: Estate, schedules: Schedules, now: datetime, weeks: int | None = None
    ) -> Iterator[RoomHistory]:
        """Bins and occupancy of all rooms that have sensors, some at a time.

        Args:
            estate: the rooms, in their order but for those of a venue, which come together.
            schedules: hours by venue.
            now: in the week after the last that is read.
            weeks: how many, if they are to be fewer than all.
        """
        hand = hand_checks(self.ledger, self.timeseries, estate, now)
        for rooms in _portions(estate):
            sensors = [s.id for r in rooms for s in estate.sensors_by_room[r.id]]
            said, start, end = self._said(
                estate, sorted(set(sensors)), now, min(weeks or self.weeks, self.weeks)
            )
            venues = [estate.venue_by_id[r.venue] for r in rooms]
            its = list({v.id: v for v in venues}.values())
            hours = _openings(its, schedules, start, end)
            of_room = {r.id: hours[r.venue] for r in rooms}
            bins = room_bins(said, rooms, estate.sensors, start, end, of_room)
            told = occupancy(bins, venues, capacity=capacity_of(rooms), hand=hand)
            yield RoomHistory(rooms=rooms, venues=venues, bins=bins, present=told.present)

    def _said(
        self, estate: Estate, sensors: Sequence[str], now: datetime, weeks: int
    ) -> tuple[SensorBins, datetime, datetime]:
        """What sensors said, a week before included, and the weeks of which anything is known."""
        end = max(instant(week_start(v, now), v.day_starts, v.tz) for v in estate.venues)
        start = end - weeks * WEEK
        said = self.timeseries.bins(
            sensors, epoch_us(start - WEEK) // BIN_US, epoch_us(end) // BIN_US
        )
        if len(said):  # nothing is known of the weeks before the first of them
            first = from_epoch_us(int(said.slot.min()) * BIN_US)
            start += (max(first, start) - start) // WEEK * WEEK
        return said, start, end


def week_start(venue: Venue, now: datetime) -> date:
    """The Monday on which the venue's business week that contains `now` began."""
    day = business_day(venue, now)
    return day - timedelta(days=day.weekday())


def business_day(venue: Venue, now: datetime) -> date:
    """The venue's business day that contains `now`."""
    return (
        now.astimezone(venue.tz).replace(tzinfo=None) - timedelta(minutes=venue.day_starts)
    ).date()


def capacity_of(rooms: Sequence[Room]) -> Floats:
    """(rooms,) people; NaN where unknown."""
    return np.array([r.capacity or math.nan for r in rooms], dtype=np.float64)


def _portions(estate: Estate) -> Iterator[list[Room]]:
    """The rooms that have sensors, some venues at a time."""
    portion: list[Room] = []
    for venue in estate.venues:
        portion += [r for r in estate.rooms_by_venue[venue.id] if estate.sensors_by_room[r.id]]
        if len(portion) >= ROOMS_AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _openings(
    venues: Sequence[Venue], schedules: Schedules, start: datetime, end: datetime
) -> Mapping[str, Sequence[tuple[datetime, datetime]]]:
    """Open intervals by venue, a day before and after the time included."""
    first, days = start.date() - timedelta(days=1), (end - start).days + 3
    return {v.id: openings_of(v, schedules.get(v.id, ()), first, days) for v in venues}
