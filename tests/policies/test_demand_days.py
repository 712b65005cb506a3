"""Which days the demand profile believes."""

from datetime import date

import numpy as np
import pytest

from domain.calendars import HOLIDAY
from policies.demand import estimate
from tests.policies.worlds import WEEKS, bins, hours, venues, visits_at


def test_a_holiday_nobody_told_of_does_not_lower_mondays() -> None:
    rng = np.random.default_rng(4)
    rate, is_open = np.full((1, 7, 96), 5.0), hours(20, 60)[None]
    visits = visits_at(rng, rate)
    visits[:, 35] = 0
    visits[:, 36] = rng.binomial(visits[:, 36].astype(int), 0.3)
    result = estimate(bins(visits, is_open), venues(1))
    assert result.left_out == ((date(2026, 4, 6), date(2026, 4, 7)),)
    assert result.profile.rate[0, 0, 23:57].mean() == pytest.approx(5, rel=0.06)
    assert result.profile.seen[0, 0, 30] == WEEKS - 1


def test_a_public_holiday_is_a_day_of_its_own_kind() -> None:
    """Good Friday and Easter Monday 2026, with a third of the visits."""
    rng = np.random.default_rng(5)
    rate, is_open = np.full((1, 7, 96), 5.0), hours(20, 60)[None]
    visits = visits_at(rng, rate)
    visits[:, [32, 35]] = rng.binomial(visits[:, [32, 35]].astype(int), 0.33)
    result = estimate(bins(visits, is_open), venues(1, country="DE"))
    assert result.left_out == ((),)
    assert result.profile.rate[0, 0, 23:57].mean() == pytest.approx(5, rel=0.06)
    holiday = result.profile.rate[0, HOLIDAY, 23:57].mean()
    assert 0.33 * 5 * 0.9 < holiday < 0.75 * 5


def test_a_counter_that_dies_and_says_zero_lowers_nothing() -> None:
    rng = np.random.default_rng(6)
    rate, is_open = np.full((1, 7, 96), 5.0), hours(20, 60)[None]
    visits = visits_at(rng, rate)
    visits[:, 21:] = 0
    result = estimate(bins(visits, is_open), venues(1))
    assert result.profile.rate[0, :7, 23:50].mean() == pytest.approx(5, rel=0.06)
    assert len(result.left_out[0]) == 35
    assert result.profile.healthy_weeks[0] == pytest.approx(3)


def test_a_counter_that_never_counted_anybody_is_no_evidence() -> None:
    result = estimate(bins(np.zeros((1, 56, 96)), hours(20, 60)[None]), venues(1))
    assert np.isnan(result.profile.rate).all()
    assert result.profile.healthy_weeks[0] == 0


def test_days_that_are_always_quiet_are_believed() -> None:
    rng = np.random.default_rng(7)
    rate = np.full((1, 7, 96), 5.0)
    rate[:, 6] = 0.02
    result = estimate(bins(visits_at(rng, rate), hours(20, 60)[None]), venues(1))
    assert result.profile.rate[0, 6, 23:57].mean() < 0.5
    assert result.profile.rate[0, 0, 23:57].mean() == pytest.approx(5, rel=0.06)
