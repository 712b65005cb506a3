"""The calendar feed, read by an independent expander, says what the hours say."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from console.outputs.feeds import calendar
from console.words.i18n import LANGUAGES
from domain.estate import Venue
from domain.hours import Block, SpecialDay, WeeklyHours
from domain.planning import Origin, ScheduleVersion
from domain.schedules import openings_of

ENGLISH = LANGUAGES["en"]
ENTERED = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)


def venue(zone: str, *special: SpecialDay) -> Venue:
    return Venue(
        id="library",
        name="Library",
        name_zh="图书馆",
        type="library",
        area="centre",
        zone=zone,
        hours=WeeklyHours(),
        special_days=special,
    )


def version(number: int, hours: WeeklyHours, since: date) -> ScheduleVersion:
    return ScheduleVersion(
        venue="library",
        number=number,
        hours=hours,
        effective_from=since,
        created_at=ENTERED,
        origin=Origin.ESTATE,
    )


def opened(ical: bytes, first: date, days: int) -> list[tuple[datetime, datetime]]:
    """Open intervals in UTC of the feed's timed events that start in `days` days from `first`."""
    events: list[Any] = recurring_ical_events.of(Calendar.from_ical(ical)).between(
        first - timedelta(days=1), first + timedelta(days=days + 2)
    )
    return sorted(
        (e["DTSTART"].dt.astimezone(UTC), e["DTEND"].dt.astimezone(UTC))
        for e in events
        if isinstance(e["DTSTART"].dt, datetime)
    )


def between(
    intervals: list[tuple[datetime, datetime]], first: date, days: int
) -> list[tuple[datetime, datetime]]:
    """Intervals that start well inside the days, whatever the zone."""
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=1)
    return [i for i in sorted(intervals) if start <= i[0] < start + timedelta(days=days - 2)]


LATE = WeeklyHours.parse(
    {"mon-fri": "09:00-12:00, 14:00-18:00", "sat": "20:00-04:00", "sun": "10:00-13:30"}
)
WEEK_AFTER_MIDNIGHT = WeeklyHours(
    ((), (), (), (), (Block(1080, 1380), Block(1470, 1530)), (Block(1470, 1590),), ())
)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("hours", [LATE, WEEK_AFTER_MIDNIGHT], ids=["late", "after midnight"])
def test_a_year_of_the_feed_is_a_year_of_the_hours(zone: str, hours: WeeklyHours) -> None:
    place = venue(
        zone,
        SpecialDay(date(2026, 5, 1), name="Labour Day"),
        SpecialDay(date(2026, 7, 4), (Block(1200, 1740),), "Long night"),
        SpecialDay(date(2026, 1, 9), (Block(600, 660),)),
    )
    versions = [version(1, hours, date(1970, 1, 5))]
    first, days = date(2026, 1, 5), 370
    expected = openings_of(place, versions, first, days)
    assert len(expected) > 50
    got = opened(calendar(place, versions, ENGLISH, NOW), first, days)
    assert between(got, first, days) == between(expected, first, days)


def test_a_night_in_which_the_clocks_change_is_as_long_as_the_clock_says() -> None:
    versions = [version(1, LATE, date(1970, 1, 5))]
    got = opened(calendar(venue("Europe/Berlin"), versions, ENGLISH, NOW), date(2026, 3, 28), 1)
    saturday_night = next(i for i in got if i[0] == datetime(2026, 3, 28, 19, tzinfo=UTC))
    assert saturday_night[1] == datetime(2026, 3, 29, 2, tzinfo=UTC), "20:00 to 04:00, an hour less"


def test_a_later_version_ends_the_earlier_one_and_raises_the_sequence() -> None:
    place = venue("Europe/Berlin")
    short = WeeklyHours.parse({"mon-fri": "10:00-16:00"})
    versions = [version(1, LATE, date(1970, 1, 5)), version(2, short, date(2026, 3, 30))]
    ical = calendar(place, versions, ENGLISH, NOW)
    first, days = date(2026, 1, 5), 180
    expected = openings_of(place, versions, first, days)
    assert between(opened(ical, first, days), first, days) == between(expected, first, days)
    assert {e["SEQUENCE"] for e in events_of(ical)} == {2}


