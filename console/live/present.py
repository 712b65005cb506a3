"""How many people are in some rooms at this very moment, by the estimators of `policies`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from math import ceil

import numpy as np
from numpy.typing import NDArray

from console.live.holding import held_until
from console.live.opened import Opening, OpenTimes, Versions
from domain.bins import Bins
from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, instant
from domain.estate import Estate, Room, Sensor, Venue
from domain.hand_counts import HandChecks
from domain.ports import TimeSeriesStore
from domain.readings import CountKind, ReadingTable
from domain.sensor_bins import BIN_US
from policies.flows import room_bins, venue_bins
from policies.occupancy import LEARNT_DAYS, Habits, Occupancy, habits_before, reconciled, today

Floats = NDArray[np.float64]
_SLOT = timedelta(minutes=SLOT_MINUTES)
VENUES_AT_ONCE = 50
"""Weeks of so many venues fit into a processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRooms:
    """Rooms whose business day began at one instant, with what is needed to read them."""

    rooms: tuple[Room, ...]
    venues: tuple[Venue, ...]
    """(rooms,) the venue of each room."""
    sensors: tuple[Sensor, ...]
    began: datetime

    @classmethod
    def by_day(cls, estate: Estate, now: datetime) -> list["DayRooms"]:
        """All rooms of the estate, grouped by the beginning of the business day they are in."""
        groups: dict[datetime, list[Venue]] = {}
        for venue in estate.venues:
            groups.setdefault(day_began(venue, now), []).append(venue)
        return [cls.of(estate, venues, began) for began, venues in groups.items()]

    @classmethod
    def of(cls, estate: Estate, venues: Sequence[Venue], began: datetime) -> "DayRooms":
        """The rooms of some venues whose business day began then."""
        rooms = tuple(room for v in venues for room in estate.rooms_by_venue[v.id])
        sensors = {s.id: s for r in rooms for s in estate.sensors_by_room[r.id]}
        return cls(
            rooms=rooms,
            venues=tuple(estate.venue_by_id[r.venue] for r in rooms),
            sensors=tuple(sensors.values()),
            began=began,
        )

    def only(self, venues: Collection[str]) -> "DayRooms":
        """The same of some of its venues."""
        kept = [n for n, venue in enumerate(self.venues) if venue.id in venues]
        rooms = tuple(self.rooms[n] for n in kept)
        ids = {room.id for room in rooms}
        return DayRooms(
            rooms=rooms,
            venues=tuple(self.venues[n] for n in kept),
            sensors=tuple(s for s in self.sensors if s.room in ids or s.beyond in ids),
            began=self.began,
        )

    def houses(self) -> tuple[Room, ...]:
        """Rooms of the venues that have doors between their rooms."""
        venue_of = {room.id: room.venue for room in self.rooms}
        inner = {venue_of[s.room] for s in self.sensors if s.beyond and s.room in venue_of}
        return tuple(room for room in self.rooms if room.venue in inner)

    def openings(self, versions: Versions, days: int, times: OpenTimes) -> dict[str, list[Opening]]:
        """Open intervals by room id, of `days` business days that end with today's."""
        found = {}
        for room, venue in zip(self.rooms, self.venues, strict=True):
            today = self.began.astimezone(venue.tz).date()
            found[room.id] = times.of(venue, versions, today - timedelta(days=days - 1), days)
        return found


def day_began(venue: Venue, now: datetime) -> datetime:
    """When the venue's business day that contains `now` began, in UTC."""
    today = now.astimezone(venue.tz).date()
    began = instant(today, venue.day_starts, venue.tz)
    return began if began <= now else instant(today - timedelta(days=1), venue.day_starts, venue.tz)


def to_us(at: datetime) -> int:
    """An instant as the stores have it, in microseconds since 1970 UTC."""
    return round(at.timestamp() * 1e6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of rooms before today's readings, by the order of `rooms` and `houses`."""

    rooms: tuple[str, ...]
    habits: Habits
    houses: tuple[str, ...]
    """Venues that have doors between their rooms."""
    of_houses: Habits
    """Of these as one space."""
    hand: HandChecks

    def of(self, group: DayRooms) -> "Known":
        """What is known of the rooms of a smaller group."""
        rooms = tuple(r.id for r in group.rooms)
        houses = tuple(dict.fromkeys(r.venue for r in group.houses()))
        return Known(
            rooms=rooms,
            habits=self.habits.take(_rows(self.rooms, rooms)),
            houses=houses,
            of_houses=self.of_houses.take(_rows(self.houses, houses)),
            hand=self.hand,
        )


def known_before(
    timeseries: TimeSeriesStore,
    group: DayRooms,
    versions: Versions,
    hand: HandChecks,
    days: int = LEARNT_DAYS,
) -> Known:
    """What so many days before today tell of each room of the group."""
    venues = tuple({v.id: v for v in group.venues}.values())
    parts = [
        _known_before(timeseries, part, versions, hand, days)
        for first in range(0, len(venues), VENUES_AT_ONCE)
        for part in [group.only({v.id for v in venues[first : first + VENUES_AT_ONCE]})]
    ]
    return Known(
        rooms=tuple(r for part in parts for r in part.rooms),
        habits=_joined([part.habits for part in parts]),
        houses=tuple(h for part in parts for h in part.houses),
        of_houses=_joined([part.of_houses for part in parts]),
        hand=hand,
    )


def _known_before(
    timeseries: TimeSeriesStore, group: DayRooms, versions: Versions, hand: HandChecks, days: int
) -> Known:
    # The days are cut where today began: an hour off before a clock change, and nobody is there at
    # either hour.
    start, end = group.began - timedelta(days=days), group.began
    sensors = [s.id for s in group.sensors]
    said = timeseries.bins(sensors, to_us(start) // BIN_US - SLOTS_A_DAY, to_us(end) // BIN_US)
    openings = group.openings(versions, days + 1, OpenTimes())
    bins = room_bins(said, group.rooms, group.sensors, start, end, openings)
    habits = habits_before(bins, hand)
    names: tuple[str, ...] = ()
    of_houses, houses = habits.take(np.array([], dtype=np.intp)), group.houses()
    if houses:
        whole = venue_bins(said, houses, group.sensors, start, end, _by_venue(openings, houses))
        of_houses = habits_before(whole, hand.in_spaces({r.id: r.venue for r in houses}))
        names = whole.rooms
    return Known(rooms=bins.rooms, habits=habits, houses=names, of_houses=of_houses, hand=hand)


def _joined(parts: Sequence[Habits]) -> Habits:
    return Habits(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Habits)}
    )


