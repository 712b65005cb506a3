"""What came of one decision: against its own past, beside others, and how sure that is."""

from datetime import date, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from policies.uplift.decision import decision_effect
from policies.uplift.panel import DayTotals

MONDAY = date(2026, 3, 2)
BEFORE, AFTER = 12, 8
CHANGE = MONDAY + timedelta(weeks=BEFORE)
VENUES = 6
Floats = NDArray[np.float64]
OTHERS = np.array([False] + [True] * (VENUES - 1))
NONE = np.zeros(VENUES, np.bool_)


def days(total: Floats) -> DayTotals:
    day = np.datetime64(MONDAY) + np.arange(total.shape[1])
    kinds = np.tile(np.arange(total.shape[1]) % 7, (len(total), 1)).astype(np.int8)
    names = tuple(f"v{n}" for n in range(len(total)))
    return DayTotals(venues=names, group=names, day=day, day_type=kinds, total=total)


def steady() -> Floats:
    """(venues, days) visits that follow the day of the week alone."""
    week = np.array([100.0, 100, 120, 100, 140, 60, 40])
    return np.tile(week, (VENUES, BEFORE + AFTER))


def lively(rng: np.random.Generator, season: float = 0.1, own: float = 0.05) -> Floats:
    """Weeks that go up and down, for all and for each; days are counted (Poisson)."""
    weeks = BEFORE + AFTER
    log = season * rng.standard_normal(weeks) + own * rng.standard_normal((VENUES, weeks))
    return rng.poisson(steady() * np.exp(np.repeat(log, 7, axis=1))).astype(np.float64)


def test_a_change_is_told_as_it_is() -> None:
    total = steady()
    total[0, BEFORE * 7 :] *= 1.25
    found = decision_effect(days(total), 0, OTHERS, CHANGE)
    assert found is not None
    assert found.share.mean == pytest.approx(0.25)
    assert (found.before, found.after) == pytest.approx((660, 825))
    assert (found.weeks_before, found.weeks_after, found.controls) == (BEFORE, AFTER, VENUES - 1)


def test_what_befalls_all_is_no_effect() -> None:
    total = steady()
    total[:, BEFORE * 7 :] *= 0.7
    found = decision_effect(days(total), 0, OTHERS, CHANGE)
    alone = decision_effect(days(total), 0, NONE, CHANGE)
    assert found is not None
    assert alone is not None
    assert found.share.mean == pytest.approx(0)
    assert alone.share.mean == pytest.approx(-0.3)
    assert alone.controls == 0


def test_unknown_days_and_holidays_do_no_harm() -> None:
    total = steady()
    total[0, BEFORE * 7 + 4] = np.nan
    total[0, 5] = 900
    of = days(total)
    of.day_type[:, 5] = 7
    found = decision_effect(of, 0, OTHERS, CHANGE)
    assert found is not None
    assert found.share.mean == pytest.approx(0)


def test_a_week_that_is_mostly_unknown_does_not_count_and_too_few_say_nothing() -> None:
    total = steady()
    total[0, BEFORE * 7 : BEFORE * 7 + 4] = np.nan
    found = decision_effect(days(total), 0, OTHERS, CHANGE)
    assert found is not None
    assert found.weeks_after == AFTER - 1
    total[0, BEFORE * 7 : -3 * 7] = np.nan
    assert decision_effect(days(total), 0, OTHERS, CHANGE) is None


def test_the_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    """Binomial: of 200 intervals of 95 %, fewer than 180 hold it once in a thousand times."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        total = lively(rng)
        total[0, BEFORE * 7 :] *= 1.1
        found = decision_effect(days(total), 0, OTHERS, CHANGE)
        assert found is not None
        held += found.share.low <= 0.1 <= found.share.high
    assert held >= 180
