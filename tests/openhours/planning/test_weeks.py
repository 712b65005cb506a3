from datetime import UTC, date, datetime

import pytest

from domain.estate import Venue
from openhours.planning.history import week_start
from openhours.planning.run import next_week_end, run_name


def _venue(zone: str) -> Venue:
    return Venue.model_validate(
        {"id": "v", "name": "V", "type": "library", "area": "a", "zone": zone, "hours": {}}
    )


SHANGHAI, LOS_ANGELES = _venue("Asia/Shanghai"), _venue("America/Los_Angeles")


@pytest.mark.parametrize(
    ("now", "monday", "run"),
    [
        (datetime(2026, 11, 22, 19, 59, tzinfo=UTC), date(2026, 11, 16), "2026-W46"),
        (datetime(2026, 11, 22, 20, 0, tzinfo=UTC), date(2026, 11, 23), "2026-W47"),
    ],
)
def test_a_week_ends_when_the_business_day_of_monday_begins(
    now: datetime, monday: date, run: str
) -> None:
    assert week_start(SHANGHAI, now) == monday
    assert run_name(SHANGHAI, now) == run


def test_the_week_over_new_year_is_named_as_iso_names_it() -> None:
    assert run_name(SHANGHAI, datetime(2027, 1, 5, tzinfo=UTC)) == "2026-W53"


def test_weeks_have_ended_everywhere_when_the_westernmost_one_has() -> None:
    after = datetime(2026, 11, 20, tzinfo=UTC)
    end = next_week_end([SHANGHAI, LOS_ANGELES], after)
    assert end == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert {run_name(v, end) for v in (SHANGHAI, LOS_ANGELES)} == {"2026-W47"}


def test_between_two_zones_ends_the_same_week_end_is_named() -> None:
    after = datetime(2026, 11, 22, 21, tzinfo=UTC)
    assert next_week_end([SHANGHAI, LOS_ANGELES], after) == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_next_week_end_lies_after_the_instant() -> None:
    end = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert next_week_end([SHANGHAI], end) == datetime(2026, 11, 29, 20, tzinfo=UTC)
