"""The public holidays to come: what hours they should have, and entering them as special days."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from domain.bookings import Booking
from domain.clock import Clock
from domain.estate import Venue
from domain.hours import SpecialDay
from domain.ports import Ledger
from domain.schedules import latest
from openhours.entering.estates import import_estate
from openhours.planning.history import Schedules
from policies.holidays import holiday_hours
from policies.profile import DemandProfile

Holidays = Mapping[str, tuple[SpecialDay, ...]]
"""By venue, those that need hours of their own."""


def coming_holidays(
    venues: Sequence[Venue],
    schedules: Schedules,
    profile: DemandProfile,
    bookings: Sequence[Booking],
    now: datetime,
    until: date,
    *,
    since: date = date.min,
) -> Holidays:
    """Holidays that would not have their weekday's hours, open, shortened or closed by the limits.

    Args:
        venues: to be planned; special days that they have stay.
        schedules: versions by venue.
        profile: demand, holidays included.
        bookings: of any venues.
        now: the aware present instant; holidays within the notice period are left alone.
        until: the last date.
        since: the first date, where it is later than the notice allows.
    """
    found = {}
    for venue in venues:
        notice = timedelta(days=venue.limits.notice_days + 1)
        first = max(now.astimezone(venue.tz).date() + notice, since)
        week, days = latest(schedules[venue.id]).hours, (until - first).days + 1
        if its := tuple(holiday_hours(venue, profile, week, bookings, first, max(days, 0))):
            found[venue.id] = its
    return found


def enter_holidays(ledger: Ledger, found: Holidays, *, actor: str, clock: Clock) -> int:
    """Make holidays special days of their venues, and tell the doors; return how many are new.

    Days that a venue has hours for by now stay as they are, so entered twice they are entered once.
    """
    estate = ledger.estate()
    venues, new = [], 0
    for venue in estate.venues:
        own = {s.day for s in venue.special_days}
        its = tuple(s for s in found.get(venue.id, ()) if s.day not in own)
        new += len(its)
        days = (*venue.special_days, *its)
        venues.append(venue.model_copy(update={"special_days": days}) if its else venue)
    if new:
        changed = estate.model_copy(update={"venues": tuple(venues)})
        import_estate(ledger, changed, actor=actor, clock=clock)
    return new
