"""Bookings that a plan must not strand: what they keep open."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np

from domain.bookings import Booking
from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.estate import Venue
from policies.hours.days import Mask


def booked_slots(
    venue: Venue, bookings: Iterable[Booking], first: date, *, room: str | None = None
) -> Mask:
    """Slots of the ordinary week that bookings touch from business day `first` on; (7, 96).

    Bookings on special days are left to those days' own plans.

    Args:
        venue: whose bookings count, those of its rooms included.
        bookings: of any venues.
        first: when the planned hours take effect.
        room: only this room's bookings and those of the whole venue.
    """
    special = {s.day for s in venue.special_days}
    mask = np.zeros((7, SLOTS_A_DAY), dtype=np.bool_)
    for booking in bookings:
        if booking.venue == venue.id and (room is None or booking.room in (None, room)):
            for day, slots in _by_day(venue, booking):
                if day >= first and day not in special:
                    mask[day.weekday(), slots] = True
    return mask


def booked_on(venue: Venue, bookings: Iterable[Booking], day: date) -> Mask:
    """Slots of one business day that bookings of the venue touch; shape (96,)."""
    mask = np.zeros(SLOTS_A_DAY, dtype=np.bool_)
    for booking in bookings:
        if booking.venue == venue.id:
            for on, slots in _by_day(venue, booking):
                mask[slots] |= on == day
    return mask


def _by_day(venue: Venue, booking: Booking) -> Iterable[tuple[date, slice]]:
    """The business days that a booking touches, by the wall clock, and its slots on each."""
    starts = timedelta(minutes=venue.day_starts)
    start, end = (
        t.astimezone(venue.tz).replace(tzinfo=None) - starts for t in (booking.start, booking.end)
    )
    day = start.date()
    while datetime.combine(day, datetime.min.time()) < end:
        midnight = datetime.combine(day, datetime.min.time())
        first = max(0, (start - midnight) // timedelta(minutes=SLOT_MINUTES))
        last = min(SLOTS_A_DAY, -((midnight - end) // timedelta(minutes=SLOT_MINUTES)))
        yield day, slice(first, last)
        day += timedelta(days=1)
