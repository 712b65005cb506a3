"""Clocks of sensors that stand still or run behind."""

from typing import Any

import pytest

from domain.readings import CountKind, CountReading, Mark, ReadingTable
from ingest.clocks import Clocks
from store.timeseries import DuckDBStore

NOON_US = 1_795_435_200_000_000
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US


@pytest.fixture
def store() -> DuckDBStore:
    return DuckDBStore(None)


@pytest.fixture
def clocks(store: DuckDBStore) -> Clocks:
    return Clocks(store)


def said(minutes: float, received_minutes: float, entered: int, **more: Any) -> CountReading:
    """What a door said of an instant and when it came, both in minutes after noon."""
    given = {"kind": CountKind.TOTAL, **more}
    return CountReading(
        "door",
        time_us=NOON_US + round(minutes * MINUTE_US),
        received_us=NOON_US + round(received_minutes * MINUTE_US),
        entered=entered,
        **given,
    )


def judged(clocks: Clocks, *readings: CountReading) -> list[tuple[float, int]]:
    """Minutes after noon, and marks, that readings end up with."""
    table = clocks.corrected(ReadingTable.of_readings(readings))
    minutes = (table.time_us - NOON_US) / MINUTE_US
    return list(zip(minutes.tolist(), table.marks.tolist(), strict=True))


FROZEN = Mark.RECEIPT_TIME | Mark.CLOCK_WRONG


def test_a_clock_that_says_the_same_instant_an_hour_later_with_other_numbers_stands_still(
    clocks: Clocks, store: DuckDBStore
) -> None:
    store.add([said(0, 0, 10)])
    assert judged(clocks, said(0, 60, 14)) == [(60, FROZEN)]


def test_the_first_word_of_a_clock_that_stands_is_believed_and_later_ones_of_one_batch_are_not(
    clocks: Clocks,
) -> None:
    assert judged(clocks, said(0, 0.1, 10), said(0, 30, 12), said(0, 60, 15)) == [
        (0, 0),
        (30, FROZEN),
        (60, FROZEN),
    ]


def test_the_same_words_again_are_a_repetition_and_no_wrong_clock(
    clocks: Clocks, store: DuckDBStore
) -> None:
    store.add([said(0, 0, 10)])
    assert judged(clocks, said(0, 60, 10)) == [(0, 0)]


def test_what_was_kept_during_an_outage_and_comes_late_keeps_its_time(
    clocks: Clocks, store: DuckDBStore
) -> None:
    store.add([said(0, 0, 10), said(300, 300, 40)])
    late = [said(60 * n, 300.1, 10 + n) for n in range(1, 5)]
    assert judged(clocks, *late) == [(60.0 * n, 0) for n in range(1, 5)]


def test_what_a_device_marks_as_history_keeps_its_time(clocks: Clocks, store: DuckDBStore) -> None:
    store.add([said(0, 0, 10)])
    assert judged(clocks, said(0, 60, 14, marks=int(Mark.HISTORY))) == [(0, Mark.HISTORY)]


def test_a_period_may_be_restated_after_later_ones_were_said(
    clocks: Clocks, store: DuckDBStore
) -> None:
    period: dict[str, Any] = {"kind": CountKind.PERIOD, "period_s": 900}
    store.add([said(0, 0, 10, **period), said(15, 15, 7, **period)])
    assert judged(clocks, said(0, 200, 11, **period)) == [(0, 0)]


def test_a_period_that_is_said_again_and_again_is_of_a_clock_that_stands(
    clocks: Clocks, store: DuckDBStore
) -> None:
    period: dict[str, Any] = {"kind": CountKind.PERIOD, "period_s": 900}
    store.add([said(0, 0, 10, **period)])
    assert judged(clocks, said(0, 45, 11, **period)) == [(45, FROZEN)]


def test_a_clock_known_to_stand_is_believed_no_more_whatever_its_numbers(
    clocks: Clocks, store: DuckDBStore
) -> None:
    store.add([said(0, 0, 10)])
    assert judged(clocks, said(0, 60, 14)) == [(60, FROZEN)]
    assert judged(clocks, said(0, 75, 10)) == [(75, FROZEN)]
    assert judged(clocks, said(90, 90, 15)) == [(90, 0)]


def test_changes_of_one_instant_that_go_on_for_more_than_an_hour_are_of_a_clock_that_stands(
    clocks: Clocks, store: DuckDBStore
) -> None:
    change: dict[str, Any] = {"kind": CountKind.CHANGE}
    store.add([said(0, 0, 1, seq=1, **change)])
    assert judged(clocks, said(0, 30, 1, seq=2, **change)) == [(0, 0)]
    assert judged(clocks, said(0, 90, 1, seq=3, **change)) == [(90, FROZEN)]


def test_one_of_two_changes_of_an_instant_may_be_held_up_while_later_ones_come(
    clocks: Clocks, store: DuckDBStore
) -> None:
    change: dict[str, Any] = {"kind": CountKind.CHANGE}
    store.add([said(0, 0, 1, seq=1, **change), said(20, 20, 1, seq=3, **change)])
    assert judged(clocks, said(0, 90, 1, seq=2, **change)) == [(0, 0)]


def test_a_clock_that_stays_hours_behind_is_believed_until_that_is_sure(clocks: Clocks) -> None:
    found = [judged(clocks, said(15 * n - 180, 15 * n, n))[0] for n in range(6)]
    assert found == [(-180, 0), (-165, 0), (-150, 0), (45, FROZEN), (60, FROZEN), (75, FROZEN)]
    assert judged(clocks, said(90, 90, 6)) == [(90, 0)]


def test_what_was_kept_for_hours_and_comes_all_at_once_is_of_no_clock_behind(
    clocks: Clocks,
) -> None:
    kept = [said(15 * n, 600 + n / 60, n) for n in range(20)]
    assert judged(clocks, *kept) == [(15.0 * n, 0) for n in range(20)]


def test_a_slow_platform_that_passes_everything_on_after_half_an_hour_is_believed(
    clocks: Clocks,
) -> None:
    found = [judged(clocks, said(15 * n - 30, 15 * n, n))[0] for n in range(8)]
    assert found == [(15.0 * n - 30, 0) for n in range(8)]
