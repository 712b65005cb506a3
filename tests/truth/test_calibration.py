"""Statistics of counts whose day and slot factors are known."""

from datetime import date

import numpy as np
import pytest

from benchmarks.calibration.statistics import Floats, Place, described, shared

MONDAY = date(2026, 1, 5).toordinal()
DAYS, SLOTS = 28 * 40, 48
HOUR = np.arange(SLOTS) / 2
USUAL = 30 * np.exp(-((HOUR - 11) ** 2) / 8) + 40 * np.exp(-((HOUR - 18) ** 2) / 8)


def factors(rng: np.random.Generator, cv: float, memory: float, shape: tuple[int, int]) -> Floats:
    """Log-normal factors of mean 1; along the last axis a Markov chain of correlation `memory`."""
    state = rng.standard_normal(shape)
    for n in range(1, shape[1]):
        state[:, n] = memory * state[:, n - 1] + np.sqrt(1 - memory**2) * state[:, n]
    spread = np.sqrt(np.log1p(cv**2))
    return np.asarray(np.exp(spread * state - spread**2 / 2), np.float64)


def counted(
    rng: np.random.Generator, *, cv_day: float, cv_slot: float, memory: float, day_memory: float = 0
) -> Place:
    """Counts of a place with two peaks a day and quiet weekends."""
    week = np.array([1, 1, 1, 1, 1.2, 0.6, 0.5])[np.arange(DAYS) % 7]
    day = factors(rng, cv_day, day_memory, (1, DAYS))[0]
    slot = factors(rng, cv_slot, memory, (DAYS, SLOTS))
    counts = rng.poisson(USUAL * (week * day)[:, None] * slot).astype(float)
    return Place(name="hall", day=MONDAY + np.arange(DAYS), counts=counts)


def test_poisson_counts_are_no_more_than_that() -> None:
    place = counted(np.random.default_rng(1), cv_day=0, cv_slot=0, memory=0)
    found = described(place).figures
    assert found["variance_to_mean"] == pytest.approx(1, abs=0.03)
    assert found["cv_day"] < 0.02
    assert found["cv_slot"] < 0.03
    assert "slot_memory" not in found or np.isnan(found["slot_memory"])


@pytest.mark.parametrize(("cv_day", "cv_slot", "memory"), [(0.15, 0.3, 0), (0.25, 0.2, 0.7)])
def test_factors_of_days_and_slots_are_told_apart(
    cv_day: float, cv_slot: float, memory: float
) -> None:
    place = counted(np.random.default_rng(2), cv_day=cv_day, cv_slot=cv_slot, memory=memory)
    found = described(place).figures
    # What the slots of a day do together is of the day as well.
    apart = np.abs(np.subtract.outer(np.arange(SLOTS), np.arange(SLOTS)))
    share = USUAL / USUAL.sum()
    together = cv_slot**2 * share @ memory ** apart.astype(float) @ share
    assert found["cv_day"] == pytest.approx(np.sqrt(cv_day**2 + together), rel=0.08)
    assert found["cv_slot"] == pytest.approx(
        np.sqrt(cv_slot**2 * (1 + cv_day**2) - together), rel=0.08
    )
    assert found["slot_memory"] == pytest.approx(memory, abs=0.12)


def test_what_yesterday_was_like_is_found_in_today() -> None:
    rng = np.random.default_rng(3)
    found = described(counted(rng, cv_day=0.2, cv_slot=0, memory=0, day_memory=0.5)).figures
    assert found["day_lag_1"] == pytest.approx(0.5, abs=0.1)
    assert -0.25 < found["day_lag_7"] < 0.05


def test_shapes_are_those_of_the_curve() -> None:
    found = described(counted(np.random.default_rng(4), cv_day=0, cv_slot=0, memory=0)).figures
    assert found["weekend_to_workday"] == pytest.approx(0.55 / 1.04, rel=0.02)
    assert found["busiest_hour_share"] == pytest.approx(40 / (70 * np.sqrt(8 * np.pi)), rel=0.05)


def test_days_that_are_shut_are_left_out() -> None:
    place = counted(np.random.default_rng(5), cv_day=0.1, cv_slot=0, memory=0)
    place.counts[10::50] = 0
    assert described(place).figures["cv_day"] == pytest.approx(0.1, abs=0.01)


def test_good_days_of_one_place_are_good_days_of_another_where_they_share_them() -> None:
    one, two = (counted(np.random.default_rng(n), cv_day=0.2, cv_slot=0, memory=0) for n in (6, 6))
    other = counted(np.random.default_rng(7), cv_day=0.2, cv_slot=0, memory=0)
    assert shared([described(one), described(two)]) == pytest.approx(1)
    assert shared([described(one), described(other)]) == pytest.approx(0, abs=0.1)
