"""What would have been without a roll-out."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from domain.calendars import HOLIDAY
from domain.errors import InvalidInput
from policies.uplift.imputation import LEAST_CONTROLS, expected, log_effect
from policies.uplift.inference import is_treated
from policies.uplift.panel import Cells, DayTotals, weekly
from policies.uplift.rollout import Rollout
from tests.policies.rollouts import WEEKS_BEFORE, rollout_of, smooth, totals_of, week_of_days

ROLLOUT = rollout_of()


def cells_of(totals: DayTotals, rollout: Rollout = ROLLOUT) -> Cells:
    place = {g: n for n, g in enumerate(rollout.groups)}
    return weekly(totals, rollout).of([place[g] for g in totals.group], len(place))


def effect_of(cells: Cells, rollout: Rollout = ROLLOUT) -> float:
    treated = is_treated(cells.week, rollout.weeks[None])
    return float(np.expm1(log_effect(cells.total, cells.usual, treated)[0]))


def test_without_chance_the_effect_is_found_exactly_whatever_season_weekday_and_level() -> None:
    for effect in (-0.3, 0.0, 0.1, 1.0):
        assert effect_of(cells_of(totals_of(ROLLOUT, smooth(ROLLOUT, effect)))) == pytest.approx(
            effect, abs=1e-5
        )


def test_the_fit_is_the_one_with_the_highest_poisson_likelihood() -> None:
    rng = np.random.default_rng(1)
    total = rng.poisson(8, (4, 6)).astype(float)
    usual = rng.uniform(5, 12, (4, 6))
    untreated = np.arange(6) < np.array([[3], [4], [6], [6]])

    def loss(effects: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        mean = usual * np.exp(effects[:4, None] + np.concatenate([[0], effects[4:]]))
        return float(np.sum((mean - total * np.log(mean))[untreated]))

    best = minimize(loss, np.zeros(9), method="BFGS", options={"gtol": 1e-8}).x
    oracle = usual * np.exp(best[:4, None] + np.concatenate([[0], best[4:]]))
    assert expected(total, usual, untreated[None])[0] == pytest.approx(oracle, rel=1e-4)


def test_weeks_without_visits_are_weeks_like_others() -> None:
    rng = np.random.default_rng(3)
    many = rollout_of(groups=60)
    visits = rng.poisson(smooth(many, 0.5) / 60).astype(float)
    cells = cells_of(totals_of(many, visits), many)
    assert (cells.total == 0).mean() > 0.01
    assert effect_of(cells, many) == pytest.approx(0.5, abs=0.12)


def test_unknown_days_are_not_days_without_visits() -> None:
    visits = smooth(ROLLOUT, 0.1)
    rng = np.random.default_rng(2)
    saturdays = np.arange(visits.shape[1]) % 7 == 5
    gaps = np.where(rng.random(visits.shape) < 0.1 + 0.5 * saturdays, np.nan, visits)
    assert effect_of(cells_of(totals_of(ROLLOUT, gaps))) == pytest.approx(0.1, abs=0.004)


def test_a_venue_that_falls_silent_does_not_make_its_group_smaller() -> None:
    visits = smooth(ROLLOUT, 0.1, venues=3)
    visits[1::3, 7 * WEEKS_BEFORE :] = np.nan
    assert effect_of(cells_of(totals_of(ROLLOUT, visits, venues=3))) == pytest.approx(0.1, abs=1e-5)


def test_holidays_do_not_count_as_an_effect() -> None:
    visits = smooth(ROLLOUT, 0.1)
    holidays = np.isin(np.arange(visits.shape[1]), [2, 16, 58, 66])
    totals = totals_of(ROLLOUT, np.where(holidays, 0.3 * visits.mean(axis=1)[:, None], visits))
    totals.day_type[:, holidays] = HOLIDAY
    treated_rise = np.where(week_of_days() >= ROLLOUT.weeks[:, None], 1.1, 1.0)
    totals.total[:, holidays] *= treated_rise[:, holidays]
    assert effect_of(cells_of(totals)) == pytest.approx(0.1, abs=1e-5)


def test_holidays_that_a_venue_never_knew_before_are_left_out() -> None:
    visits = smooth(ROLLOUT, 0.1)
    visits[:, 60] *= 5
    totals = totals_of(ROLLOUT, visits)
    totals.day_type[:, 60] = HOLIDAY
    assert effect_of(cells_of(totals)) == pytest.approx(0.1, abs=1e-5)


def test_hours_on_a_day_that_was_closed_before_count() -> None:
    visits = smooth(ROLLOUT, 0.0)
    sunday = np.arange(visits.shape[1]) % 7 == 6
    visits[:, sunday] = 0
    opens = sunday & (week_of_days() >= ROLLOUT.weeks[:, None])
    visits[opens] = 30.0
    cells = cells_of(totals_of(ROLLOUT, visits))
    judged = (week_of_days() >= ROLLOUT.weeks[:, None]) & (week_of_days() < 9)
    without = visits[judged & ~sunday].sum()
    assert effect_of(cells) == pytest.approx(visits[judged].sum() / without - 1, abs=1e-5)


def test_weeks_in_which_hardly_anyone_is_still_to_come_are_not_judged() -> None:
    cells = cells_of(totals_of(ROLLOUT, smooth(ROLLOUT, 0.1)))
    untreated = ~is_treated(cells.week, ROLLOUT.weeks[None])
    told = ~np.isnan(expected(cells.total, cells.usual, untreated)[0])
    controls = untreated[0].sum(axis=0)
    assert (told == (controls >= LEAST_CONTROLS)).all()


def test_where_all_start_at_once_nothing_is_told() -> None:
    at_once = replace(ROLLOUT, wave=(0,) * 12)
    assert np.isnan(effect_of(cells_of(totals_of(ROLLOUT, smooth(at_once, 0.1)), at_once), at_once))


def test_groups_that_are_not_in_the_roll_out_are_named() -> None:
    totals = totals_of(ROLLOUT, smooth(ROLLOUT, 0.1))
    strange = replace(totals, group=("elsewhere", *totals.group[1:]))
    with pytest.raises(InvalidInput, match="elsewhere"):
        weekly(strange, ROLLOUT)


def test_days_before_the_first_wave_are_needed() -> None:
    totals = totals_of(ROLLOUT, smooth(ROLLOUT, 0.1))
    late = replace(totals, day=totals.day + np.timedelta64(7 * WEEKS_BEFORE, "D"))
    with pytest.raises(InvalidInput, match="before the first wave"):
        weekly(late, ROLLOUT)
