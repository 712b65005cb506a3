"""Guarantees that schedules broke, by day."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Origin, ScheduleVersion
from policies.uplift.breaches import breaches

MONDAY = date(2026, 3, 2)
DAYS = [MONDAY + timedelta(days=n) for n in range(14)]
KINDS = np.array([d.weekday() for d in DAYS], dtype=np.int8)


def venue() -> Venue:
    limits = {"core": {"mon-fri": "10:00-16:00"}, "notice_days": 7, "staff_hours": 60}
    said = {"id": "hall", "name": "Hall", "type": "hall", "area": "a", "zone": "UTC", "hours": {}}
    return Venue.model_validate(said | {"limits": limits})


def version(
    number: int,
    hours: dict[str, str],
    day: date,
    *,
    origin: Origin = Origin.PROPOSAL,
    notice: int = 7,
) -> ScheduleVersion:
    decided = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) - timedelta(days=notice)
    return ScheduleVersion(
        venue="hall",
        number=number,
        hours=WeeklyHours.parse(hours),
        effective_from=day,
        created_at=decided,
        origin=origin,
    )


WEEK = version(1, {"mon-sat": "09:00-17:00"}, MONDAY, origin=Origin.ESTATE, notice=0)
NEXT = MONDAY + timedelta(days=7)


def test_hours_within_their_guarantees_break_none() -> None:
    assert not breaches(venue(), [WEEK], DAYS, KINDS).any()


def test_each_ordinary_day_without_its_core_hours_is_one() -> None:
    late = version(2, {"mon-sat": "11:00-17:00"}, NEXT)
    kinds = KINDS.copy()
    kinds[7] = 7  # that Monday is a holiday
    found = breaches(venue(), [WEEK, late], DAYS, kinds)
    assert found.tolist() == [0.0] * 8 + [1.0] * 4 + [0.0] * 2


def test_a_decision_before_the_notice_is_over_is_one_on_its_day() -> None:
    sudden = version(2, {"mon-sat": "09:00-16:00"}, NEXT, notice=3)
    assert np.flatnonzero(breaches(venue(), [WEEK, sudden], DAYS, KINDS)).tolist() == [7]
    entered = version(2, {"mon-sat": "09:00-16:00"}, NEXT, origin=Origin.ESTATE, notice=0)
    assert not breaches(venue(), [WEEK, entered], DAYS, KINDS).any()


def test_a_week_beyond_the_staffed_hours_is_one_on_its_monday() -> None:
    long = version(2, {"mon-sat": "09:00-20:00"}, NEXT)
    assert np.flatnonzero(breaches(venue(), [WEEK, long], DAYS, KINDS)).tolist() == [7]


def test_before_the_first_version_nothing_is_known() -> None:
    first = version(1, {"mon-sat": "09:00-17:00"}, NEXT)
    found = breaches(venue(), [first], DAYS, KINDS)
    assert np.isnan(found[:7]).all()
    assert not found[7:].any()
