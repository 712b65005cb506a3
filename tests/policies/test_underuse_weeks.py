"""Utilisation by week, from quarter-hours."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue
from policies.underuse.weeks import RoomWeeks, weekly

Floats = NDArray[np.float64]

MONDAY = np.datetime64("2026-03-02T00:00:00", "s")
DAYS = 21
OPEN = (np.arange(96) >= 32) & (np.arange(96) < 72)
"""08:00 to 18:00."""


def venue(**fields: object) -> Venue:
    plain = {"id": "v", "name": "V", "type": "library", "area": "a", "zone": "UTC", "hours": {}}
    return Venue.model_validate(plain | {"day_starts": "00:00"} | fields)


def of(
    present: Floats | float,
    *,
    healthy: Floats | float = 1.0,
    capacity: float = 20.0,
    at: Venue | None = None,
    days: int = DAYS,
) -> RoomWeeks:
    """Weeks of one room, open 08:00 to 18:00, with so many present; (days, 96)."""
    shape = (1, days * 96)
    people = np.broadcast_to(np.asarray(present, dtype=np.float64), (days, 96)).reshape(shape)
    bins = Bins(
        rooms=("r",),
        start=MONDAY + np.timedelta64(15, "m") * np.arange(days * 96),
        minutes=15,
        entered=np.where(people > 0, 1.0, 0.0),
        left=np.zeros(shape),
        present=np.full(shape, np.nan),
        healthy=np.broadcast_to(np.asarray(healthy), (days, 96)).reshape(shape),
        open=np.tile(OPEN.astype(float), days)[None],
        full=np.zeros(shape),
    )
    return weekly(bins, people, np.array([capacity]), [at or venue()])


def test_utilisation_is_person_hours_by_capacity_hours() -> None:
    weeks = of(5.0)
    assert weeks.week.tolist() == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]
    np.testing.assert_allclose(weeks.used, 7 * 10 * 5.0)
    np.testing.assert_allclose(weeks.offered, 7 * 10 * 20.0)
    np.testing.assert_allclose(weeks.utilisation, 0.25)


def test_people_in_a_closed_room_do_not_use_it() -> None:
    after_closing = np.where(OPEN, 0.0, 9.0)
    after_closing[31] = 0  # who waits at the door is half in by the first quarter-hour
    np.testing.assert_allclose(of(after_closing).used, 0)


def test_unknown_hours_are_left_out_of_both_sides() -> None:
    mornings = np.where(np.arange(96) < 60, 5.0, np.nan)
    weeks = of(mornings)
    np.testing.assert_allclose(weeks.utilisation, 0.25)
    np.testing.assert_allclose(weeks.healthy_hours, 7 * 7.0)
    np.testing.assert_allclose(weeks.open_hours, 7 * 10.0)


def test_a_week_of_which_less_than_half_is_known_has_no_utilisation() -> None:
    weeks = of(np.where(np.arange(96) < 48, 5.0, np.nan))
    assert np.isnan(weeks.utilisation).all()


def test_a_room_without_a_capacity_has_no_utilisation() -> None:
    assert np.isnan(of(5.0, capacity=np.nan).utilisation).all()


def test_holidays_and_special_days_are_not_ordinary() -> None:
    special = [{"day": "2026-03-03", "hours": "closed", "name": "Fair"}]
    weeks = of(5.0, at=venue(special_days=special, country="DE", subdivision="BE"))
    # International Women's Day, 8 March, is a holiday in Berlin.
    np.testing.assert_allclose(weeks.open_hours, [[50.0, 70.0, 70.0]])


def test_a_week_that_is_cut_off_is_left_out() -> None:
    assert len(of(5.0, days=20).week) == 2


def test_days_without_anybody_are_told_from_days_that_are_unknown() -> None:
    present, healthy = np.full((DAYS, 96), 5.0), np.ones((DAYS, 96))
    present[[1, 2]] = 0
    healthy[2] = 0
    weeks = of(present, healthy=healthy)
    assert weeks.open_days[0].tolist() == [6, 7, 7]
    assert weeks.empty_days[0].tolist() == [1, 0, 0]


def test_weeks_begin_on_the_monday_of_the_rooms_own_zone() -> None:
    # In Shanghai the bins begin at eight on a Monday: that week is not whole.
    weeks = of(5.0, at=venue(zone="Asia/Shanghai"), days=28)
    assert weeks.week.tolist() == [date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23)]


def test_rooms_made_apart_are_joined_week_by_week() -> None:
    here, there = of(5.0), of(8.0, at=venue(zone="Asia/Shanghai"), days=28)
    joined = RoomWeeks.joined([here, there])
    assert joined.week.tolist() == [date(2026, 3, day) for day in (2, 9, 16, 23)]
    np.testing.assert_array_equal(joined.utilisation[0, :3], here.utilisation[0])
    np.testing.assert_array_equal(joined.utilisation[1, 1:], there.utilisation[0])
    assert np.isnan(joined.utilisation[[0, 1], [3, 0]]).all(), "nothing is known of these"
