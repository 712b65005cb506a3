import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from domain.estate import Venue
from simulator.profile import Profile
from simulator.rates import Floats, Rates
from simulator.scenario import Scenario

MONDAY = date(2026, 3, 2)
NOON = {"at": "12:00", "spread_minutes": 30, "visits": 100}


def rates(first_day: date, days: int, since: date = MONDAY, terms: Any = (), **own: Any) -> Floats:
    """Expected arrivals of one venue, (days, slots)."""
    venue = Venue(id="v", name="V", type="hall", area="a", hours={})
    hall = {"workday": [NOON], "free_day": [NOON], "stay_minutes": 30, **own}
    city = Scenario.model_validate({"types": {"hall": hall}, "since": since, "school_terms": terms})
    found = Rates([venue], city, [Profile.model_validate(hall)])
    return np.array([found.on(first_day + timedelta(days=n))[0] for n in range(days)])


def middle(rate: Floats) -> float:
    """Mean time of arrival, minutes after midnight."""
    return float(np.average(240 + 15 * (np.arange(96) + 0.5), weights=rate))


def test_the_season_has_its_peak_and_changes_no_yearly_mean() -> None:
    totals = rates(date(2026, 1, 1), 365, season={"swing": 0.3, "peak_day": 200}).sum(axis=1)
    assert int(totals.argmax()) == 199
    assert totals.max() == pytest.approx(130)
    assert totals.mean() == pytest.approx(100, rel=0.002)


def test_growth_is_felt_from_year_to_year() -> None:
    totals = rates(MONDAY, 732, yearly_growth=0.2).sum(axis=1)
    assert totals[0] == pytest.approx(100)
    assert totals[731] == pytest.approx(100 * 1.2 ** (731 / 365.25))


def test_school_terms_have_their_own_level() -> None:
    terms = [[MONDAY, MONDAY + timedelta(days=2)]]
    totals = rates(MONDAY, 4, terms=terms, school_term=1.5).sum(axis=1)
    assert totals == pytest.approx([150, 150, 150, 100])


def test_a_change_point_changes_level_and_shape_for_good() -> None:
    change = {"since": MONDAY + timedelta(days=2), "level": 0.5, "later_minutes": 90}
    found = rates(MONDAY, 4, changes=[change])
    assert found.sum(axis=1) == pytest.approx([100, 100, 50, 50])
    assert [middle(r) for r in found] == pytest.approx([720, 720, 810, 810], abs=0.1)


def test_each_change_keeps_what_those_before_it_have_done() -> None:
    evening = {"at": "19:00", "spread_minutes": 30, "visits": 40}
    changes = [
        {"since": MONDAY + timedelta(days=1), "more": [evening]},
        {"since": MONDAY + timedelta(days=2), "level": 2, "later_minutes": 60},
    ]
    found = rates(MONDAY, 3, changes=changes)
    assert found.sum(axis=1) == pytest.approx([100, 140, 280])
    assert middle(found[2]) == pytest.approx(middle(found[1]) + 60, abs=0.1)


def test_an_event_is_over_the_next_day() -> None:
    event = {"day": MONDAY + timedelta(days=1), "factor": 0.5, "more": [{**NOON, "visits": 30}]}
    assert rates(MONDAY, 3, events=[event]).sum(axis=1) == pytest.approx([100, 80, 100])


def test_all_peaks_may_be_later() -> None:
    assert middle(rates(MONDAY, 1, later_minutes=-45)[0]) == pytest.approx(675, abs=0.1)


def test_a_level_multiplies_what_a_change_has_made_of_it() -> None:
    change = {"since": MONDAY, "level": 0.5}
    assert rates(MONDAY, 1, level=3, changes=[change]).sum() == pytest.approx(150)
    assert math.isfinite(rates(MONDAY, 1, level=0).sum())
