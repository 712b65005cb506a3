"""The live board's numbers, from readings in a real store, against numbers counted by hand."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from console.live.board import RoomNow, Trend, Unknown, VenueNow
from console.live.making import BoardMaker
from domain.estate_rules import check
from domain.hand_counts import HeadCount
from domain.readings import CountKind, CountReading
from domain.schedules import entered
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""A Wednesday; the house is in UTC and its day begins at 04:00."""
TOTAL, PERIOD, CHANGE, PRESENT, _ = CountKind


class House:
    """One venue with a hall and a café, whose doors are given by each test."""

    def __init__(self, ledger: SqlLedger, timeseries: DuckDBStore) -> None:
        self.ledger, self.timeseries = ledger, timeseries

    def enter(self, *sensors: Mapping[str, object], hours: str = "09:00-18:00") -> None:
        estate = check(
            {
                "areas": [{"id": "here", "name": "Here"}],
                "venues": [
                    {
                        "id": "house",
                        "name": "House",
                        "type": "library",
                        "area": "here",
                        "zone": "UTC",
                        "hours": {"mon-sun": hours},
                    }
                ],
                "rooms": [
                    {"id": "hall", "venue": "house", "name": "Hall", "capacity": 50},
                    {"id": "cafe", "venue": "house", "name": "Café"},
                ],
                "sensors": list(sensors),
            }
        )
        past = NOON - timedelta(days=60)
        versions = [entered(v, (), past, "test") for v in estate.venues]
        self.ledger.put_estate(estate, versions, [], actor="test", at=past)

    def say(self, readings: Iterable[CountReading]) -> None:
        self.timeseries.add(list(readings))

    def venue(self, now: datetime = NOON) -> VenueNow:
        Binning(self.ledger, self.timeseries).update(now)
        (venue,) = BoardMaker(self.ledger, self.timeseries).board(now).venues
        return venue

    def hall(self, now: datetime = NOON) -> RoomNow:
        return next(r for r in self.venue(now).rooms if r.room.id == "hall")


@pytest.fixture
def house(own_ledger: SqlLedger, own_timeseries: DuckDBStore) -> House:
    return House(own_ledger, own_timeseries)


def door(kind: CountKind, interval_s: int = 60, **more: Any) -> dict[str, object]:
    return {"id": "door", "room": "hall", "kind": kind, "interval_s": interval_s} | more


def reading(at: datetime, kind: CountKind, sensor: str = "door", **counts: Any) -> CountReading:
    return CountReading(sensor, kind, round(at.timestamp() * 1e6), **counts)


def totals(
    until: datetime, steps: Mapping[str, tuple[int, int]], interval_s: int = 60
) -> list[CountReading]:
    """A total each interval since 04:00, to which each step adds at its time."""
    at, said = NOON.replace(hour=4), []
    into = out = 0
    left = sorted(steps)
    while at <= until:
        while left and f"{at:%H:%M:%S}" >= left[0]:
            came, went = steps[left.pop(0)]
            into, out = into + came, out + went
        said.append(reading(at, TOTAL, entered=into, left=out))
        at += timedelta(seconds=interval_s)
    return said


@pytest.mark.parametrize("second", [0, 20, 59])
@pytest.mark.parametrize("minute", [0, 1, 7, 14])
def test_a_total_counts_up_to_its_last_reading(house: House, minute: int, second: int) -> None:
    now = NOON + timedelta(minutes=minute, seconds=second)
    house.enter(door(TOTAL))
    house.say(totals(now, {"09:10:00": (20, 0), "10:00:00": (0, 6), "11:59:30": (3, 1)}))
    assert house.hall(now).occupancy == pytest.approx(16)


@pytest.mark.parametrize("late_s", [0, 35, 110, 290])
@pytest.mark.parametrize("kind", [TOTAL, PERIOD])
def test_doors_that_report_at_different_times_add_up(
    house: House, kind: CountKind, late_s: int
) -> None:
    back = door(kind, interval_s=120) | {"id": "back"}
    house.enter(door(kind, interval_s=120), back)
    rng = np.random.default_rng(late_s)
    people = 0
    for sensor, until in (("door", NOON), ("back", NOON - timedelta(seconds=late_s))):
        came = rng.integers(0, 3, size=300)
        came[:70] = 0  # the day begins with the sixtieth
        people += int(came.sum())
        said = np.cumsum(came) if kind is TOTAL else came
        ats = (until - timedelta(seconds=120 * n) for n in reversed(range(300)))
        house.say(
            reading(at, kind, sensor, entered=int(n), left=0, period_s=120)
            for at, n in zip(ats, said, strict=True)
        )
    assert house.hall().occupancy == pytest.approx(people, rel=1e-3)


