"""Hours for the public holidays to come."""

from datetime import UTC, date, datetime
from typing import Any

from domain.bookings import Booking
from domain.estate import Venue
from domain.hours import SpecialDay, day_text
from policies.holidays import holiday_hours
from policies.profile import DemandProfile
from tests.policies.linked import people
from tests.policies.venues import hours, profile_of, venue_with

WEEK = hours(mon_sun="09:00-17:00")
DECEMBER = date(2026, 12, 1)


def swiss(**limits: Any) -> Venue:
    limits = {"break_even_visits": 2, **limits}
    return venue_with(WEEK, **limits).model_copy(update={"country": "CH", "subdivision": "ZH"})


def profile(**more: Any) -> DemandProfile:
    """Busy on working days; on Sundays, and so on holidays, only from 9 to 12."""
    week = people(9, 17, 3.0)
    week[5], week[6] = week[0], people(9, 12, 3.0)[0]
    return profile_of(week, **more)


def found(venue: Venue, known: DemandProfile, *bookings: Booking) -> dict[date, str]:
    days = holiday_hours(venue, known, WEEK, bookings, DECEMBER, 31)
    return {s.day: day_text(s.blocks) for s in days}


CHRISTMAS, DAY_AFTER = date(2026, 12, 25), date(2026, 12, 26)


def test_holidays_are_planned_by_their_own_demand() -> None:
    planned = found(swiss(holidays="plan"), profile())
    assert planned == {CHRISTMAS: "09:00-12:00", DAY_AFTER: "09:00-12:00"}


def test_holidays_close_or_are_left_alone_as_the_venue_says() -> None:
    assert set(found(swiss(holidays="close"), profile()).values()) == {"closed"}
    assert found(swiss(holidays="keep"), profile()) == {}


def test_a_day_entered_by_hand_is_left_alone() -> None:
    special = (SpecialDay(CHRISTMAS, (), ""),)
    venue = swiss(holidays="close").model_copy(update={"special_days": special})
    assert set(found(venue, profile())) == {DAY_AFTER}


def test_a_booking_keeps_a_closing_day_open_for_itself() -> None:
    booked = Booking(
        "hall", datetime(2026, 12, 25, 13, tzinfo=UTC), datetime(2026, 12, 25, 15, tzinfo=UTC)
    )
    assert found(swiss(holidays="close"), profile(), booked)[CHRISTMAS] == "14:00-16:00"


def test_what_is_too_little_known_is_not_planned() -> None:
    assert found(swiss(holidays="plan"), profile(weeks=1.0)) == {}
    assert found(swiss(holidays="plan"), profile(venue="elsewhere")) == {}


def test_the_name_is_the_holidays() -> None:
    days = holiday_hours(swiss(holidays="close"), profile(), WEEK, (), CHRISTMAS, 1)
    assert [bool(s.name) for s in days] == [True]
