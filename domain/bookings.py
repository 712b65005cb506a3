"""Bookings: someone has been promised a venue or a room, and must not find it closed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """Someone has been promised a venue, or a room in it, from `start` to `end`."""

    venue: str
    start: datetime
    """Aware."""
    end: datetime
    room: str | None = None
    """None: the venue as a whole."""
    title: str = ""
    """What it is for; no names of people."""
