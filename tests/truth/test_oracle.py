"""What can be known of quarter-hours, by hand."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.truth.oracle import Expected, expected, of_changes, of_presence, of_totals


def array(*numbers: float) -> NDArray[np.float64]:
    return np.array(numbers, dtype=np.float64)


def of_readings(*readings: tuple[float, float, int], bins: int) -> Expected:
    """Readings each quarter-hour when all is well: (quarter-hours, people so far, life)."""
    at, total, life = np.array(readings).T
    known, lost = of_totals(at * 900, total, life.astype(np.int64), interval_s=900)
    return expected(known, lost, bins)


def test_between_readings_at_its_edges_a_bin_is_exact() -> None:
    found = of_readings((0, 3, 0), (1, 8, 0), (2, 8, 0), bins=2)
    assert found.low.tolist() == found.high.tolist() == [5, 0]
    assert not found.may_be_unknown.any()


def test_one_lost_reading_leaves_two_bins_known_together_only() -> None:
    found = of_readings((0, 0, 0), (2, 8, 0), bins=2)
    assert found.low.tolist() == [0, 0]
    assert found.high.tolist() == [8, 8]
    assert found.may_be_unknown.all()
    assert not found.must_be_unknown.any()


def test_of_a_long_gap_with_people_nothing_may_be_said() -> None:
    found = of_readings((0, 0, 0), (3, 8, 0), (4, 9, 0), bins=4)
    assert found.must_be_unknown.tolist() == [True, True, True, False]
    assert (found.low[3], found.high[3]) == (1, 1)


def test_of_a_long_gap_without_people_zero_may_be_said() -> None:
    found = of_readings((0, 8, 0), (3, 8, 0), bins=3)
    assert not found.must_be_unknown.any()
    assert found.may_be_unknown.all()
    assert found.high.tolist() == [0, 0, 0]


def test_across_a_reboot_nothing_may_be_said() -> None:
    found = of_readings((0, 3, 0), (1, 8, 1), (2, 9, 1), bins=2)
    assert found.must_be_unknown.tolist() == [True, False]


def test_changes_count_where_no_number_is_missing() -> None:
    people = array(1, 1, 1, 1)
    at = array(100, 1_000, 2_800, 4_000)
    found = expected(*of_changes(at, people, np.array([1, 1, 0, 1], np.bool_), 4_500), 5)
    assert (found.low[0], found.high[0], found.may_be_unknown[0]) == (1, 9 / 8, True)
    assert found.must_be_unknown.tolist() == [False, False, True, True, False]


def test_presence_is_held_for_two_intervals() -> None:
    right = np.array([1, 0, 0, 0, 1], np.bool_)
    found = of_presence(900 * np.arange(5.0), array(4, 5, 6, 0, 8), right, 5)
    assert found.may_be_unknown.tolist() == [False, True, True, True, False]
    assert found.must_be_unknown.tolist() == [False, False, False, False, False]
    assert (found.low[1], found.high[2], found.high[3]) == (4, 4, 0)