def test_a_reading_of_this_instant_shows_at_once(house: House) -> None:
    house.enter(door(TOTAL, interval_s=300))
    steps = {"09:10:00": (20, 0), "12:00:00": (5, 0)}
    before = [r for r in totals(NOON, steps, 300) if r.time_us < NOON.timestamp() * 1e6]
    house.say(before)
    assert house.hall().occupancy == pytest.approx(20)
    house.say(totals(NOON, steps, 300))
    assert house.hall().occupancy == pytest.approx(25)


@pytest.mark.parametrize("minute", [0, 1, 4, 14])
def test_one_person_through_the_door_is_one_person(house: House, minute: int) -> None:
    now = NOON + timedelta(minutes=minute, seconds=30)
    house.enter(door(CHANGE))
    house.say([reading(NOON.replace(hour=4), CHANGE, entered=0, left=0)])
    house.say([reading(now - timedelta(seconds=5), CHANGE, entered=1, left=0)])
    assert house.hall(now).occupancy == pytest.approx(1)


def test_a_counter_that_reports_hourly_is_known_up_to_its_last_report(house: House) -> None:
    house.enter(door(PERIOD, interval_s=3600))
    for hour, came, went in ((9, 0, 0), (10, 12, 0), (11, 8, 5), (12, 4, 1)):
        at = NOON.replace(hour=hour)
        house.say([reading(at, PERIOD, entered=came, left=went, period_s=3600)])
    assert house.hall(NOON + timedelta(minutes=50)).occupancy == pytest.approx(18)
    assert house.hall(NOON + timedelta(hours=3)).unknown is Unknown.SILENT


def test_a_room_whose_door_nobody_has_passed_today_is_empty(house: House) -> None:
    house.enter(door(CountKind.CHANGE))
    yesterday = NOON - timedelta(hours=20)
    house.say([reading(yesterday, CountKind.CHANGE, entered=1, left=1)])
    assert house.hall().occupancy == 0
    house.say([reading(NOON - timedelta(minutes=5), CountKind.STATUS)])
    assert house.hall().occupancy == 0


def test_an_occupancy_sensor_is_taken_at_its_last_word(house: House) -> None:
    house.enter(door(PRESENT, interval_s=120))
    start = NOON - timedelta(minutes=30)
    for n, present in enumerate([4, 4, 5, 9, 9, 9, 12, 12, 12, 12, 12, 12, 12, 12, 12, 17]):
        house.say([reading(start + timedelta(minutes=2 * n), PRESENT, present=present)])
    hall = house.hall(NOON + timedelta(seconds=20))
    assert hall.occupancy == 17
    assert hall.trend is Trend.RISING


def test_who_passes_a_door_between_rooms_is_in_the_other_room(house: House) -> None:
    inner = {"id": "inner", "room": "cafe", "beyond": "hall", "kind": TOTAL, "interval_s": 60}
    house.enter(door(TOTAL), inner)
    house.say(totals(NOON, {"09:10:00": (20, 0)}))
    through = [r._replace(sensor="inner") for r in totals(NOON, {"10:30:00": (7, 2)})]
    house.say(through)
    venue = house.venue()
    assert {r.room.id: r.occupancy for r in venue.rooms} == pytest.approx({"hall": 15, "cafe": 5})
    assert venue.inside == pytest.approx(20)


def test_yesterdays_ghosts_do_not_stay_overnight(house: House) -> None:
    house.enter(door(TOTAL))
    yesterday = [r._replace(time_us=r.time_us - 86_400_000_000) for r in totals(NOON, {})]
    ghosts = totals(NOON, {"04:00:00": (30, 0), "10:00:00": (4, 0)})
    house.say([*yesterday, *ghosts[1:]])
    hall = house.hall()
    assert hall.occupancy == pytest.approx(4), "30 never left yesterday; 4 came today"


GONE = pytest.approx(0, abs=4)
"""All of the 100 of today, when the 80 who were seen to leave are as many as of 28 days before."""


def say_weeks_that_miss_who_leaves(house: House, until: datetime) -> None:
    """Every day 100 come at 10:00, and 80 of them are seen to leave at 16:00."""
    house.enter(door(PERIOD, interval_s=3600))
    counts = {10: (100, 0), 16: (0, 80)}
    hours = (until - timedelta(hours=n) for n in range(29 * 24))
    said = ((at, *counts.get(at.hour, (0, 0))) for at in hours)
    house.say(reading(at, PERIOD, entered=i, left=o, period_s=3600) for at, i, o in said)


