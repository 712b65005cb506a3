"""The best estimate of occupancy from bins: several days, zones and kinds of sensor."""

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue
from policies.occupancy import Nights, Occupancy, followed_full, occupancy, with_full

Floats = NDArray[np.float64]
DAY = 96


def venue(zone: str = "UTC") -> Venue:
    return Venue.model_validate(
        {"id": "v", "name": "V", "type": "library", "area": "a", "zone": zone, "hours": {}}
    )


def bins(entered: Floats, left: Floats, start: datetime, **others: Floats) -> Bins:
    nothing = np.zeros_like(entered)
    first = np.datetime64(start.astimezone(UTC).replace(tzinfo=None), "s")
    said = {
        "present": nothing + np.nan,
        "healthy": nothing + 1,
        "open": nothing + 1,
        "full": nothing,
    }
    return Bins(
        rooms=tuple(f"r{i}" for i in range(len(entered))),
        start=first + np.timedelta64(15, "m") * np.arange(entered.shape[1]),
        minutes=15,
        entered=entered,
        left=left,
        **(said | others),
    )


FOUR = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""When the business day of `venue()` begins."""


def test_ended_days_are_corrected_with_hindsight_and_today_as_it_goes() -> None:
    entered, left = np.zeros((1, DAY + 20)), np.zeros((1, DAY + 20))
    entered[0, [10, DAY + 10]] = 10
    left[0, 40] = 8
    present = occupancy(bins(entered, left, FOUR), [venue()]).present
    assert present[0, DAY - 1] == pytest.approx(0)
    assert present[0, -1] == pytest.approx(10, rel=0.05)


def test_each_room_has_its_own_zone() -> None:
    entered, left = np.zeros((2, 2 * DAY)), np.zeros((2, 2 * DAY))
    entered[:, 70], left[:, 100] = 5, 5
    here, there = occupancy(bins(entered, left, FOUR), [venue(), venue("Asia/Shanghai")]).present
    np.testing.assert_allclose(here, 0, atol=1e-9)
    np.testing.assert_allclose(there[70:100], 5)


def test_an_occupancy_sensor_stands_and_is_never_negative() -> None:
    said = np.full((1, DAY), np.nan)
    said[0, :3] = [7, -2, 3]
    counted = np.full((1, DAY), np.nan)
    present = occupancy(bins(counted, counted, FOUR, present=said), [venue()]).present
    np.testing.assert_allclose(present[0, :4], [7, 0, 3, np.nan])


def test_a_door_silent_while_closed_hides_nothing_of_the_day() -> None:
    entered, left, hours = np.zeros((1, DAY)), np.zeros((1, DAY)), np.zeros((1, DAY))
    hours[0, 20:60] = 1
    entered[0, 22], left[0, 50] = 6, 6
    entered[hours == 0] = np.nan
    present = occupancy(bins(entered, left, FOUR, open=hours), [venue()]).present
    np.testing.assert_allclose(present[0, 22:50], 6)
    assert np.isnan(present[0, [0, 80]]).all()


def test_a_day_of_23_hours_is_one_day() -> None:
    start = datetime(2026, 3, 28, 3, tzinfo=UTC)
    entered, left = np.zeros((1, 92)), np.zeros((1, 92))
    entered[0, 30] = 9
    left[0, 60] = 9
    present = occupancy(bins(entered, left, start), [venue("Europe/Zurich")]).present
    np.testing.assert_allclose(present[0, 30:60], 9)
    np.testing.assert_allclose(present[0, 60:], 0, atol=1e-9)


def test_a_room_is_full_for_the_share_of_time_at_its_capacity() -> None:
    people = np.array([[90, 97, 100, 100, 50], [np.nan, 500, 500, 500, 500]], np.float64)
    nothing = np.zeros((2, 5))
    full = with_full(bins(nothing, nothing, FOUR), people, np.array([100, np.nan])).full
    assert full.tolist() == [[0, 0.5, 1, 1, 0.5], [0, 0, 0, 0, 0]]


def test_only_rooms_that_may_fill_are_followed_and_the_others_are_never_full() -> None:
    came = np.zeros((2, 96))
    came[:, 40] = 30
    went = np.roll(came, 8, axis=1)
    full = followed_full(bins(came, went, FOUR), [venue()] * 2, np.array([30.0, 100.0])).full
    assert full[0, 41:47].tolist() == [1.0] * 6
    assert not full[1].any()


def test_growing_weeks_are_told_as_if_all_nights_were_estimated_anew() -> None:
    rng = np.random.default_rng(3)
    entered, left = np.zeros((2, 40 * DAY)), np.zeros((2, 40 * DAY))
    for day in range(40):
        came = day * DAY + rng.integers(20, 50, 60)
        np.add.at(entered[day % 2], came, 1)
        np.add.at(left[day % 2], came + rng.integers(1, 30, 60), 1)
    left[:, ::7] = 0
    known = Nights()
    for days in (20, 27, 34, 40):
        now = bins(entered[:, : days * DAY], left[:, : days * DAY], FOUR)
        told = occupancy(now, [venue()] * 2, known=known)
        anew = occupancy(now, [venue()] * 2)
        np.testing.assert_array_equal(told.present, anew.present)
        np.testing.assert_array_equal(told.high, anew.high)


def test_what_was_made_from_the_same_is_not_made_again_and_a_change_is_seen() -> None:
    known, made = Nights(), list[float]()

    def told(level: float) -> Occupancy:
        def make() -> Occupancy:
            made.append(level)
            return Occupancy.around(np.full((1, 2), level), np.zeros((1, 2)))

        return known.once([np.array([level])], make)

    assert [told(level).present[0, 0] for level in (1.0, 2.0, 1.0)] == [1, 2, 1]
    assert made == [1, 2]
