"""Quiet hours in the person's zone, across midnight and the changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policies.messages.quiet import quiet_until
from tests.policies.messages.notices import BERLIN, SHANGHAI, wants


def here(text: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    """An instant by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24T20:59", None),
        ("2026-11-24T21:00", "2026-11-25T07:00"),
        ("2026-11-25T00:00", "2026-11-25T07:00"),
        ("2026-11-25T06:59", "2026-11-25T07:00"),
        ("2026-11-25T07:00", None),
    ],
)
def test_quiet_hours_pass_midnight(now: str, until: str | None) -> None:
    expected = until and here(until, SHANGHAI)
    assert quiet_until(wants(), here(now, SHANGHAI)) == expected


def test_there_may_be_none() -> None:
    assert quiet_until(wants(quiet=(0, 0)), here("2026-11-25T03:00", SHANGHAI)) is None


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 9), ("2026-10-24", 11)])
def test_a_night_in_which_the_clock_is_set_is_shorter_or_longer(day: str, hours: int) -> None:
    begin = here(f"{day}T21:00")
    until = quiet_until(wants(zone=BERLIN), begin)
    assert until is not None
    assert until - begin.astimezone(UTC) == timedelta(hours=hours)
    assert until.astimezone(ZoneInfo(BERLIN)).hour == 7


def test_an_end_that_the_clock_shows_twice_is_the_later_one() -> None:
    night = wants(quiet=(22 * 60, 2 * 60 + 30), zone=BERLIN)
    between = here("2026-10-25T02:45")  # summer time still
    assert quiet_until(night, between) == here("2026-10-25T02:30", fold=1).astimezone(UTC)
    assert quiet_until(night, here("2026-10-25T02:30", fold=1)) is None


def test_an_end_that_the_clock_never_shows_still_comes() -> None:
    night = wants(quiet=(22 * 60, 2 * 60 + 30), zone=BERLIN)
    assert quiet_until(night, here("2026-03-29T01:59")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert quiet_until(night, here("2026-03-29T03:31")) is None


@given(
    quiet=st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
    minute=st.integers(0, 3 * 1440),
)
def test_quiet_is_what_the_clock_on_the_wall_says_where_it_is_never_set(
    quiet: tuple[int, int], minute: int
) -> None:
    assume(quiet[0] != quiet[1])
    now = here("2026-11-24T00:00", SHANGHAI) + timedelta(minutes=minute)
    wall, (start, end) = minute % 1440, quiet
    is_quiet = start <= wall < end if start < end else wall >= start or wall < end
    until = quiet_until(wants(quiet=quiet), now)
    assert (until is not None) == is_quiet
    if until is not None:
        assert until - now == timedelta(minutes=(end - wall) % 1440)


@given(
    quiet=st.tuples(st.integers(0, 1439), st.integers(0, 1439)),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - UTC is added
    zone=st.sampled_from([BERLIN, "Australia/Lord_Howe", "America/New_York", "Africa/Casablanca"]),
)
def test_quiet_hours_end_within_a_long_day_whatever_the_clock_does(
    quiet: tuple[int, int], now: datetime, zone: str
) -> None:
    instant = now.replace(tzinfo=UTC)
    until = quiet_until(wants(quiet=quiet, zone=zone), instant)
    if until is not None:
        assert timedelta() < until - instant <= timedelta(hours=26)
