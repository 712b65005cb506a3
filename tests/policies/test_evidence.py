import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.demand.evidence import Evidence, variation


def evidence(count: float, exposure: float) -> Evidence:
    return Evidence(np.array([count]), np.array([exposure]))


@given(st.floats(0.1, 1e4), st.floats(0.01, 1e3), st.floats(0, 2), st.floats(0.01, 1))
def test_evidence_of_another_rate_keeps_its_rate_and_loses_weight(
    count: float, exposure: float, cv2: float, floor: float
) -> None:
    own = evidence(count, exposure)
    told = own.of_another(cv2, floor)
    assert told.rate == pytest.approx(own.rate)
    assert told.count <= own.count


def test_however_much_was_counted_another_rate_is_known_no_better_than_they_differ() -> None:
    told = evidence(1e9, 1e8).of_another(0.25, 0)
    assert told.count[0] == pytest.approx(1 / 0.25, rel=1e-6)


def test_zero_visits_elsewhere_do_not_overrule_visits_here() -> None:
    here, elsewhere = evidence(8, 8), evidence(0, 50).of_another(0.2, 0.05)
    assert (here + elsewhere).rate[0] > 0.5


def test_no_exposure_is_no_evidence() -> None:
    told = evidence(0, 0).of_another(0.2, 0.1)
    assert told.exposure[0] == 0
    assert np.isnan(told.rate[0])
    assert np.isnan(told.quantile(0.9)[0])


def test_the_variation_of_rates_is_found_beneath_the_noise_of_counting() -> None:
    rng = np.random.default_rng(4)
    expected = rng.uniform(2, 30, 40_000)
    rates = expected * rng.gamma(1 / 0.09, 0.09, len(expected))
    varied, alike = (rng.poisson(r).astype(np.float64) for r in (rates, expected))
    assert variation(varied, expected) == pytest.approx(0.09, rel=0.1)
    assert variation(alike, expected) == pytest.approx(0, abs=0.005)


def test_without_anything_to_compare_there_is_no_variation() -> None:
    assert variation(np.array([3.0]), np.array([0.0])) == 0
