import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import Bounds, isotonic_regression, minimize

from policies.taut_string import Floats, taut_slopes

WIDTHS = arrays(np.float64, (4, 12), elements=st.integers(0, 5).map(float))
RISES = arrays(np.float64, (4, 12), elements=st.integers(-9, 9).map(float))
ROOM = st.integers(1, 15).map(float)
PINNED = np.zeros(4, dtype=np.bool_)


def points(widths: Floats, rises: Floats) -> tuple[Floats, Floats]:
    """Points that stand still in y wherever they do in x."""
    rises = np.where(widths > 0, rises, 0)
    start = np.zeros((len(widths), 1))
    return (
        np.concatenate([start, widths.cumsum(axis=1)], axis=1),
        np.concatenate([start, rises.cumsum(axis=1)], axis=1),
    )


def path(x: Floats, slopes: Floats) -> Floats:
    return np.cumsum(slopes * np.diff(x, axis=1), axis=1)


@given(WIDTHS, RISES)
def test_without_a_lower_wall_slopes_are_the_isotonic_regression_of_the_rises(
    widths: Floats, rises: Floats
) -> None:
    """The classic identity, with another implementation of pooled adjacent violators as oracle."""
    x, y = points(widths, rises)
    slopes = taut_slopes(x, np.full_like(y, -np.inf), y, PINNED)
    for row in range(len(widths)):
        wide = widths[row] > 0
        if wide.any():
            expected = isotonic_regression(
                rises[row, wide] / widths[row, wide], weights=widths[row, wide]
            )
            np.testing.assert_allclose(slopes[row, wide], expected.x, atol=1e-9)


@given(WIDTHS, RISES, ROOM)
def test_the_string_stays_in_its_tube_and_meets_both_ends(
    widths: Floats, rises: Floats, room: float
) -> None:
    x, upper = points(widths, rises)
    found = path(x, taut_slopes(x, upper - room, upper, PINNED))
    assert (found <= upper[:, 1:] + 1e-9).all()
    assert (found >= upper[:, 1:] - room - 1e-9).all()
    np.testing.assert_allclose(found[:, -1], upper[:, -1], atol=1e-9)


@pytest.mark.parametrize("end_is_free", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_no_path_in_the_tube_bends_less(seed: int, *, end_is_free: bool) -> None:
    rng = np.random.default_rng(seed)
    widths, rises = rng.integers(1, 6, (1, 9)), rng.integers(-9, 10, (1, 9))
    x, upper = points(widths.astype(np.float64), rises.astype(np.float64))
    lower = upper - 6
    slopes = taut_slopes(x, lower, upper, np.array([end_is_free]))
    width = np.diff(x)[0]

    def energy(y: Floats) -> float:
        return float(np.sum(np.diff(y, prepend=0) ** 2 / width))

    low, high = lower[0, 1:], upper[0, 1:]
    bounds = Bounds(low if end_is_free else np.append(low[:-1], high[-1]), high)
    found = minimize(energy, (bounds.lb + high) / 2, bounds=bounds, options={"maxiter": 2000})
    assert energy(path(x, slopes)[0]) == pytest.approx(found.fun, rel=1e-3, abs=1e-3)


@given(WIDTHS, RISES, ROOM)
def test_a_string_run_backwards_bends_alike(widths: Floats, rises: Floats, room: float) -> None:
    x, upper = points(widths, rises)
    forwards = taut_slopes(x, upper - room, upper, PINNED)
    # From the other end the tube hangs the other way round, shifted by where the string ends.
    mirrored_x = x[:, -1:] - x[:, ::-1]
    mirrored = upper[:, ::-1] - upper[:, -1:]
    backwards = taut_slopes(mirrored_x, mirrored - room, mirrored, PINNED)
    steps = np.diff(x, axis=1)
    np.testing.assert_allclose(forwards * steps, -(backwards * steps[:, ::-1])[:, ::-1], atol=1e-7)


def test_one_point_has_no_slope() -> None:
    nothing = np.zeros((3, 1))
    assert taut_slopes(nothing, nothing, nothing, np.zeros(3, dtype=np.bool_)).shape == (3, 0)
