from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bins import Bins
from domain.estate import Room, Sensor
from domain.readings import CountKind, CountReading, Mark
from policies.flows import room_bins, venue_bins
from tests.policies.tables import T0, at, table_of

HALL = Room(id="hall", name="Hall", venue="house")
CAFE = Room(id="cafe", name="Café", venue="house")


def door(
    kind: CountKind = CountKind.TOTAL, interval_s: int = 300, name: str = "door", sign: int = 1
) -> Sensor:
    return Sensor.model_validate(
        {"id": name, "room": "hall", "kind": kind, "interval_s": interval_s, "sign": sign}
    )


def total(minutes: float, entered: int | None, left: int | None = 0) -> CountReading:
    return CountReading("door", CountKind.TOTAL, at(minutes), entered, left)


def change(minutes: float, entered: int, left: int = 0) -> CountReading:
    return CountReading("door", CountKind.CHANGE, at(minutes), entered, left)


def status(minutes: float) -> CountReading:
    return CountReading("door", CountKind.STATUS, at(minutes))


def present(minutes: float, people: int | None) -> CountReading:
    return CountReading("door", CountKind.PRESENT, at(minutes), present=people)


def bins_of(
    readings: Sequence[CountReading],
    *sensors: Sensor,
    minutes: float,
    rooms: Sequence[Room] = (HALL,),
    openings: Mapping[str, Sequence[tuple[datetime, datetime]]] | None = None,
) -> Bins:
    end = T0 + timedelta(minutes=minutes)
    return room_bins(table_of(readings), rooms, sensors, T0, end, openings or {})


def test_totals_are_differenced_and_shared_out_over_the_quarter_hours_they_span() -> None:
    readings = [total(-10, 100, 90), total(5, 103, 90), total(20, 109, 93), total(30, 109, 94)]
    bins = bins_of(readings, door(interval_s=900), minutes=30)
    np.testing.assert_allclose(bins.entered, [[3 * 5 / 15 + 6 * 10 / 15, 6 * 5 / 15]])
    np.testing.assert_allclose(bins.left, [[3 * 10 / 15, 3 * 5 / 15 + 1]])
    np.testing.assert_allclose(bins.healthy, 1)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=30), st.integers(60, 1800))
