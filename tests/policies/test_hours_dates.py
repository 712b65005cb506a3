"""Holidays, bookings, shifts and rooms: what they do to a venue's hours."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from benchmarks.planner import random_weeks
from domain.bookings import Booking
from domain.estate import Venue
from domain.hours import SpecialDay, WeeklyHours, parse_day
from policies.hours.bookings import booked_on, booked_slots
from policies.hours.dates import plan_holiday
from policies.hours.kept import staffed_hours
from policies.hours.plan import plan_weeks
from policies.hours.pool import chunks, plan_many
from policies.hours.rooms import plan_rooms
from policies.hours.venue import plan_venue
from tests.policies.venues import TIME_OF_DAY, Floats, hours, venue_with

NATIONAL_DAY = date(2026, 10, 1)
"""A Thursday."""
WEEK = hours(mon_fri="09:00-17:00")


def worth_between(first: float, last: float) -> Floats:
    return np.where((first <= TIME_OF_DAY) & (last > TIME_OF_DAY), 1.0, -1.0)


def holiday(venue: Venue, value: Floats, **also: Any) -> SpecialDay | None:
    return plan_holiday(venue, NATIONAL_DAY, value, WEEK, **also)


def zurich(day: int, hour: int) -> datetime:
    """An hour of October 2026, when Zurich is two hours ahead of UTC."""
    return datetime(2026, 10, day, hour - 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("busy", "expected"), [((11, 15), "11:00-15:00"), ((0, 0), ""), ((13, 20), "13:00-20:00")]
)
def test_a_planned_holiday_is_shortened_closed_or_moved(
    busy: tuple[int, int], expected: str
) -> None:
    venue = venue_with(WEEK, holidays="plan")
    planned = holiday(venue, worth_between(*busy), name="National Day")
    assert planned == SpecialDay(NATIONAL_DAY, parse_day(expected), "National Day")


def test_a_planned_holiday_takes_no_more_staff_than_its_weekday() -> None:
    planned = holiday(venue_with(WEEK, holidays="plan"), worth_between(8, 22))
    assert planned is not None
    assert sum(b.end - b.start for b in planned.blocks) == 8 * 60


def test_a_holiday_keeps_core_hours_unless_it_closes() -> None:
    core = hours(thu="10:00-12:00")
    planned = holiday(venue_with(WEEK, holidays="plan", core=core), worth_between(0, 0))
    assert planned == SpecialDay(NATIONAL_DAY, parse_day("10:00-12:00"))
    closed = holiday(venue_with(WEEK, holidays="close", core=core), worth_between(9, 17))
    assert closed == SpecialDay(NATIONAL_DAY)


def test_a_holiday_of_unknown_demand_is_as_its_weekday() -> None:
    planned = holiday(venue_with(WEEK, holidays="plan"), np.full(96, np.nan))
    assert planned == SpecialDay(NATIONAL_DAY, parse_day("09:00-17:00"))


def test_a_holiday_keeps_its_hours_where_the_limit_or_a_person_says_so() -> None:
    assert holiday(venue_with(WEEK), worth_between(11, 15)) is None
    venue = venue_with(WEEK, holidays="plan")
    by_hand = venue.model_copy(update={"special_days": (SpecialDay(NATIONAL_DAY),)})
    assert holiday(by_hand, worth_between(11, 15)) is None


def test_a_booking_keeps_a_closing_holiday_open_for_itself() -> None:
    venue = venue_with(WEEK, holidays="close")
    booked = booked_on(venue, [Booking("hall", zurich(1, 14), zurich(1, 16))], NATIONAL_DAY)
    planned = holiday(venue, worth_between(0, 0), booked=booked)
    assert planned == SpecialDay(NATIONAL_DAY, parse_day("14:00-16:00"))


def test_bookings_are_slots_of_their_weekday_by_the_wall_clock() -> None:
    venue = venue_with(WEEK)
    mask = booked_slots(
        venue,
        [
            Booking("hall", zurich(6, 14), zurich(6, 15), room="studio"),
            Booking("elsewhere", zurich(7, 14), zurich(7, 15)),
            Booking("hall", zurich(2, 14), zurich(2, 15)),
        ],
        date(2026, 10, 5),
    )
    tuesday = (TIME_OF_DAY >= 14) & (TIME_OF_DAY < 15)
    assert (mask[1] == tuesday).all()
    assert mask.sum() == 4, "another venue's booking, or one before the change, counts"


def test_a_booking_over_the_turn_of_the_business_day_touches_both() -> None:
    venue = venue_with(WEEK)
    night = Booking("hall", zurich(6, 3), zurich(6, 5))
    mask = booked_slots(venue, [night], date(2026, 10, 1))
    assert mask[0].nonzero()[0].tolist() == [92, 93, 94, 95]
    assert mask[1].nonzero()[0].tolist() == [0, 1, 2, 3]


def test_booked_slots_stay_open_however_empty() -> None:
    venue = venue_with(WEEK, max_change_minutes=None)
    booked = booked_slots(venue, [Booking("hall", zurich(6, 11), zurich(6, 13))], date(2026, 10, 1))
    empty = np.full((7, 96), -1.0)
    assert plan_venue(venue, empty, WEEK, booked=booked).hours == hours(tue="11:00-13:00")


def test_a_shift_makes_two_short_blocks_dearer_than_one_long_one() -> None:
    value = np.tile(worth_between(9, 11) + 2 * (TIME_OF_DAY >= 13) * (TIME_OF_DAY < 15), (7, 1))
    two, one = hours(mon_sun="09:00-11:00, 13:00-15:00"), hours(mon_sun="09:00-15:00")
    loose: dict[str, Any] = {"max_change_minutes": None, "staff_hours": 56, "break_even_visits": 4}
    assert plan_venue(venue_with(one, **loose), value, one).hours == two
    shifts = venue_with(one, min_shift_minutes=240, **loose)
    assert plan_venue(shifts, value, one).hours == one, "two shifts of four hours cost eight"
    assert staffed_hours(two, shifts.limits) == 56
    assert staffed_hours(one, shifts.limits) == 42


def test_rooms_open_within_their_venue_and_when_they_are_worth_it() -> None:
    today = (hours(mon="08:00-17:00"), hours(mon="09:10-17:00"), WeeklyHours())
    value = np.tile(
        np.stack([worth_between(12, 22), worth_between(9, 17), worth_between(0, 0)])[:, None],
        (1, 7, 1),
    )
    planned = plan_rooms(venue_with(WEEK), hours(mon="09:00-18:00"), value, today)
    assert planned == (hours(mon="12:00-18:00"), hours(mon="09:00-17:00"), WeeklyHours())


def test_an_unknown_or_booked_room_stays_open_while_its_venue_is() -> None:
    value = np.full((2, 7, 96), -1.0)
    value[0] = np.nan
    booked = np.zeros(value.shape, np.bool_)
    booked[1, 0] = (TIME_OF_DAY >= 10) & (TIME_OF_DAY < 12)
    planned = plan_rooms(venue_with(WEEK), WEEK, value, (WEEK, WEEK), booked=booked)
    assert planned == (WEEK, hours(mon="10:00-12:00"))


def test_a_pool_plans_what_one_thread_plans_in_the_same_order() -> None:
    weeks = random_weeks(np.random.default_rng(2), 30, near_today=True)
    alone = plan_weeks(weeks)
    with ThreadPoolExecutor(2) as pool:
        plans = list(plan_many(chunks(weeks, 7), pool))
    assert [len(p.worth) for p in plans] == [7, 7, 7, 7, 2]
    assert (np.concatenate([p.open for p in plans]) == alone.open).all()
    assert np.concatenate([p.worth for p in plans]) == pytest.approx(alone.worth, rel=1e-12)
