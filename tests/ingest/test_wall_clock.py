"""Wall times of rows that follow one another."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import epoch_us
from ingest.codecs.faults import Fault
from ingest.wall_clock import WallClock

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_hour_that_comes_twice_is_told_by_the_rows_going_forward() -> None:
    clock = WallClock(BERLIN)
    walls = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    times = [clock.instant_us("door", f"2026-10-25 {wall}") for wall in walls]
    assert [b - a for a, b in pairwise(times)] == [1_800_000_000] * 5


def test_each_device_has_an_hour_of_its_own_that_comes_twice() -> None:
    clock = WallClock(BERLIN)
    clock.instant_us("east", "2026-10-25 02:30")
    first_us = epoch_us(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert clock.instant_us("west", "2026-10-25 02:30") == first_us


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("", "no time"),
        (None, "no time"),
        ("2026-10-25 02:30", "local time without a zone"),
        ("noon", "not a time"),
    ],
)
def test_what_tells_no_instant_is_a_fault(time: str | None, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        WallClock(None).instant_us("door", time)
    assert caught.value.reason == reason
