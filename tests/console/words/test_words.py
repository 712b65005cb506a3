"""Hours and states, as people read them in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from console.live.board import Board, RoomNow, Trend, Unknown, VenueNow
from console.web.services import ServiceStatus, Source
from console.words import words
from console.words.i18n import LANGUAGES, Language
from domain.estate import Room, Venue
from domain.hours import WeeklyHours, parse_day
from domain.planning import Status, Verdict

ENGLISH, CHINESE = LANGUAGES["en"], LANGUAGES["zh"]
NOW = datetime(2026, 11, 25, 6, 40, tzinfo=UTC)
"""Wednesday, 14:40 in Shanghai."""


def venue(
    *, is_open: bool = False, changes_in: timedelta | None = None, zone: str = ""
) -> VenueNow:
    place = Venue(
        id="v",
        name="Library",
        type="library",
        area="a",
        zone=zone or "Asia/Shanghai",
        hours=WeeklyHours(),
    )
    changes_at = None if changes_in is None else NOW + changes_in
    return VenueNow(venue=place, is_open=is_open, changes_at=changes_at, rooms=())


@pytest.mark.parametrize(
    ("given", "english", "chinese"),
    [
        (venue(is_open=True, changes_in=timedelta(hours=3)), "Open until 17:40", "开放中，至17:40"),
        (venue(changes_in=timedelta(hours=3)), "Closed, opens 17:40", "未开放，17:40开门"),
        (
            venue(changes_in=timedelta(hours=20)),
            "Closed, opens tomorrow 10:40",
            "未开放，明天10:40开门",
        ),
        (
            venue(changes_in=timedelta(days=3)),
            "Closed, opens Saturday 14:40",
            "未开放，周六 14:40开门",
        ),
        (
            venue(changes_in=timedelta(days=8)),
            "Closed, opens Thu 3 Dec 14:40",
            "未开放，12月3日周四 14:40开门",
        ),
        (venue(), "Closed", "未开放"),
        (venue(is_open=True), "Open without end", "全时开放"),
    ],
)
def test_a_venue_says_until_or_from_when(given: VenueNow, english: str, chinese: str) -> None:
    assert words.opening(ENGLISH, given, NOW) == english
    assert words.opening(CHINESE, given, NOW) == chinese


@pytest.mark.parametrize(
    ("hours", "english", "chinese"),
    [
        ("09:00-12:00, 14:00-18:00", "09:00–12:00, 14:00–18:00", "09:00–12:00、14:00–18:00"),
        ("18:00-02:00", "18:00–02:00 next day", "18:00–次日02:00"),
        ("18:00-24:00", "18:00–24:00", "18:00–24:00"),
        ("closed", "closed", "不开放"),
    ],
)
def test_the_hours_of_a_day(hours: str, english: str, chinese: str) -> None:
    assert words.hours(ENGLISH, parse_day(hours)) == english
    assert words.hours(CHINESE, parse_day(hours)) == chinese


def test_a_week_joins_days_with_equal_hours_wherever_they_lie() -> None:
    week = WeeklyHours.parse({"mon,wed,fri": "09:00-12:00", "tue": "13:00-17:00"})
    assert words.week(ENGLISH, week) == [
        ("Monday, Wednesday, Friday", "09:00–12:00"),
        ("Tuesday", "13:00–17:00"),
        ("Thursday, Saturday and Sunday", "closed"),
    ]
    assert words.week_line(CHINESE, week).startswith("周一、周三、周五 09:00–12:00；周二 13:00")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_state_has_a_name_of_its_own(language: Language) -> None:
    assert len({words.verdict(language, v) for v in Verdict}) == len(Verdict)
    assert len({words.status(language, s) for s in Status}) == len(Status)
    assert len({words.trend(language, t) for t in Trend}) == len(Trend)


def test_silence_is_named_by_its_time_and_by_its_day_when_that_is_past() -> None:
    room = Room(id="r", venue="v", name="Hall")
    today = RoomNow(room=room, unknown=Unknown.SILENT, last_heard=NOW - timedelta(hours=4))
    before = RoomNow(room=room, unknown=Unknown.SILENT, last_heard=NOW - timedelta(days=3))
    assert words.unknown(ENGLISH, today, venue(), NOW) == "no message since 10:40"
    assert words.unknown(CHINESE, before, venue(), NOW) == "自2026年11月22日 14:40起没有消息"


def test_what_is_not_live_says_so_on_every_page() -> None:
    live = ServiceStatus(broker_connected=True)
    replay = ServiceStatus(broker_connected=True, source=Source.REPLAY)
    demo = ServiceStatus(broker_connected=True, source=Source.DEMO, clock_speed=1200)
    assert words.source(ENGLISH, live) == ""
    assert words.source(ENGLISH, replay) == "Replay of a recording."
    assert words.source(ENGLISH, demo) == (
        "Demonstration: a simulated neighbourhood. Time runs 1,200 times as fast."
    )
    assert words.source(CHINESE, demo) == "演示：模拟的街区。时间以1,200倍速运行。"


def test_the_boards_time_is_the_venues_own_where_they_agree_on_one() -> None:
    shanghai, berlin = venue(), venue(zone="Europe/Berlin")
    alike = Board(at=NOW, venues=(shanghai, shanghai), waiting=0)
    mixed = Board(at=NOW, venues=(shanghai, berlin), waiting=0)
    assert words.clock(ENGLISH, alike) == "25 Nov 2026, 14:40"
    assert words.clock(ENGLISH, mixed) == "25 Nov 2026, 06:40 UTC"


@pytest.mark.parametrize(
    ("share", "said"), [(0.42, "42% full"), (0.93, "nearly full, 93%"), (1.1, "full, 110%")]
)
def test_how_full_a_room_is(share: float, said: str) -> None:
    assert words.fullness(ENGLISH, share) == said
