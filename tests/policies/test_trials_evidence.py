"""What a trial's days prove."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.trials.evidence import e_values, pair_scale

visits = st.floats(-200, 200)
below = st.floats(-50, 0)


@given(st.lists(st.tuples(visits, below, below), min_size=1, max_size=6), st.floats(1, 60))
def test_a_stretch_without_merit_has_an_expected_e_value_of_one_at_most_whatever_its_days(
    pairs: list[tuple[float, float, float]], scale: float
) -> None:
    every_way = [
        [u + on_first if coin else on_second - u for coin, (u, on_first, on_second) in fall]
        for fall in (
            list(zip(coins, pairs, strict=True))
            for coins in itertools.product([True, False], repeat=len(pairs))
        )
    ]
    expected = np.mean([e_values(np.array(net), scale)[0] for net in every_way])
    assert expected <= 1 + 1e-9


@given(st.lists(visits, max_size=30), st.floats(1, 60))
def test_evidence_for_withdrawing_mirrors_that_for_keeping(net: list[float], scale: float) -> None:
    keep, drop = e_values(np.array(net), scale)
    assert e_values(-np.array(net), scale) == pytest.approx((drop, keep))


def test_evidence_is_what_the_formula_says() -> None:
    expected = np.mean(
        [(1 + math.tanh(bet * 2)) * (1 + math.tanh(-bet * 0.5)) for bet in (0.3, 0.6)]
    )
    assert e_values(np.array([20.0, np.nan, -5.0]), 10.0)[0] == pytest.approx(expected)


def test_one_odd_day_decides_nothing() -> None:
    keep, drop = e_values(np.array([1e9]), 10.0)
    assert keep == pytest.approx(2)
    assert drop == pytest.approx(0)


def test_the_scale_is_that_of_differences_a_week_apart_and_holidays_do_not_move_it() -> None:
    rng = np.random.default_rng(4)
    totals = np.tile([200.0, 100, 120, 90, 150, 300, 0], 60) + rng.normal(0, 30, 420)
    expected = 30 * math.sqrt(2)
    assert pair_scale(totals) == pytest.approx(expected, rel=0.1)
    totals[::60] = 3000.0
    totals[5::50] = np.nan
    assert pair_scale(totals) == pytest.approx(expected, rel=0.15)


def test_days_that_hardly_differ_are_not_believed_to_differ_by_less_than_chance() -> None:
    assert pair_scale(np.full(56, 50.0)) == pytest.approx(math.sqrt(101))


def test_no_two_days_a_week_apart_say_nothing() -> None:
    assert math.isnan(pair_scale(np.array([1.0, 2.0, np.nan])))
    assert math.isnan(pair_scale(np.full(30, np.nan)))
