"""The live board: how full every room is now, which venues are open, and what is not known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from console.live.holding import patience_s
from console.live.present import DayRooms, Known, Versions, known_before, present_now, to_us
from domain.errors import NotFound
from domain.estate import Estate, Room, Sensor, Venue
from domain.hand_checks import hand_checks
from domain.planning import ScheduleVersion, Status
from domain.ports import Ledger, TimeSeriesStore
from domain.readings import CountKind
from domain.schedules import openings_of
from domain.sensor_bins import BIN_US
from policies.overflow.advice import Advice
from policies.overflow.standing import KEY, Standing

NEXT_CHANGE_DAYS = 14
"""How far ahead the next opening is looked for."""


class Unknown(StrEnum):
    """Why a room's occupancy is not known."""

    NO_SENSOR = "no_sensor"
    NEVER_HEARD = "never_heard"
    SILENT = "silent"
    GAP = "gap"
    """Readings of today are missing or stand still, so nobody knows where the count is."""


class Trend(StrEnum):
    """Where occupancy is going, against a quarter of an hour ago."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNow:
    """One room at one moment."""

    room: Room
    occupancy: float | None = None
    """People present; None: unknown."""
    low: float | None = None
    """Lower end of its 80 % band."""
    high: float | None = None
    unknown: Unknown | None = None
    trend: Trend | None = None
    last_heard: datetime | None = None
    """Up to when all its sensors have spoken."""

    @property
    def half_band(self) -> float:
        """Half the width of the 80 % band, in people."""
        return 0.0 if self.low is None or self.high is None else (self.high - self.low) / 2

    @property
    def share(self) -> float | None:
        """Occupancy as part of the capacity, where both are known."""
        if self.occupancy is None or not self.room.capacity:
            return None
        return self.occupancy / self.room.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueNow:
    """One venue at one moment."""

    venue: Venue
    is_open: bool
    changes_at: datetime | None
    """When it closes, if it is open; else when it opens. None: not in the next two weeks."""
    rooms: tuple[RoomNow, ...]

    @property
    def inside(self) -> float | None:
        """People in the rooms that are known; None where none is."""
        known = [r.occupancy for r in self.rooms if r.occupancy is not None]
        return sum(known) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All venues at one moment, by name."""

    at: datetime
    venues: tuple[VenueNow, ...]
    waiting: int
    """Proposals that wait for a decision."""
    standing: Standing = field(default_factory=Standing)
    """What full venues say now."""

    def venue(self, venue_id: str) -> VenueNow:
        """One of the venues. Raises `NotFound`."""
        for venue in self.venues:
            if venue.venue.id == venue_id:
                return venue
        raise NotFound(f"there is no venue “{venue_id}”")

    def advice(self, venue_id: str) -> Advice | None:
        """Where the venue sends people; None: it does not."""
        return next((a for a in self.standing.advice if a.venue == venue_id), None)

    @property
    def venue_by_id(self) -> dict[str, Venue]:
        return {v.venue.id: v.venue for v in self.venues}

    @property
    def rooms(self) -> Iterator[RoomNow]:
        return (room for venue in self.venues for room in venue.rooms)

    @property
    def inside(self) -> float:
        return sum(r.occupancy for r in self.rooms if r.occupancy is not None)

    @property
    def open_venues(self) -> int:
        return sum(v.is_open for v in self.venues)

    @property
    def room_count(self) -> int:
        return sum(len(v.rooms) for v in self.venues)

    @property
    def unknown_rooms(self) -> int:
        return sum(r.unknown is not None for r in self.rooms)


class RoomPresent(NamedTuple):
    """People in one room; NaN where unknown."""

    now: float
    low: float
    high: float
    before: float
    """A quarter of an hour ago."""


