"""What is told of a reading by what is stored already."""

from typing import Any

import numpy as np
import pytest

from domain.readings import CountKind, CountReading, Mark, ReadingTable
from ingest.hindsight import with_clocks_that_run, without_repeats
from store.timeseries import DuckDBStore

NOON_US = 1_795_435_200_000_000
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US


@pytest.fixture
def store() -> DuckDBStore:
    return DuckDBStore(None)


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


def judged(store: DuckDBStore, *readings: CountReading) -> list[tuple[float, int]]:
    """Minutes after noon, and marks, that readings end up with."""
    table = with_clocks_that_run(ReadingTable.of_readings(readings), store)
    minutes = (table.time_us - NOON_US) / MINUTE_US
    return list(zip(minutes.tolist(), table.marks.tolist(), strict=True))


FROZEN = Mark.RECEIPT_TIME | Mark.CLOCK_WRONG


def test_a_clock_that_says_the_same_instant_an_hour_later_with_other_numbers_stands_still(
    store: DuckDBStore,
) -> None:
    store.add([said(0, 0, 10)])
    assert judged(store, said(0, 60, 14)) == [(60, FROZEN)]


def test_the_first_word_of_a_clock_that_stands_is_believed_and_later_ones_of_one_batch_are_not(
    store: DuckDBStore,
) -> None:
    assert judged(store, said(0, 0.1, 10), said(0, 30, 12), said(0, 60, 15)) == [
        (0, 0),
        (30, FROZEN),
        (60, FROZEN),
    ]


def test_the_same_words_again_are_a_repetition_and_no_wrong_clock(store: DuckDBStore) -> None:
    store.add([said(0, 0, 10)])
    assert judged(store, said(0, 60, 10)) == [(0, 0)]


def test_what_was_kept_during_an_outage_and_comes_late_keeps_its_time(store: DuckDBStore) -> None:
    store.add([said(0, 0, 10), said(300, 300, 40)])
    late = [said(60 * n, 300.1, 10 + n) for n in range(1, 5)]
    assert judged(store, *late) == [(60.0 * n, 0) for n in range(1, 5)]


def test_what_a_device_marks_as_history_keeps_its_time(store: DuckDBStore) -> None:
    store.add([said(0, 0, 10)])
    assert judged(store, said(0, 60, 14, marks=int(Mark.HISTORY))) == [(0, Mark.HISTORY)]


def test_a_period_may_be_restated_after_later_ones_were_said(store: DuckDBStore) -> None:
    period: dict[str, Any] = {"kind": CountKind.PERIOD, "period_s": 900}
    store.add([said(0, 0, 10, **period), said(15, 15, 7, **period)])
    assert judged(store, said(0, 200, 11, **period)) == [(0, 0)]


def test_a_period_that_is_said_again_and_again_is_of_a_clock_that_stands(
    store: DuckDBStore,
) -> None:
    period: dict[str, Any] = {"kind": CountKind.PERIOD, "period_s": 900}
    store.add([said(0, 0, 10, **period)])
    assert judged(store, said(0, 45, 11, **period)) == [(45, FROZEN)]


def undated(minutes: float, delivery: int) -> CountReading:
    """One person entering, dated by its receipt."""
    return said(
        minutes,
        minutes,
        1,
        kind=CountKind.CHANGE,
        marks=int(Mark.RECEIPT_TIME),
        delivery=delivery,
    )


def left_over(store: DuckDBStore, *readings: CountReading, repeated: bool = True) -> list[int]:
    table = ReadingTable.of_readings(readings)
    flags = np.full(len(table), repeated)
    return list(without_repeats(table, flags, store).delivery.tolist())


def test_a_message_without_time_that_was_stored_is_left_out_when_it_is_delivered_again(
    store: DuckDBStore,
) -> None:
    store.add([undated(0, delivery=7)])
    assert left_over(store, undated(5, delivery=7), undated(5, delivery=8)) == [8]


def test_a_message_that_the_broker_does_not_repeat_is_news_whatever_its_number(
    store: DuckDBStore,
) -> None:
    store.add([undated(0, delivery=7)])
    assert left_over(store, undated(5, delivery=7), repeated=False) == [7]


def test_a_repetition_of_what_never_reached_the_store_is_kept(store: DuckDBStore) -> None:
    assert left_over(store, undated(5, delivery=7)) == [7]