def test_a_door_that_misses_people_who_leave_is_balanced_by_the_last_weeks(house: House) -> None:
    now = NOON.replace(hour=16)
    say_weeks_that_miss_who_leaves(house, now)
    assert house.hall(now).occupancy == GONE, "raw counts would say 20"


def test_a_board_drawn_before_the_bins_of_the_last_weeks_does_not_spoil_the_day(
    house: House,
) -> None:
    now = NOON.replace(hour=16)
    say_weeks_that_miss_who_leaves(house, now)
    maker = BoardMaker(house.ledger, house.timeseries)
    maker.board(now)
    Binning(house.ledger, house.timeseries).update(now)
    later = maker.board(now + timedelta(minutes=15)).venue("house")
    hall = next(r for r in later.rooms if r.room.id == "hall")
    assert hall.occupancy == GONE


def test_heads_counted_by_hand_set_the_room_right_and_narrow_its_band(house: House) -> None:
    house.enter(door(TOTAL))
    house.say(totals(NOON, {"09:10:00": (60, 0), "10:10:00": (0, 35)}))
    before = house.hall()
    at = NOON.replace(hour=11)
    heads = HeadCount(room="hall", at=at, present=31, actor="m-1")
    house.ledger.add_head_count(heads, NOON)
    after = house.hall()
    assert before.occupancy == pytest.approx(25)
    assert after.occupancy == pytest.approx(31, abs=1.5)
    assert after.half_band < before.half_band


def test_after_a_lost_stretch_the_count_is_unknown_until_the_next_day(house: House) -> None:
    house.enter(door(TOTAL))
    said = totals(NOON, {"09:10:00": (20, 0)})
    house.say(r for r in said if not 10 <= datetime.fromtimestamp(r.time_us / 1e6, UTC).hour < 11)
    hall = house.hall()
    assert hall.occupancy is None
    assert hall.unknown is Unknown.GAP


def test_a_sensor_that_fell_silent_is_named_with_its_last_time(house: House) -> None:
    house.enter(door(TOTAL))
    house.say(totals(NOON.replace(hour=10, minute=42), {"09:10:00": (20, 0)}))
    hall = house.hall()
    assert hall.unknown is Unknown.SILENT
    assert hall.last_heard == NOON.replace(hour=10, minute=42)


def test_rooms_without_sensor_or_message_say_which(house: House) -> None:
    house.enter(door(TOTAL))
    unknown = {r.room.id: r.unknown for r in house.venue().rooms}
    assert unknown == {"hall": Unknown.NEVER_HEARD, "cafe": Unknown.NO_SENSOR}


@pytest.mark.parametrize(
    ("steps", "trend"),
    [
        ({"09:10:00": (20, 0)}, Trend.STEADY),
        ({"09:10:00": (20, 0), "11:50:00": (6, 0)}, Trend.RISING),
        ({"09:10:00": (20, 0), "11:50:00": (0, 6)}, Trend.FALLING),
        ({}, None),
    ],
)
def test_the_trend_compares_with_a_quarter_of_an_hour_ago(
    house: House, steps: dict[str, tuple[int, int]], trend: Trend | None
) -> None:
    house.enter(door(TOTAL))
    house.say(totals(NOON, steps))
    assert house.hall().trend is trend


@pytest.mark.parametrize(
    ("hours", "now", "is_open", "changes"),
    [
        ("09:00-18:00", "2026-03-04T12:00", True, "2026-03-04T18:00"),
        ("09:00-18:00", "2026-03-04T18:00", False, "2026-03-05T09:00"),
        ("09:00-12:00, 14:00-18:00", "2026-03-04T12:30", False, "2026-03-04T14:00"),
        ("18:00-02:00", "2026-03-04T01:30", True, "2026-03-04T02:00"),
        ("closed", "2026-03-04T12:00", False, None),
    ],
)
def test_a_venue_says_whether_it_is_open_and_when_that_changes(
    house: House, hours: str, now: str, *, is_open: bool, changes: str | None
) -> None:
    house.enter(hours=hours)
    venue = house.venue(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert venue.is_open is is_open
    expected = datetime.fromisoformat(changes).replace(tzinfo=UTC) if changes else None
    assert venue.changes_at == expected
