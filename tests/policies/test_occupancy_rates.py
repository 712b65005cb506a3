"""How many people counters miss: by the balance of days, its scatter, and counts by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from policies.occupancy.rates import ByHand, caught

Floats = NDArray[np.float64]
ROOMS, DAYS, VISITORS = 60, 28, 400


def counted(seed: int, into: Floats | float, out: Floats | float) -> tuple[Floats, Floats]:
    """Day totals of doors that catch such shares of 400 visitors a day."""
    rng = np.random.default_rng(seed)
    shape = (ROOMS, DAYS)
    entered, left = rng.binomial(VISITORS, into, shape), rng.binomial(VISITORS, out, shape)
    return entered.astype(np.float64), left.astype(np.float64)


def told(
    entered: Floats, left: Floats, hand: ByHand | None = None
) -> tuple[Floats, Floats, Floats]:
    return caught(entered, left, np.ones(entered.shape), hand or ByHand.none(len(entered)))


@pytest.mark.parametrize("shares", [(0.97, 0.94), (0.9, 0.93), (0.98, 0.98), (0.95, 0.95)])
def test_ratio_and_scatter_together_tell_both_shares(shares: tuple[float, float]) -> None:
    into, out, error = told(*counted(1, *shares))
    assert into.mean() == pytest.approx(shares[0], abs=0.012)
    assert out.mean() == pytest.approx(shares[1], abs=0.012)
    assert np.median(into / out) == pytest.approx(shares[0] / shares[1], abs=0.003)
    assert np.std(into) < 2 * error.mean()


def test_shares_that_change_slowly_are_not_taken_for_scatter() -> None:
    drift = np.linspace(0, 0.06, DAYS)
    steady, _, _ = told(*counted(2, 0.97, 0.97))
    drifting, out, _ = told(*counted(2, 0.97 - drift, 0.97))
    assert np.maximum(drifting, out).mean() == pytest.approx(steady.mean(), abs=0.01)


def test_nothing_counted_is_a_ratio_of_one() -> None:
    into, out, error = told(np.zeros((1, 3)), np.zeros((1, 3)))
    assert into == out
    assert error > 0.01


def test_a_counter_blind_in_one_direction_does_not_run_away() -> None:
    into, out, _ = told(np.full((1, 9), 900.0), np.zeros((1, 9)))
    assert into / out == pytest.approx(1.25)


def test_days_without_weight_say_nothing() -> None:
    entered, left = counted(3, 0.97, 0.94)
    weight = np.ones(entered.shape)
    weight[:, 5] = 0
    broken = entered.copy()
    broken[:, 5] = 9_999
    without = caught(entered, left, weight, ByHand.none(ROOMS))
    for one, other in zip(without, caught(broken, left, weight, ByHand.none(ROOMS)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_hand_counts_tell_what_is_missed_alike_in_both_directions() -> None:
    """By the beta posterior: 150 people's worth of 3 % missed, and 1,000 of whom 120 were."""
    entered, left = np.full((1, 9), 880.0), np.full((1, 9), 880.0)
    plain, _, _ = told(entered, left)
    hand = ByHand.none(1)
    hand.add(0, passed_in=500, counted_in=440, passed_out=500, counted_out=440)
    into, out, error = told(entered, left, hand)
    assert into == out
    assert into[0] == pytest.approx((150 * plain[0] + 880) / 1150)
    assert error[0] == pytest.approx(np.sqrt((1 - into[0]) / into[0] / 1150))
