"""Whatever the format, an independent reader finds the venue open when its hours say so."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from console.outputs.feeds import calendar
from console.outputs.google import business_profile
from console.outputs.hours_csv import hours_csv
from console.outputs.hsds import location
from console.outputs.osm import opening_hours
from console.outputs.schema_org import schema_org
from console.words.i18n import LANGUAGES
from domain.estate import Venue
from domain.hours import Block, SpecialDay, WeeklyHours
from domain.planning import Origin, ScheduleVersion
from domain.schedules import announcement, openings_of
from tests.console.outputs import readers

URL = "https://hours.example/venues/hall"
CHANGES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),  # at midnight
    "Asia/Shanghai": (date(2026, 5, 1), date(2026, 10, 1)),  # none
}
"""A zone, and the dates on which its clocks change."""
WEEKS = 3

Versions = tuple[ScheduleVersion, ...]
Write = Callable[[Venue, Versions, datetime], bytes]


def as_json(made: Any) -> bytes:
    return json.dumps(made).encode()


FORMATS: dict[str, tuple[Write, Callable[..., readers.Opened]]] = {
    "iCalendar": (lambda v, s, at: calendar(v, s, LANGUAGES["en"], at), readers.of_calendar),
    "schema.org": (lambda v, s, at: as_json(schema_org(v, s, at, URL)), readers.of_schema_org),
    "OpenStreetMap": (lambda v, s, at: opening_hours(v, s, at).encode(), readers.of_osm),
    "Google": (lambda v, s, at: as_json(business_profile(v, s, at)), readers.of_google),
    "HSDS": (lambda v, s, at: as_json(location(v, s, at, URL)), readers.of_hsds),
    "CSV": (lambda v, s, at: hours_csv([(v, s)], at, 60).encode(), readers.of_csv),
    "MQTT": (lambda v, s, at: announcement(v, s, at).payload, readers.of_announcement),
}
ONE_WEEK_ONLY = {"Google"}
"""Formats that know the hours in force, and none to come."""


@st.composite
def days(draw: st.DrawFn, longest: int = 1440) -> tuple[Block, ...]:
    """Blocks of one business day from midnight on, some of which begin after the next one."""
    count = draw(st.sampled_from((0, 1, 1, 2, 2, 3)))
    edges = draw(st.lists(st.integers(0, 192), unique=True, min_size=2 * count, max_size=2 * count))
    edges.sort()
    return tuple(
        Block(15 * a, 15 * b)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if 15 * b - 15 * a <= longest
    )


@st.composite
def weeks(draw: st.DrawFn) -> WeeklyHours:
    drawn = [draw(days()) for _ in range(7)]
    for today, tomorrow in pairwise([*range(7), 0]):
        limit = drawn[tomorrow][0].start + 1440 if drawn[tomorrow] else 2880
        drawn[today] = tuple(b for b in drawn[today] if b.end <= limit)
    return WeeklyHours(tuple(drawn))


@st.composite
def venues(draw: st.DrawFn) -> tuple[Venue, Versions, date]:
    """A venue with special days around a change of its clocks, and new hours about then."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    near = st.integers(-9, 9).map(lambda n: change + timedelta(days=n))
    special = draw(
        st.lists(st.builds(SpecialDay, near, days(), st.just("Fair")), max_size=3, unique_by=_day)
    )
    place = venue(zone, *special)
    versions = [version(1, draw(weeks()), date(1970, 1, 5))]
    if draw(st.booleans()):
        versions.append(version(2, draw(weeks()), draw(near)))
    return place, tuple(versions), change - timedelta(days=10)


def _day(special: SpecialDay) -> date:
    return special.day


def venue(zone: str, *special: SpecialDay) -> Venue:
    return Venue(
        id="hall", name="Hall", name_zh="礼堂", type="sports_hall", area="centre", zone=zone,
        hours=WeeklyHours(), special_days=special, latitude=31.2, longitude=121.5,
    )  # fmt: skip


def version(number: int, hours: WeeklyHours, since: date) -> ScheduleVersion:
    return ScheduleVersion(
        venue="hall", number=number, hours=hours, effective_from=since,
        created_at=datetime(2026, 1, 5, 9, tzinfo=UTC), origin=Origin.ESTATE,
    )  # fmt: skip


def minutes(
    opened: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> set[int]:
    """The minutes of [start, end) that are open."""
    lower, upper = int(start.timestamp()) // 60, int(end.timestamp()) // 60
    found: set[int] = set()
    for a, b in opened:
        found.update(
            range(max(int(a.timestamp()) // 60, lower), min(int(b.timestamp()) // 60, upper))
        )
    return found


NIGHTS = WeeklyHours(
    ((Block(0, 1440),),) * 4 + ((Block(1080, 1380), Block(1470, 1530)), (Block(1200, 1680),), ())
)
TWO_DAYS = WeeklyHours(
    ((Block(0, 2880),), (), (Block(540, 1980),), (), (Block(1439, 1441),), (), ())
)
LONG_FAIR = (
    venue(
        "Asia/Shanghai",
        SpecialDay(date(2026, 5, 1), (Block(1080, 2400),), "Until next afternoon"),
        SpecialDay(date(2026, 5, 3), (Block(0, 1440),), "All day"),
    ),
    (version(1, NIGHTS, date(1970, 1, 5)),),
    date(2026, 4, 28),
)


@pytest.mark.parametrize("name", FORMATS)
@example(made=LONG_FAIR)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@example(
    made=(
        venue("Europe/Berlin", SpecialDay(date(2026, 3, 29), name="Fair")),
        (version(1, NIGHTS, date(1970, 1, 5)),),
        date(2026, 3, 20),
    )
)
@example(
    made=(
        venue("Africa/Cairo", SpecialDay(date(2026, 4, 23), (Block(1470, 1530),), "Fair")),
        (version(1, TWO_DAYS, date(1970, 1, 5)),),
        date(2026, 4, 20),
    )
)
@given(made=venues())
def test_a_reader_finds_open_what_is_open(name: str, made: tuple[Venue, Versions, date]) -> None:
    place, versions, today = made
    if name in ONE_WEEK_ONLY:
        versions = versions[:1]
    zone = ZoneInfo(place.zone)
    now = datetime(today.year, today.month, today.day, 12, tzinfo=zone)
    start, end = now, now + timedelta(weeks=WEEKS)
    truth = minutes(
        openings_of(place, versions, today - timedelta(days=3), 7 * WEEKS + 6), start, end
    )
    write, read = FORMATS[name]
    text = write(place, versions, now)
    assert minutes(read(text, zone, today, 7 * WEEKS + 2), start, end) == truth