def test_a_version_that_is_replaced_before_it_holds_is_never_shown() -> None:
    place = venue("Europe/Berlin")
    short = WeeklyHours.parse({"mon-fri": "10:00-16:00"})
    versions = [
        version(1, LATE, date(1970, 1, 5)),
        version(2, short, date(2026, 3, 2)),
        version(3, LATE, date(2026, 3, 2)),
    ]
    ical = calendar(place, versions, ENGLISH, NOW)
    assert not [e for e in events_of(ical) if "library.2." in e["UID"]]
    first, days = date(2026, 1, 5), 120
    expected = openings_of(place, versions, first, days)
    assert between(opened(ical, first, days), first, days) == between(expected, first, days)


def test_events_keep_their_names_when_a_version_follows() -> None:
    place = venue("Europe/Berlin")
    versions = [version(1, LATE, date(1970, 1, 5))]
    before = {e["UID"] for e in events_of(calendar(place, versions, ENGLISH, NOW))}
    versions.append(version(2, WeeklyHours(), date(2026, 3, 30)))
    after = {e["UID"] for e in events_of(calendar(place, versions, ENGLISH, NOW))}
    assert {u for u in before if "library.1." in u} <= after


def test_a_closed_special_day_is_an_all_day_event_in_the_language_asked_for() -> None:
    place = venue("Asia/Shanghai", SpecialDay(date(2026, 10, 1), name="国庆节"))
    ical = calendar(place, [version(1, LATE, date(1970, 1, 5))], LANGUAGES["zh"], NOW)
    [closed] = [e for e in events_of(ical) if e["DTSTART"].dt == date(2026, 10, 1)]
    assert closed["SUMMARY"] == "图书馆：闭馆"
    assert closed["DESCRIPTION"] == "国庆节"


def test_the_feed_carries_its_zone_and_no_two_events_share_a_name() -> None:
    ical = calendar(venue("Europe/Berlin"), [version(1, LATE, date(1970, 1, 5))], ENGLISH, NOW)
    (zone,) = Calendar.from_ical(ical).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    names = [e["UID"] for e in events_of(ical)]
    assert len(names) == len(set(names))


@st.composite
def weeks(draw: st.DrawFn) -> WeeklyHours:
    """Any week of at most two blocks a day, past midnight included."""
    days = []
    for _ in range(7):
        edges = draw(
            st.lists(st.integers(0, 119), unique=True, max_size=4).filter(lambda e: len(e) % 2 == 0)
        )
        days.append(tuple(Block(240 + 15 * a, 240 + 15 * b) for a, b in blocks(sorted(edges))))
    for today, tomorrow in pairwise([*range(7), 0]):
        limit = days[tomorrow][0].start + 1440 if days[tomorrow] else 2880
        days[today] = tuple(b for b in days[today] if b.end <= limit)
    return WeeklyHours(tuple(days))


def blocks(edges: list[int]) -> list[tuple[int, int]]:
    return list(zip(edges[::2], edges[1::2], strict=True))


@settings(max_examples=60, deadline=None)
@example(
    first=WeeklyHours(((),) * 5 + ((Block(1560, 1620),), ())),  # all of it skipped one night
    second=WeeklyHours(),
    since=date(2026, 3, 30),
)
@given(first=weeks(), second=weeks(), since=st.dates(date(2026, 2, 1), date(2026, 6, 1)))
def test_any_hours_survive_the_journey_through_the_feed(
    first: WeeklyHours, second: WeeklyHours, since: date
) -> None:
    place = venue("America/New_York", SpecialDay(date(2026, 3, 8), (Block(60, 240),)))
    versions = [version(1, first, date(1970, 1, 5)), version(2, second, since)]
    ical = calendar(place, versions, ENGLISH, NOW)
    monday, days = date(2026, 1, 5), 200
    expected = openings_of(place, versions, monday, days)
    assert between(opened(ical, monday, days), monday, days) == between(expected, monday, days)


def events_of(ical: bytes) -> list[Any]:
    return Calendar.from_ical(ical).walk("VEVENT")
