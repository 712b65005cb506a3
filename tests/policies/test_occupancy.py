import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from policies.occupancy import live, night, ratio
from tests.real_data import real_data

Floats = NDArray[np.float64]
DAY = 96
COUNTS = arrays(np.float64, (2, 24), elements=st.integers(0, 9).map(float))
TWO_DAYS = np.array([0, 12, 24])
EVEN = np.ones((2, 2))


def footfall(
    rng: np.random.Generator, days: int, present: float, caught: tuple[float, float]
) -> tuple[Floats, Floats, Floats]:
    """People present at each bin's end, and those counted in and out; each (1, days × 96).

    Two peaks a day from 08:00 to 22:00, exponential stays of an hour that end by closing.

    Args:
        rng: source of all chance.
        days: how many.
        present: mean people present while open.
        caught: shares of those entering and leaving that are counted.
    """
    slot = np.arange(DAY)
    shape = np.exp(-(((slot - 44) / 12) ** 2)) + 1.5 * np.exp(-(((slot - 72) / 9) ** 2))
    shape = np.where((slot >= 32) & (slot < 86), shape, 0)
    arrivals = rng.poisson(np.tile(shape / shape.sum() * present * 14, days))
    bin_ = np.repeat(np.arange(days * DAY), arrivals)
    begin = bin_ + rng.random(len(bin_))
    end = np.minimum(begin + rng.exponential(4, len(bin_)), bin_ // DAY * DAY + 88 + rng.random())
    n = days * DAY
    came, went = np.bincount(bin_, minlength=n), np.bincount(end.astype(int), minlength=n)
    counted = (rng.binomial(came, caught[0]), rng.binomial(went, caught[1]))
    truth, entered, left = (x[None].astype(np.float64) for x in (np.cumsum(came - went), *counted))
    return truth, entered, left


def error(estimate: Floats, truth: Floats) -> float:
    """Root mean square error over the mean people present; the first 28 days are for learning."""
    tail = slice(28 * DAY, None)
    return float(np.sqrt(np.mean((estimate - truth)[:, tail] ** 2)) / truth[:, tail].mean())


def raw(entered: Floats, left: Floats) -> Floats:
    """Running difference, reset every day."""
    return np.cumsum((entered - left).reshape(-1, DAY), axis=1).reshape(1, -1)


@given(COUNTS, COUNTS)
def test_night_occupancy_is_never_negative_and_zero_when_the_room_is_empty(
    entered: Floats, left: Floats
) -> None:
    present = night(entered, left, TWO_DAYS, EVEN)
    assert present.min() >= 0
    np.testing.assert_allclose(present[:, [11, 23]], 0, atol=1e-9)


@given(arrays(np.int64, (1, 12), elements=st.integers(0, 9)), st.integers(0, 5))
def test_night_leaves_counts_that_can_be_true_as_they_are(came: NDArray[np.int64], k: int) -> None:
    entered = np.concatenate([came, np.zeros((1, k))], axis=1)
    left = np.roll(entered, k, axis=1)
    present = night(entered, left, np.array([0, 12 + k]), np.ones((1, 1)))
    np.testing.assert_allclose(present, np.cumsum(entered - left, axis=1), atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_night_is_the_smallest_correction_of_the_flow_weighted_by_traffic(seed: int) -> None:
    rng = np.random.default_rng(seed)
    entered, left = rng.integers(1, 9, (2, 10)).astype(float)
    total, traffic = np.cumsum(entered - left), entered + left

    def size(correction: Floats) -> float:
        steps = np.diff(correction, prepend=0, append=total[-1])
        return float(np.sum(steps**2 / traffic))

    start = np.linspace(0, total[-1], 11)[1:-1]
    bounds = Bounds(np.full(9, -np.inf), total[:-1])
    found = minimize(size, np.minimum(start, total[:-1]), bounds=bounds, tol=1e-14)
    present = night(entered[None], left[None], np.array([0, 10]), np.ones((1, 1)))
    np.testing.assert_allclose(present[0, :-1], total[:-1] - found.x, atol=1e-3)


@given(COUNTS, COUNTS)
def test_night_of_a_film_run_backwards_is_the_night_run_backwards(
    entered: Floats, left: Floats
) -> None:
    one_day, even = np.array([0, 24]), np.ones((2, 1))
    forwards = night(entered, left, one_day, even)
    backwards = night(left[:, ::-1], entered[:, ::-1], one_day, even)
    np.testing.assert_allclose(forwards[:, :-1], backwards[:, ::-1][:, 1:], atol=1e-9)


def test_a_day_with_a_gap_is_known_from_its_empty_ends_inwards() -> None:
    entered = np.array([[3.0, 2, np.nan, 4, np.nan, 0, 0]])
    left = np.array([[0.0, 1, np.nan, 1, np.nan, 2, 3]])
    present = night(entered, left, np.array([0, 7]), np.ones((1, 1)))
    np.testing.assert_allclose(present, [[3, 4, np.nan, np.nan, np.nan, 3, 0]], atol=1e-9)


def test_a_gap_does_not_touch_the_next_day() -> None:
    entered, left = np.full((1, 24), 2.0), np.full((1, 24), 2.0)
    entered[0, 5] = np.nan
    for estimate in (night, live):
        present = estimate(entered, left, TWO_DAYS, np.ones((1, 2)))
        np.testing.assert_allclose(present[0, 12:], 0, atol=1e-9)
        assert np.isnan(present[0, 5])


@given(COUNTS, COUNTS, st.floats(0.85, 1.2))
def test_live_follows_the_recursion(entered: Floats, left: Floats, known: float) -> None:
    present = live(entered, left, TWO_DAYS, np.full((2, 2), known))
    up, down = max(1, 1 / known), max(1, known)
    for row in range(2):
        people = 0.0
        for k in range(24):
            people = 0.0 if k == 12 else people
            people = max(0.0, people + up * entered[row, k] - down * left[row, k])
            assert present[row, k] == pytest.approx(people, abs=1e-9)


def test_live_is_unknown_from_a_gap_until_the_day_ends() -> None:
    entered, left = np.full((1, 24), 1.0), np.zeros((1, 24))
    left[0, 3] = np.nan
    present = live(entered, left, TWO_DAYS, np.ones((1, 2)))
    assert np.isnan(present[0, 3:12]).all()
    np.testing.assert_allclose(present[0, 12:], np.arange(1, 13))


def test_the_ratio_is_learnt_from_whole_days_and_starts_at_one() -> None:
    rng = np.random.default_rng(3)
    _, entered, left = footfall(rng, 40, 60, (0.97, 0.94))
    known = ratio(entered, left, DAY * np.arange(41))
    assert known[0, 0] == 1
    assert known[0, -1] == pytest.approx(0.97 / 0.94, abs=0.01)


def test_days_with_a_gap_say_nothing_of_the_ratio() -> None:
    entered, left = np.full((1, 4 * DAY), 10.0), np.full((1, 4 * DAY), 9.5)
    left[0, DAY + 3] = np.nan
    known = ratio(entered, left, DAY * np.arange(5))
    assert known[0, 2] == known[0, 1]
    assert known[0, 3] > known[0, 2]


def test_a_counter_blind_in_one_direction_does_not_run_away_with_the_ratio() -> None:
    entered, left = np.full((1, 9 * DAY), 10.0), np.zeros((1, 9 * DAY))
    assert ratio(entered, left, DAY * np.arange(10)).max() == 1.25


@pytest.mark.parametrize("present", [40, 90])
def test_errors_of_counters_that_miss_3_and_6_percent_are_cut(present: float) -> None:
    """The stated targets: nightly at least 60 % less than raw, live at least 40 %."""
    errors = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        truth, entered, left = footfall(rng, 56, present, (0.97, 0.94))
        edges = DAY * np.arange(57)
        known = ratio(entered, left, edges)
        estimates = (f(entered, left, edges, known) for f in (live, night))
        errors.append([error(e, truth) for e in (raw(entered, left), *estimates)])
    from_raw, from_live, from_night = np.mean(errors, axis=0)
    assert from_night <= 0.4 * from_raw
    assert from_live <= 0.6 * from_raw


def test_a_real_building_ends_every_night_empty_and_never_goes_below() -> None:
    """CalIt2, 15 weeks with one number missing: raw, reset at midnight, runs from −89 to +109."""
    counts = np.genfromtxt(
        real_data("calit2_in_out.csv"), delimiter=",", skip_header=1, usecols=(1, 2)
    )
    entered, left = counts.T[:, None, :]
    midnights = np.arange(0, counts.shape[0] + 1, 48)
    without = np.cumsum(np.nan_to_num(entered - left).reshape(-1, 48), axis=1)
    assert (without.min(), without.max()) == (-89, 109)

    present = night(entered, left, midnights, ratio(entered, left, midnights))
    np.testing.assert_array_equal(np.isnan(present), np.isnan(left))
    assert np.nanmin(present) >= 0
    np.testing.assert_allclose(present[0, midnights[1:] - 1], 0, atol=1e-9)
    assert np.nanmax(present) < 200
