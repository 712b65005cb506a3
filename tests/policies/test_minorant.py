import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import isotonic_regression

from policies.minorant import Floats, minorant_slopes

WIDTHS = arrays(np.float64, (4, 12), elements=st.integers(0, 5).map(float))
RISES = arrays(np.float64, (4, 12), elements=st.integers(-9, 9).map(float))


def points(widths: Floats, rises: Floats) -> tuple[Floats, Floats]:
    """Points that stand still in y wherever they do in x."""
    rises = np.where(widths > 0, rises, 0)
    start = np.zeros((len(widths), 1))
    return (
        np.concatenate([start, widths.cumsum(axis=1)], axis=1),
        np.concatenate([start, rises.cumsum(axis=1)], axis=1),
    )


@given(WIDTHS, RISES)
def test_slopes_are_the_weighted_isotonic_regression_of_the_rises(
    widths: Floats, rises: Floats
) -> None:
    """The classic identity, with another implementation of pooled adjacent violators as oracle."""
    slopes = minorant_slopes(*points(widths, rises))
    for row in range(len(widths)):
        wide = widths[row] > 0
        if wide.any():
            expected = isotonic_regression(
                rises[row, wide] / widths[row, wide], weights=widths[row, wide]
            )
            np.testing.assert_allclose(slopes[row, wide], expected.x, atol=1e-9)


@given(WIDTHS, RISES)
def test_the_minorant_lies_below_all_points_and_meets_both_ends(
    widths: Floats, rises: Floats
) -> None:
    x, y = points(widths, rises)
    below = np.cumsum(minorant_slopes(x, y) * np.diff(x, axis=1), axis=1)
    assert (below <= y[:, 1:] + 1e-9).all()
    np.testing.assert_allclose(below[:, -1], y[:, -1], atol=1e-9)


def test_one_point_has_no_slope() -> None:
    assert minorant_slopes(np.zeros((3, 1)), np.zeros((3, 1))).shape == (3, 0)