class BoardMaker:
    """Makes boards from stored readings; it remembers only the habits of rooms, for a quarter-hour.

    The day's first board may come before the bins of the days before it.
    """

    def __init__(self, ledger: Ledger, timeseries: TimeSeriesStore) -> None:
        self._ledger, self._timeseries = ledger, timeseries
        self._known: dict[tuple[Room, ...], tuple[int, Known]] = {}

    def board(self, now: datetime) -> Board:
        """All venues as they are known at `now`. Raises `StoreUnavailable`."""
        estate, versions = self._ledger.estate(), self._ledger.schedules()
        rooms = self._rooms(estate, versions, now)
        venues = (
            venue_now(
                venue,
                versions.get(venue.id, ()),
                tuple(rooms[r.id] for r in estate.rooms_by_venue[venue.id]),
                now,
            )
            for venue in sorted(estate.venues, key=lambda v: v.name)
        )
        waiting = len(self._ledger.proposals(status=Status.OPEN))
        standing = Standing.from_text(self._ledger.state(KEY))
        return Board(
            at=now,
            venues=tuple(venues),
            waiting=waiting,
            standing=standing.holding(now.timestamp(), estate.venue_by_id),
        )

    def _rooms(self, estate: Estate, versions: Versions, now: datetime) -> dict[str, RoomNow]:
        seen = self._timeseries.last_seen()
        found = {}
        for group in DayRooms.by_day(estate, now):
            if not group.rooms:
                continue
            known = self._before(estate, group, versions, now)
            current, before = present_now(self._timeseries, group, versions, known, now)
            for row, room in enumerate(group.rooms):
                sensors = estate.sensors_by_room[room.id]
                present = RoomPresent(
                    *(float(a[row]) for a in (current.present, current.low, current.high, before))
                )
                found[room.id] = room_now(room, sensors, seen, present, now)
        return found

    def _before(self, estate: Estate, group: DayRooms, versions: Versions, now: datetime) -> Known:
        """What is known of rooms before today's readings."""
        slot = to_us(now) // BIN_US
        made_in, known = self._known.get(group.rooms, (None, None))
        if made_in != slot or known is None:
            hand = hand_checks(self._ledger, self._timeseries, estate, now)
            known = known_before(self._timeseries, group, versions, hand)
            self._known[group.rooms] = (slot, known)
        return known


def room_now(
    room: Room,
    sensors: Sequence[Sensor],
    seen: Mapping[str, int],
    present: RoomPresent,
    now: datetime,
) -> RoomNow:
    """One room, given who is present."""
    heard = _last_heard(sensors, seen)
    current, before = present.now, present.before
    if np.isnan(current):
        return RoomNow(room=room, unknown=_why(sensors, seen, now), last_heard=heard)
    is_empty = round(current) == 0 and not before >= 1
    trend = None if np.isnan(before) or is_empty else _trend(current - before, room.capacity or 0)
    return RoomNow(
        room=room,
        occupancy=current,
        low=present.low,
        high=present.high,
        trend=trend,
        last_heard=heard,
    )


def venue_now(
    venue: Venue,
    versions: Sequence[ScheduleVersion],
    rooms: tuple[RoomNow, ...],
    now: datetime,
) -> VenueNow:
    """One venue, open or not, and when that changes."""
    yesterday = now.astimezone(venue.tz).date() - timedelta(days=1)
    ahead = openings_of(venue, versions, yesterday, NEXT_CHANGE_DAYS)
    coming = next(((start, end) for start, end in ahead if end > now), None)
    is_open = coming is not None and coming[0] <= now
    changes_at = None if coming is None else coming[1] if is_open else coming[0]
    return VenueNow(venue=venue, is_open=is_open, changes_at=changes_at, rooms=rooms)


def _why(sensors: Sequence[Sensor], seen: Mapping[str, int], now: datetime) -> Unknown:
    if not sensors:
        return Unknown.NO_SENSOR
    if any(s.id not in seen for s in sensors):
        return Unknown.NEVER_HEARD
    silent = any(now.timestamp() - seen[s.id] / 1e6 > patience_s(s) for s in sensors)
    return Unknown.SILENT if silent else Unknown.GAP


def _last_heard(sensors: Sequence[Sensor], seen: Mapping[str, int]) -> datetime | None:
    """The least recent of the sensors that report steadily, else the most recent of all."""
    steady = [seen[s.id] for s in sensors if s.id in seen and s.kind is not CountKind.CHANGE]
    changes = [seen[s.id] for s in sensors if s.id in seen]
    if not changes:
        return None
    return datetime.fromtimestamp((min(steady) if steady else max(changes)) / 1e6, UTC)


def _trend(change: float, capacity: int) -> Trend:
    if abs(change) < max(2, 0.05 * capacity):
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING
