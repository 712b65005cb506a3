from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendars import (
    HOLIDAY,
    day_types,
    epoch_us,
    from_epoch_us,
    hours_on,
    instant,
    is_open,
    local_slots,
    next_monday,
    openings,
    slot_mask,
    week_mask,
)
from domain.hours import SpecialDay, WeeklyHours, parse_day
from tests.strategies import ZONES, weeks

ALL_ZONES = sorted(available_timezones())
MINUTE = timedelta(minutes=1)
NIGHTLY = WeeklyHours.parse(
    {"mon-sun": "01:00-01:45, 02:00-02:30, 02:45-03:15, 03:30-12:00, 20:00-24:30"}
)
"""Edges on both sides of midnight and of the hours at which clocks change."""


def offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def clock_changes(zone: ZoneInfo) -> Iterator[tuple[datetime, timedelta]]:
    """The instants in 2024 to 2026 at which the zone's clocks change, and by how much."""
    noons = [datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(1096)]
    offsets = [offset(noon, zone) for noon in noons]
    for noon, (before, after) in zip(noons, pairwise(offsets), strict=False):
        if before != after:
            instants = (noon + n * MINUTE for n in range(1441))
            yield next(at for at in instants if offset(at, zone) == after), after - before


CHANGES = {name: list(clock_changes(ZoneInfo(name))) for name in ALL_ZONES}
CHANGING = [name for name in ALL_ZONES if CHANGES[name]]


def minute_of(at: datetime) -> int:
    return at.hour * 60 + at.minute


def is_skipped(shown: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks never showed this wall time: reading it back shows another."""
    return wall(shown.replace(tzinfo=zone).astimezone(UTC), zone) != shown


def is_planned(at: datetime, minutes: set[int], shift: timedelta, zone: ZoneInfo) -> bool:
    """Whether the wall clock shows one of `minutes` at `at`, or a change by `shift` skipped it."""
    shown = wall(at, zone)
    meant = shown - shift
    return minute_of(shown) in minutes or (is_skipped(meant, zone) and minute_of(meant) in minutes)


def test_the_zones_under_test_change_their_clocks_in_every_way() -> None:
    assert len(ALL_ZONES) > 400
    shifts = {abs(shift) for changes in CHANGES.values() for _, shift in changes}
    assert {timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)} <= shifts
    assert [shift for _, shift in CHANGES["Africa/Casablanca"]][:2] == [
        timedelta(hours=-1),
        timedelta(hours=1),
    ]
    assert "Asia/Shanghai" not in CHANGING


@pytest.mark.parametrize("name", CHANGING)
def test_doors_open_when_the_clock_on_the_wall_says_so(name: str) -> None:
    zone = ZoneInfo(name)
    starts, ends = ({edge % 1440 for edge in edges} for edges in zip(*NIGHTLY.days[0], strict=True))
    for at, shift in CHANGES[name]:
        found = openings(wall(at, zone).date() - timedelta(days=2), 4, NIGHTLY, zone)
        assert all(start < end for start, end in found)
        assert all(end <= start for (_, end), (start, _) in pairwise(found))
        goes_on = {end for _, end in found}
        assert all(is_planned(s, starts, shift, zone) or s in goes_on for s, _ in found)
        assert all(is_planned(e, ends, shift, zone) for _, e in found)


@pytest.mark.parametrize("name", CHANGING)
def test_away_from_the_change_itself_open_means_what_the_wall_clock_says(name: str) -> None:
    zone = ZoneInfo(name)
    for at, shift in CHANGES[name]:
        first = wall(at, zone).date() - timedelta(days=2)
        found = openings(first, 4, NIGHTLY, zone)
        for quarter in range(-96, 96):
            moment = at + (quarter + 0.5) * 15 * MINUTE
            if abs(moment - at) > abs(shift):
                minute = minute_of(wall(moment, zone))
                by_the_wall = any(
                    b.start <= m < b.end for b in NIGHTLY.days[0] for m in (minute, minute + 1440)
                )
                assert any(start <= moment < end for start, end in found) == by_the_wall


def test_a_skipped_time_is_read_before_the_change_and_a_repeated_one_comes_first() -> None:
    zurich = ZoneInfo("Europe/Zurich")
    assert instant(date(2026, 3, 29), 150, zurich) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 25), 150, zurich) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 24), 1440 + 240, zurich) == datetime(2026, 10, 25, 3, tzinfo=UTC)


@settings(deadline=None)
@given(st.integers(-(2**52), 2**52))
def test_microseconds_since_1970_survive_the_way_to_an_instant_and_back(time_us: int) -> None:
    assert epoch_us(from_epoch_us(time_us)) == time_us


def test_an_island_that_moves_half_an_hour_stays_open_half_an_hour_longer() -> None:
    week = WeeklyHours.parse({"mon-sun": "20:00-28:00"})
    [(start, end)] = openings(date(2026, 4, 4), 1, week, ZoneInfo("Australia/Lord_Howe"))
    assert end - start == timedelta(hours=8, minutes=30)
    [(start, end)] = openings(date(2026, 10, 3), 1, week, ZoneInfo("Australia/Lord_Howe"))
    assert end - start == timedelta(hours=7, minutes=30)


def test_a_day_that_the_calendar_skipped_opens_no_door_twice() -> None:
    apia, week = ZoneInfo("Pacific/Apia"), WeeklyHours.parse({"mon-sun": "09:00-17:00"})
    found = openings(date(2011, 12, 29), 3, week, apia)
    assert [wall(start, apia).date().day for start, _ in found] == [29, 31]
    assert all(end - start == timedelta(hours=8) for start, end in found)


def test_casablanca_keeps_its_hours_through_ramadan() -> None:
    zone, week = ZoneInfo("Africa/Casablanca"), WeeklyHours.parse({"mon-sun": "09:00-17:00"})
    found = openings(date(2026, 2, 1), 90, week, zone)
    assert {(wall(s, zone).hour, wall(e, zone).hour) for s, e in found} == {(9, 17)}
    assert len({s.hour for s, _ in found}) == 2


@settings(deadline=None)
@given(
    week=weeks(),
    name=st.sampled_from(ZONES),
    at=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants these naive
)
def test_open_now_is_to_be_within_an_opening(week: WeeklyHours, name: str, at: datetime) -> None:
    zone = ZoneInfo(name)
    found = openings(wall(at, zone).date() - timedelta(days=3), 6, week, zone)
    assert is_open(at, week, zone) == any(start <= at < end for start, end in found)


def test_a_special_day_stands_in_for_the_weekday() -> None:
    week = WeeklyHours.parse({"mon-sun": "09:00-17:00"})
    special = [
        SpecialDay(date(2026, 10, 1)),
        SpecialDay(date(2026, 10, 2), parse_day("20:00-26:00")),
    ]
    zone = ZoneInfo("Asia/Shanghai")
    assert hours_on(date(2026, 10, 1), week, special) == ()
    assert hours_on(date(2026, 10, 3), week, special) == parse_day("09:00-17:00")
    found = openings(date(2026, 10, 1), 3, week, zone, special)
    assert [(wall(s, zone).day, wall(s, zone).hour) for s, _ in found] == [(2, 20), (3, 9)]
    one_at_night = datetime(2026, 10, 3, 1, tzinfo=zone)
    assert is_open(one_at_night, week, zone, special)
    assert not is_open(one_at_night, week, zone)


@settings(deadline=None)
@given(
    name=st.sampled_from(ALL_ZONES),
    day_starts=st.integers(0, 95).map(lambda n: n * 15),
    seconds=st.lists(st.integers(1_577_836_800, 1_893_456_000), max_size=30),
)
def test_local_slots_are_those_of_the_zone_taken_one_by_one(
    name: str, day_starts: int, seconds: list[int]
) -> None:
    zone = ZoneInfo(name)
    slots = local_slots(np.array(seconds, dtype="datetime64[s]"), zone, day_starts)
    shown = [
        wall(datetime.fromtimestamp(s, UTC), zone) - timedelta(minutes=day_starts) for s in seconds
    ]
    assert slots.day.tolist() == [w.date() for w in shown]
    assert slots.slot.tolist() == [minute_of(w) // 15 for w in shown]


@pytest.mark.parametrize("name", CHANGING)
def test_local_slots_follow_the_clocks_around_their_changes(name: str) -> None:
    zone = ZoneInfo(name)
    quarters = [at + n * 15 * MINUTE for at, _ in CHANGES[name] for n in range(-12, 12)]
    slots = local_slots(
        np.array([int(q.timestamp()) for q in quarters], dtype="datetime64[s]"), zone, 240
    )
    shown = [wall(q, zone) - timedelta(hours=4) for q in quarters]
    assert slots.day.tolist() == [w.date() for w in shown]
    assert slots.slot.tolist() == [minute_of(w) // 15 for w in shown]


def test_a_weekend_day_worked_for_a_holiday_counts_as_a_friday() -> None:
    worked, festival, saturday = date(2026, 2, 14), date(2026, 2, 17), date(2026, 3, 7)
    assert day_types([worked, festival, saturday], "CN").tolist() == [4, HOLIDAY, 5]
    assert day_types([worked, festival, saturday], "").tolist() == [5, 1, 5]


def test_a_subdivision_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert day_types([epiphany], "DE", "BY").tolist() == [HOLIDAY]
    assert day_types([epiphany], "DE", "BE").tolist() == [epiphany.weekday()]


@settings(deadline=None)
@given(week=weeks(6 * 60))
def test_masks_hold_the_open_quarter_hours_of_the_business_day(week: WeeklyHours) -> None:
    mask = week_mask(week, 6 * 60)
    assert mask.shape == (7, 96)
    assert mask.sum() * 15 == week.minutes
    for day, slots in zip(week.days, mask, strict=True):
        for block in day:
            assert slots[(block.start - 360) // 15 : (block.end - 360) // 15].all()


def test_a_quarter_hour_that_is_open_in_part_is_not_in_the_mask() -> None:
    assert slot_mask(parse_day("09:05-09:35"), 0).nonzero()[0].tolist() == [37]


@pytest.mark.parametrize(
    ("day", "monday"),
    [(date(2026, 11, 23), date(2026, 11, 23)), (date(2026, 11, 24), date(2026, 11, 30))],
)
def test_the_next_monday_is_today_on_a_monday(day: date, monday: date) -> None:
    assert next_monday(day) == monday
