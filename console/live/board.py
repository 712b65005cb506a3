"""The live board: how full every room is now, which venues are open, and what is not known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.errors import NotFound
from domain.estate import Estate, Room, Venue
from policies.overflow.advice import Advice
from policies.overflow.standing import Standing


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
    estate: Estate = field(default_factory=Estate)
    """As it was entered."""
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