def test_nobody_is_lost_or_invented_where_all_is_known(steps: list[int], interval_s: int) -> None:
    minutes = -(-interval_s * len(steps) // 900) * 15
    steps += [0] * (-(-minutes * 60 // interval_s) - len(steps))
    totals = np.cumsum([1000, *steps]).tolist()
    readings = [total(n * interval_s / 60, crossings) for n, crossings in enumerate(totals)]
    bins = bins_of(readings, door(interval_s=interval_s), minutes=minutes)
    assert bins.entered.sum() == pytest.approx(sum(steps))
    assert bins.entered.min() >= 0


def test_half_hour_periods_fall_evenly_on_both_quarter_hours() -> None:
    period = CountReading("door", CountKind.PERIOD, at(30), 7, 5, period_s=1800)
    bins = bins_of([period], door(CountKind.PERIOD, interval_s=1800), minutes=45)
    np.testing.assert_allclose(bins.entered, [[3.5, 3.5, np.nan]])
    np.testing.assert_allclose(bins.left, [[2.5, 2.5, np.nan]])


def test_overlapping_periods_are_averaged_not_added() -> None:
    hours = [
        CountReading("door", CountKind.PERIOD, at(m), 8, 4, period_s=3600) for m in (60, 75, 90)
    ]
    bins = bins_of(hours, door(CountKind.PERIOD), minutes=90)
    np.testing.assert_allclose(bins.entered, 2)
    np.testing.assert_allclose(bins.healthy, 1)


def test_a_total_that_falls_makes_its_stretch_unknown_not_negative_and_not_zero() -> None:
    readings = [total(m, n) for m, n in ((0, 500), (15, 510), (30, 4), (45, 9))]
    bins = bins_of(readings, door(interval_s=900), minutes=45)
    np.testing.assert_allclose(bins.entered, [[10, np.nan, 5]])
    np.testing.assert_allclose(bins.healthy, [[1, 0, 1]])


def test_a_gap_beyond_two_and_a_half_intervals_is_unknown() -> None:
    readings = [total(m, n) for m, n in ((0, 0), (5, 1), (10, 2), (15, 3), (40, 50), (45, 53))]
    bins = bins_of(readings, door(interval_s=300), minutes=45)
    np.testing.assert_allclose(bins.entered, [[3, np.nan, np.nan]])
    np.testing.assert_allclose(bins.healthy, [[1, 0, 1 / 3]])


def test_one_lost_message_is_no_gap() -> None:
    bins = bins_of([total(0, 0), total(10, 6), total(15, 6)], door(), minutes=15)
    np.testing.assert_allclose(bins.entered, 6)
    np.testing.assert_allclose(bins.healthy, 1)


def test_the_unknown_part_of_a_bin_is_taken_for_like_its_known_part() -> None:
    readings = [total(m, n) for m, n in ((0, 0), (5, 4), (10, 8), (60, 90))]
    bins = bins_of(readings, door(), minutes=15)
    np.testing.assert_allclose(bins.entered, 12)
    np.testing.assert_allclose(bins.healthy, 2 / 3)


def test_a_sensor_mounted_the_wrong_way_round_is_turned() -> None:
    bins = bins_of([total(0, 0, 0), total(15, 9, 2)], door(interval_s=900, sign=-1), minutes=15)
    assert (bins.entered[0, 0], bins.left[0, 0]) == pytest.approx((2, 9))


def test_a_door_between_rooms_moves_people_and_is_nothing_to_the_venue() -> None:
    inner = Sensor(id="inner", room="cafe", beyond="hall", interval_s=900)
    readings = [total(0, 0), total(15, 10, 1)]
    readings += [
        CountReading("inner", CountKind.TOTAL, at(m), n, n // 2) for m, n in ((0, 0), (15, 4))
    ]
    rooms, doors, end = (HALL, CAFE), (door(interval_s=900), inner), T0 + timedelta(minutes=15)
    by_room = room_bins(table_of(readings), rooms, doors, T0, end, {})
    np.testing.assert_allclose(by_room.entered, [[10 + 2], [4]])
    np.testing.assert_allclose(by_room.left, [[1 + 4], [2]])
    venue = venue_bins(table_of(readings), rooms, doors, T0, end, {})
    assert venue.rooms == ("house",)
    np.testing.assert_allclose([venue.entered, venue.left], [[[10]], [[1]]])


def test_a_room_is_unknown_where_one_of_its_sensors_is() -> None:
    back = door(interval_s=900, name="back")
    readings = [total(0, 0), total(15, 3), total(30, 5)]
    readings += [CountReading("back", CountKind.TOTAL, at(m), n, 0) for m, n in ((0, 0), (15, 4))]
    bins = bins_of(readings, door(interval_s=900), back, minutes=30)
    np.testing.assert_allclose(bins.entered, [[7, np.nan]])
    np.testing.assert_allclose(bins.healthy, [[1, 0]])


def test_a_sensor_never_heard_of_leaves_the_room_unknown() -> None:
    bins = bins_of([total(0, 0), total(15, 3)], door(interval_s=900), door(name="back"), minutes=15)
    assert np.isnan(bins.entered).all()
    assert not bins.healthy.any()


def test_an_entry_gate_and_an_exit_gate_make_one_door() -> None:
    readings = [total(0, 0, None), total(15, 8, None)]
    readings += [
        CountReading("exit", CountKind.TOTAL, at(m), None, n) for m, n in ((0, 0), (15, 5))
    ]
    entry, exit_gate = door(interval_s=900), door(interval_s=900, name="exit")
    both = bins_of(readings, entry, exit_gate, minutes=15)
    assert (both.entered[0, 0], both.left[0, 0]) == pytest.approx((8, 5))
    alone = bins_of(readings, entry, minutes=15)
    assert alone.entered[0, 0] == pytest.approx(8)
    assert np.isnan(alone.left).all()


def test_silence_of_a_sensor_that_reports_changes_is_zero() -> None:
    bins = bins_of([change(-5, 1), change(20, 2, 1)], door(CountKind.CHANGE), minutes=45)
    np.testing.assert_allclose(bins.entered, [[0, 2, 0]])
    np.testing.assert_allclose(bins.left, [[0, 1, 0]])
    np.testing.assert_allclose(bins.healthy, 1)


def test_silence_is_unknown_before_the_first_word_and_after_eight_open_hours() -> None:
    open_all_day = {"hall": [(T0, T0 + timedelta(days=1))]}
    bins = bins_of(
        [change(30, 1), change(60, 1)],
        door(CountKind.CHANGE),
        minutes=60 + 9 * 60,
        openings=open_all_day,
    )
    np.testing.assert_allclose(bins.healthy[0], [0, 0, 1, 1] + [0] * 36)
    assert bins.entered[0, 3] == pytest.approx(1)
    assert np.isnan(bins.entered[0, [0, *range(4, 40)]]).all()


def test_a_door_that_was_heard_of_and_that_nobody_passes_all_day_has_zeros() -> None:
    bins = bins_of([change(-600, 1)], door(CountKind.CHANGE), minutes=45)
    np.testing.assert_allclose([bins.entered, bins.left], 0)
    np.testing.assert_allclose(bins.healthy, 1)


def test_signs_of_life_between_changes_say_that_nobody_passed() -> None:
    readings = [change(-5, 1), status(5), change(20, 2), status(35), status(50), change(80, 1)]
    bins = bins_of(readings, door(CountKind.CHANGE), minutes=90)
    np.testing.assert_allclose(bins.entered, [[0, 2, 0, 0, 0, 1]])
    np.testing.assert_allclose(bins.healthy, 1)


def test_a_sign_of_life_as_first_word_makes_silence_known_from_the_next_quarter_hour_on() -> None:
    bins = bins_of([status(20), status(50)], door(CountKind.CHANGE), minutes=75)
    np.testing.assert_allclose(bins.entered, [[np.nan, np.nan, 0, 0, 0]])


def test_signs_of_life_of_a_sensor_that_counts_by_totals_after_all_are_no_counts() -> None:
    readings = [total(-600, 5), status(-590), total(5, 9), status(20), status(35)]
    bins = bins_of(readings, door(CountKind.CHANGE), minutes=45)
    assert np.isnan(bins.entered).all()


def test_a_crossing_one_way_says_that_nobody_went_the_other_way() -> None:
    """Children come in the morning and go in the afternoon, each crossing a message of its own."""
    readings = [CountReading("door", CountKind.CHANGE, at(m), 1, None) for m in range(-5, 25, 5)]
    readings += [CountReading("door", CountKind.CHANGE, at(540 + m), None, 1) for m in (0, 5)]
    readings += [CountReading("door", CountKind.CHANGE, at(300), 1, None)]
    hours = {"hall": [(T0, T0 + timedelta(days=1))]}
    bins = bins_of(readings, door(CountKind.CHANGE), minutes=600, openings=hours)
    np.testing.assert_allclose(bins.healthy, 1)
    assert (bins.entered.sum(), bins.left.sum()) == pytest.approx((5, 2))


def test_a_closed_weekend_makes_no_sensor_sick() -> None:
    hours = {
        "hall": [(T0, T0 + timedelta(hours=2)), (T0 + timedelta(days=3), T0 + timedelta(days=4))]
    }
    readings = [change(0, 1), change(60, 1), change(3 * 1440 + 30, 1)]
    bins = bins_of(readings, door(CountKind.CHANGE), minutes=3 * 1440 + 60, openings=hours)
    np.testing.assert_allclose(bins.healthy, 1)
    np.testing.assert_allclose(bins.entered.sum(), 2)


def test_people_present_are_averaged_over_time() -> None:
    readings = [present(-6, 10), present(6, 40), present(15, 40), present(36, 0)]
    bins = bins_of(readings, door(CountKind.PRESENT, interval_s=1260), minutes=45)
    np.testing.assert_allclose(bins.present, [[(6 * 10 + 9 * 40) / 15, 40, (6 * 40) / 15]])
    assert np.isnan(bins.entered).all()


def test_people_present_are_unknown_after_a_gap_or_when_the_sensor_says_nothing() -> None:
    readings = [present(0, 10), present(60, 20), present(75, None)]
    bins = bins_of(readings, door(CountKind.PRESENT, interval_s=900), minutes=105)
    np.testing.assert_allclose(bins.present, [[10, 10, 10, np.nan, 20, np.nan, np.nan]])
    np.testing.assert_allclose(bins.healthy, [[1, 1, 0.5, 0, 1, 0, 0]])


def test_a_number_of_people_that_stands_still_for_days_is_unknown_but_an_empty_room_is_not() -> (
    None
):
    open_all_day = {"hall": [(T0, T0 + timedelta(days=1))]}
    for people, share in ((40, 0.0), (0, 1.0)):
        readings = [present(15 * n, people) for n in range(48)] + [present(720, 7)]
        bins = bins_of(
            readings,
            door(CountKind.PRESENT, interval_s=900),
            minutes=735,
            openings=open_all_day,
        )
        np.testing.assert_allclose(bins.healthy[0, :48], share)
        assert bins.present[0, 48] == 7


def test_a_sensor_counts_by_its_own_kind_only() -> None:
    readings = [total(0, 0), total(15, 6)]
    readings.append(CountReading("door", CountKind.PERIOD, at(15), 6, 0, period_s=900))
    bins = bins_of(readings, door(interval_s=900), minutes=15)
    assert bins.entered[0, 0] == pytest.approx(6)


def test_the_open_share_of_a_bin_is_the_part_that_lies_in_the_hours() -> None:
    hours = {"hall": [(T0 + timedelta(minutes=10), T0 + timedelta(minutes=33))]}
    bins = bins_of([], door(), minutes=45, openings=hours)
    np.testing.assert_allclose(bins.open, [[1 / 3, 1, 3 / 15]])


def test_bins_lie_on_the_quarter_hours_of_utc() -> None:
    end = T0 + timedelta(minutes=16)
    bins = room_bins(table_of([]), [HALL], [door()], T0 + timedelta(minutes=7), end, {})
    assert bins.start.tolist() == [T0.replace(tzinfo=None), T0.replace(minute=15, tzinfo=None)]


def test_a_door_that_is_always_passed_and_stands_still_for_a_day_has_a_dead_counter() -> None:
    hours = {"hall": [(T0, T0 + timedelta(days=4))]}
    busy = [total(15 * n, 4 * n) for n in range(192)]
    for after, healthy in (([total(15 * n, 764) for n in range(192, 289)], 0), ([], 0)):
        bins = bins_of([*busy, *after], door(interval_s=900), minutes=4320, openings=hours)
        np.testing.assert_allclose(bins.healthy[0, 192:287], healthy)
        np.testing.assert_allclose(bins.entered[0, 1:190], 4)


def test_a_door_that_few_pass_may_stand_still_for_a_day() -> None:
    hours = {"hall": [(T0, T0 + timedelta(days=4))]}
    few = [total(15 * n, n // 60) for n in range(192)]
    still = [total(15 * n, 3) for n in range(192, 289)]
    bins = bins_of([*few, *still], door(interval_s=900), minutes=4320, openings=hours)
    np.testing.assert_allclose(bins.healthy[0, 192:287], 1)


def test_a_door_that_nobody_uses_on_a_day_of_the_week_is_not_dead_on_it() -> None:
    """Two weeks of 32 an open day, but nobody on both Wednesdays, though the house is open."""
    hours = {"hall": [(T0 + timedelta(days=n), T0 + timedelta(days=n, hours=8)) for n in range(14)]}
    for unused, known in (((2, 9), 1), ((9,), 0)):
        people = [n % 96 < 32 and n // 96 not in unused for n in range(14 * 96)]
        totals = np.cumsum([0, *people]).tolist()
        readings = [total(15 * n, totals[n], totals[n]) for n in range(14 * 96 + 1)]
        longer = {"hall": [(a, b + timedelta(hours=1)) for a, b in hours["hall"]]}
        bins = bins_of(readings, door(interval_s=900), minutes=14 * 1440, openings=longer)
        np.testing.assert_allclose(bins.healthy[0, 9 * 96 : 9 * 96 + 32], known)


def test_a_period_that_is_said_again_counts_as_it_was_said_last() -> None:
    first = CountReading("door", CountKind.PERIOD, at(15), 5, 0, period_s=900)
    again = first._replace(entered=7, seq=1)
    bins = bins_of([first, again], door(CountKind.PERIOD, interval_s=900), minutes=15)
    np.testing.assert_allclose(bins.entered, 7)


@pytest.mark.parametrize("minute", [25, 30])
def test_a_sign_of_life_tells_of_a_start_that_no_total_tells_of(minute: int) -> None:
    """Near its width, the fall would pass for a rollover."""
    boot = CountReading("door", CountKind.STATUS, at(minute), marks=Mark.BOOTED)
    totals = [total(m, n, None) for m, n in ((0, 65_500), (15, 65_510), (30, 4), (45, 9))]
    said = sorted([*totals, boot], key=lambda r: r.time_us)
    bins = bins_of(said, door(interval_s=900), minutes=45)
    np.testing.assert_allclose(bins.entered, [[10, np.nan, 5]])


def test_a_start_told_with_one_direction_only_is_one_of_the_other_too() -> None:
    said = [total(m, n, None) for m, n in ((0, 65_500), (15, 65_520), (30, 4), (45, 9))]
    said += [total(m, None, n)._replace(seq=1) for m, n in ((0, 80), (15, 90), (45, 4))]
    said.append(total(30, None, 1)._replace(seq=1, marks=int(Mark.BOOTED)))
    bins = bins_of(said, door(interval_s=900), minutes=45)
    np.testing.assert_allclose(bins.entered, [[20, np.nan, 5]])
    np.testing.assert_allclose(bins.left, [[10, np.nan, 3]])


def test_where_the_declared_kind_is_missing_another_stands_in_and_they_are_never_added() -> None:
    totals = [total(m, n) for m, n in ((0, 0), (15, 6), (30, 12))]
    periods = [
        CountReading("door", CountKind.PERIOD, at(m), 6, 0, period_s=900) for m in (15, 30, 45, 60)
    ]
    bins = bins_of([*totals, *periods], door(interval_s=900), minutes=60)
    np.testing.assert_allclose(bins.entered, 6)
    as_periods = bins_of(periods, door(interval_s=900), minutes=60)
    np.testing.assert_allclose(as_periods.entered, 6)


def test_silence_of_events_does_not_stand_in_for_totals_that_are_missing() -> None:
    readings = [total(0, 0), total(15, 6), change(5, 6), total(120, 40), change(110, 3)]
    bins = bins_of(sorted(readings, key=lambda r: r.time_us), door(interval_s=900), minutes=120)
    assert np.isnan(bins.entered[0, 1:7]).all()