def _rows(names: Sequence[str], some: Sequence[str]) -> NDArray[np.intp]:
    at = {name: row for row, name in enumerate(names)}
    return np.array([at[name] for name in some], dtype=np.intp)


def present_now(
    timeseries: TimeSeriesStore,
    group: DayRooms,
    openings: Mapping[str, Sequence[Opening]],
    known: Known,
    now: datetime,
) -> tuple[Occupancy, Floats]:
    """People present now, and a quarter of an hour ago; both (rooms,), NaN where unknown.

    Args:
        timeseries: where the readings are.
        group: whose rooms are the rows of the result.
        openings: open intervals of yesterday and today by room id.
        known: of the rooms of the group, in its order.
        now: an aware instant.
    """
    slots = max(ceil((now - group.began) / _SLOT), 1)
    table = _read(timeseries, group, now - slots * _SLOT, now)
    held = held_until(table, group.sensors, now)
    bins = _bins_until(held, group, openings, slots, now)
    told = today(bins, known.habits, known.hand)
    # Where no door is counted, the sensor's last word is newer than its mean over the bin.
    only, said = np.isnan(bins.entered[:, -1] + bins.left[:, -1]), _last_said(table, group)
    only &= ~np.isnan(bins.present[:, -1]) & (told.present[:, -1] > 0)
    step = np.where(only, said - told.present[:, -1], 0)
    current = told.of(lambda values: np.maximum(values[:, -1] + step, 0))
    if known.houses:
        whole = _bins_until(held, group, openings, slots, now, group.houses())
        outside = today(whole, known.of_houses).of(lambda values: values[:, -1])
        row_of = {venue: row for row, venue in enumerate(whole.rooms)}
        house = np.array([row_of.get(room.venue, -1) for room in group.rooms], dtype=np.intp)
        current = reconciled(current, outside, house)
    return current, told.present[:, -2] if slots > 1 else np.zeros_like(said)


def _bins_until(
    table: ReadingTable,
    group: DayRooms,
    openings: Mapping[str, Sequence[Opening]],
    slots: int,
    now: datetime,
    houses: Sequence[Room] = (),
) -> Bins:
    """Bins of today, the last of which ends exactly now, of rooms or of the venues of `houses`.

    Bins lie on the quarter-hours, and one that has hardly begun would be unknown; so everything is
    read on a clock that is put forward by what is left of the quarter-hour.
    """
    ahead = -(now - datetime(1970, 1, 1, tzinfo=UTC)) % _SLOT
    end = now + ahead
    later = replace(table, time_us=table.time_us + ahead // timedelta(microseconds=1))
    shifted = {room: [(a + ahead, b + ahead) for a, b in held] for room, held in openings.items()}
    start = end - slots * _SLOT
    if houses:
        return venue_bins(later, houses, group.sensors, start, end, _by_venue(shifted, houses))
    return room_bins(later, group.rooms, group.sensors, start, end, shifted)


def _by_venue(
    openings: Mapping[str, Sequence[Opening]], rooms: Sequence[Room]
) -> dict[str, Sequence[Opening]]:
    return {room.venue: openings[room.id] for room in rooms}


def _last_said(table: ReadingTable, group: DayRooms) -> Floats:
    """Sum of what the occupancy sensors of each room said last; (rooms,)."""
    total = dict.fromkeys((r.id for r in group.rooms), 0.0)
    for sensor in group.sensors:
        if sensor.kind is CountKind.PRESENT and sensor.room in total:
            said = table.of(sensor.id).present
            said = said[~np.isnan(said)]
            total[sensor.room] += max(float(said[-1]), 0.0) if len(said) else 0.0
    return np.array([total[r.id] for r in group.rooms])


def _read(
    timeseries: TimeSeriesStore, group: DayRooms, start: datetime, end: datetime
) -> ReadingTable:
    # a reading of this very instant counts; `read` leaves its end out
    sensors = [s.id for s in group.sensors]
    return timeseries.read(sensors, to_us(start), to_us(end) + 1, previous=True)
