"""Day totals from bins, by hand arithmetic."""

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue
from policies.uplift.days import day_totals
from policies.uplift.figures import Measure
from policies.uplift.panel import DayTotals

MONDAY = date(2026, 3, 2)
DAYS = 3
OPEN = slice(16, 56)
"""08:00 to 18:00 of a business day that starts at 04:00."""
Floats = NDArray[np.float64]


def totals_of(
    entered: Floats,
    present: Floats,
    *,
    shut_days: tuple[int, ...] = (),
    healthy: float = 1.0,
    full_at: slice = slice(0),
    capacity: float = 10.0,
    holidays: bool = False,
) -> dict[Measure, DayTotals]:
    """Of one venue whose bins are (days, 96), with ten places and two people on duty."""
    opened = np.zeros((DAYS, 96))
    opened[:, OPEN] = 1
    opened[list(shut_days)] = 0
    stood_full = np.zeros((DAYS, 96))
    stood_full[0, full_at] = 1
    row = opened.reshape(1, -1)
    start = np.datetime64("2026-03-02T04:00:00", "s") + 900 * np.arange(DAYS * 96)
    bins = Bins(
        rooms=("hall",),
        start=start,
        minutes=15,
        entered=entered.reshape(1, -1),
        left=entered.reshape(1, -1),
        present=present.reshape(1, -1),
        healthy=np.full(row.shape, healthy),
        open=row,
        full=stood_full.reshape(1, -1),
    )
    venue = Venue.model_validate(
        {
            "id": "hall",
            "name": "Hall",
            "type": "sports_hall",
            "area": "a",
            "zone": "UTC",
            "hours": {},
            "limits": {"staff": 2},
            "special_days": [
                {"day": f"2026-03-0{2 + n}", "hours": "08:00-18:00"} for n in range(DAYS * holidays)
            ],
        }
    )
    span = MONDAY, date(2026, 3, 2 + DAYS)
    return dict(
        day_totals(bins, [venue], ["g"], present.reshape(1, -1), np.array([capacity]), span)
    )


def full(value: float) -> Floats:
    return np.full((DAYS, 96), float(value))


def test_visits_and_hours_of_a_day() -> None:
    found = totals_of(full(3), full(4))
    assert found[Measure.VISITS].total.tolist() == [[120, 120, 120]]
    assert found[Measure.PERSON_HOURS].total.tolist() == [[40, 40, 40]]
    assert found[Measure.CAPACITY_HOURS].total.tolist() == [[100, 100, 100]]
    assert found[Measure.STAFFED_HOURS].total.tolist() == [[20, 20, 20]]
    assert found[Measure.IDLE_HOURS].total.tolist() == [[0, 0, 0]]
    assert found[Measure.VISITS].day.tolist() == [date(2026, 3, d) for d in (2, 3, 4)]
    assert found[Measure.VISITS].day_type.tolist() == [[0, 1, 2]]


def test_hours_with_nobody_there_are_idle() -> None:
    present = full(0)
    present[:, 20:24] = 2
    assert totals_of(full(1), present)[Measure.IDLE_HOURS].total.tolist() == [[9, 9, 9]]


def test_a_closed_day_sees_nobody_and_is_known() -> None:
    visits = totals_of(full(3), full(4), shut_days=(1,))[Measure.VISITS]
    assert visits.total.tolist() == [[120, 0, 120]]


def test_a_gap_of_a_quarter_hour_is_made_up_for_and_one_of_an_hour_is_not() -> None:
    entered = full(3)
    entered[0, 20] = entered[1, 20:24] = np.nan
    visits = totals_of(entered, full(4))[Measure.VISITS].total[0]
    assert visits[0] == pytest.approx(120)
    assert np.isnan(visits[1])
    assert visits[2] == 120


def test_a_sensor_that_is_ill_for_half_of_the_time_makes_no_total() -> None:
    found = totals_of(full(3), full(4), healthy=0.5)
    assert np.isnan(found[Measure.VISITS].total).all()
    assert not np.isnan(found[Measure.STAFFED_HOURS].total).any()


def test_where_only_people_present_are_known_visits_are_person_hours_by_the_stay() -> None:
    """A sports hall's mean stay is taken to be 75 minutes: 40 person-hours are 32 visits."""
    visits = totals_of(full(np.nan), full(4))[Measure.VISITS].total
    assert visits == pytest.approx(np.full((1, DAYS), 32.0))


def test_who_met_a_full_door_is_told_by_who_comes_at_that_time_while_there_are_places() -> None:
    """All three days count as holidays, so that they tell of each other."""
    entered = full(3)
    entered[0, 20:24] = 1
    found = totals_of(entered, full(4), full_at=slice(20, 24), holidays=True)[Measure.REFUSED]
    assert found.total.tolist() == [[4 * (3 - 1), 0, 0]]


def test_where_capacity_is_not_known_nobody_knows_who_was_refused() -> None:
    found = totals_of(full(3), full(4), capacity=np.nan)[Measure.REFUSED]
    assert np.isnan(found.total).all()
