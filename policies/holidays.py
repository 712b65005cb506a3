"""Hours of the public holidays to come, by each venue's `holidays` limit and its demand then."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from domain.bookings import Booking
from domain.calendars import HOLIDAY, SLOT_MINUTES, day_types, holiday_name
from domain.estate import Venue
from domain.hours import SpecialDay, WeeklyHours
from policies.caution import Caution, VenueDemand
from policies.changes import open_shares
from policies.hours.bookings import booked_on
from policies.hours.dates import plan_holiday
from policies.profile import DemandProfile, Floats


def holiday_hours(
    venue: Venue,
    profile: DemandProfile,
    week: WeeklyHours,
    bookings: Sequence[Booking],
    first: date,
    days: int,
) -> Iterator[SpecialDay]:
    """Hours of public holidays that would not be those of their weekday, in order of date.

    Holidays that are planned lean against change as ordinary weeks do, and are left alone where the
    data do not carry a decision on an ordinary week.

    Args:
        venue: with its country, limits and the special days that were entered by hand.
        profile: demand of some venues, their holidays included.
        week: hours of the ordinary week.
        bookings: of any venues.
        first: the first date that may still be changed.
        days: how many from there.

    Raises:
        InvalidInput: limits conflict, or hours leave their business days.
    """
    open_now, caution = open_shares(week, venue.day_starts), Caution()
    short = VenueDemand.of(profile, venue.id).shortfalls(open_now, caution)
    if venue.limits.holidays == "keep" or (venue.limits.holidays == "plan" and short):
        return
    dates = [first + timedelta(days=n) for n in range(days)]
    for day, kind in zip(
        dates, day_types(dates, venue.country, venue.subdivision).tolist(), strict=True
    ):
        if kind == HOLIDAY:
            value = _value(venue, profile, open_now[day.weekday()], caution.doubt)
            found = plan_holiday(
                venue,
                day,
                value,
                week,
                name=holiday_name(day, venue.country, venue.subdivision),
                booked=booked_on(venue, bookings, day),
            )
            if found and found.blocks != week.days[day.weekday()]:
                yield found


def _value(venue: Venue, profile: DemandProfile, open_now: Floats, doubt: float) -> Floats:
    """(96,) worth of a holiday's open slot less its cost, leaning against change."""
    if venue.id not in profile.venues:
        return np.full(open_now.shape, np.nan)
    row = profile.venues.index(venue.id)
    rate, low, high = (a[row, HOLIDAY] for a in (profile.rate, profile.low, profile.high))
    toward = np.where(open_now > 0.5, high, low) - rate
    cost = venue.limits.break_even_visits * SLOT_MINUTES / 60
    return np.asarray(rate + doubt * toward - cost)
