"""How sure it is that a room is used too little, and what does not make it sure."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from policies.underuse.level import levels
from policies.underuse.season import common_season
from policies.underuse.shifts import correlation, last_shift
from policies.underuse.suspect import suspect_weeks
from policies.underuse.weeks import RoomWeeks

Floats = NDArray[np.float64]
THRESHOLD = 0.2
WEEKS = 40


def noise(rng: np.random.Generator, rooms: int, weeks: int, sd: float = 0.25) -> Floats:
    """Lognormal factors of mean 1."""
    return np.asarray(np.exp(rng.normal(-(sd**2) / 2, sd, (rooms, weeks))))


def not_low(utilisation: Floats, types: list[str] | None = None) -> Floats:
    number = len(utilisation)
    return levels(utilisation, np.full(number, THRESHOLD), types or ["x"] * number).not_low


def test_the_level_is_the_mean_and_its_interval_holds_it_four_times_in_five() -> None:
    rng = np.random.default_rng(1)
    true = rng.uniform(0.5, 3, 600) * THRESHOLD
    told = levels(true[:, None] * noise(rng, 600, 30), np.full(600, THRESHOLD), ["x"] * 600)
    assert np.mean(told.mean / true) == pytest.approx(1, abs=0.02)
    # Three standard errors of a share of .8 among 600 are .05; it may hold more, for doubts
    # that these rooms do not deserve.
    assert 0.75 < np.mean((told.low < true) & (true < told.high)) < 0.95


def test_rooms_far_below_the_threshold_are_surely_low_and_those_above_surely_not() -> None:
    rng = np.random.default_rng(2)
    use = np.repeat([0.3, 1.5], 20)[:, None] * THRESHOLD * noise(rng, 40, WEEKS)
    found = not_low(use)
    assert found[:20].max() < 0.02
    assert found[20:].min() > 0.9


def test_a_fall_counts_before_the_weeks_ahead_of_it_have_faded() -> None:
    rng = np.random.default_rng(3)
    use = 3 * THRESHOLD * noise(rng, 20, 60)
    use[:5, -10:] /= 8
    found = not_low(use)
    assert np.median(found[:5]) < 0.02
    assert found[5:].min() > 0.9


def test_a_week_or_two_of_nothing_are_no_lasting_fall() -> None:
    use = 2 * THRESHOLD * noise(np.random.default_rng(4), 20, WEEKS)
    use[:, -2:] = 0
    assert not_low(use).min() > 0.5


def test_nothing_is_said_before_the_eighth_healthy_week() -> None:
    use = np.full((12, 20), 0.01)
    use[:6, 7:] = np.nan
    use[6:, 8:] = np.nan
    assert np.isnan(not_low(use)[:6]).all()
    assert not np.isnan(not_low(use)[6:]).any()


def test_a_season_that_a_type_has_in_common_empties_none_of_its_rooms() -> None:
    rng = np.random.default_rng(5)
    use = 1.5 * THRESHOLD * noise(rng, 20, WEEKS)
    use[:10, -9:] /= 4
    found = not_low(use, ["school"] * 10 + ["other"] * 10)
    assert found[:10].min() > 0.1
    x = np.log(np.full((10, WEEKS), 0.5))
    x[:, -4:] -= 1
    np.testing.assert_allclose(np.ptp(x - common_season(x, ["school"] * 10), axis=1), 0, atol=1e-9)


def test_a_room_that_was_empty_at_this_time_last_year_is_not_taken_for_empty() -> None:
    rng = np.random.default_rng(6)
    use = np.repeat([1.5, 0.3], 10)[:, None] * THRESHOLD * noise(rng, 20, 115)
    use[:5, 50:62] /= 5
    use[:10, 102:] /= 5
    found = not_low(use)
    assert np.median(found[:5]) > 10 * np.median(found[5:10])
    assert np.median(found[:5]) > 0.1


def test_shifts_are_found_where_they_are_and_seldom_where_there_are_none() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(0, 0.3, (2000, 60))
    assert np.mean(last_shift(x, 0.0) > 0) < 0.06
    x[:, 45:] -= 1.5
    found = last_shift(x, 0.0)
    assert np.mean(np.abs(found - 45) <= 1) > 0.95


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.4, 0.7])
def test_correlation_is_that_of_the_weeks_whatever_the_levels(rho: float) -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(0, 1, (200, 60))
    for week in range(1, 60):
        x[:, week] = rho * x[:, week - 1] + np.sqrt(1 - rho**2) * x[:, week]
    x[:20, 30:] += 5
    assert correlation(x) == pytest.approx(rho, abs=0.06)


def suspect(weeks: RoomWeeks) -> NDArray[np.bool_]:
    return suspect_weeks(weeks, np.ones(weeks.used.shape, dtype=np.bool_))


def counted(entered: Floats, left: Floats | None = None) -> RoomWeeks:
    """Weeks of 50 hours in which so many came, each for an hour, into rooms for 20."""
    hours = np.full(entered.shape, 50.0)
    days = np.full(entered.shape, 7.0)
    return RoomWeeks(
        rooms=tuple(f"r{n}" for n in range(len(entered))),
        week=np.datetime64("2026-01-05") + 7 * np.arange(entered.shape[1]),
        used=entered,
        offered=20 * hours,
        open_hours=hours,
        healthy_hours=hours,
        entered=entered,
        left=entered if left is None else left,
        open_days=days,
        empty_days=days * (entered == 0),
    )


def test_a_sudden_silence_of_a_busy_room_is_suspect_and_a_slow_one_is_not() -> None:
    sudden = np.full(20, 100.0)
    slow = np.round(100 * 0.6 ** np.arange(20.0))
    sudden[15:] = 0
    found = suspect(counted(np.stack([sudden, slow])))
    assert found[0].tolist() == [False] * 15 + [True] * 5
    assert not found[1].any()


def test_a_room_that_has_nobody_every_other_week_is_not_suspect() -> None:
    entered = np.tile([30.0, 0.0], 10)[None]
    assert not suspect(counted(entered)).any()


def test_in_and_out_that_do_not_balance_are_suspect() -> None:
    entered = np.full((2, 12), 100.0)
    left = entered.copy()
    left[0, 6:] = 60
    found = suspect(counted(entered, left))
    assert found[0, 8:].all()
    assert not found[0, :6].any()
    assert not found[1].any()


def test_a_dead_time_does_not_make_a_room_of_unknown_hours_suspect() -> None:
    entered = np.full((1, 20), 100.0)
    entered[:, 15:] = 0
    weeks = counted(entered)
    unknown = np.where(entered == 0, 0.0, 50.0)
    assert not suspect(replace(weeks, healthy_hours=unknown)).any()
