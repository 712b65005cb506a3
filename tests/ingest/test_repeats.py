"""Messages without a time that are delivered again."""

import numpy as np
import pytest

from domain.readings import CountKind, CountReading, Mark, ReadingTable
from ingest.repeats import without_repeats
from store.timeseries import DuckDBStore

NOON_US = 1_795_435_200_000_000
MINUTE_US = 60_000_000


@pytest.fixture
def store() -> DuckDBStore:
    return DuckDBStore(None)


def undated(minutes: int, delivery: int) -> CountReading:
    """One person entering, dated by its receipt, in minutes after noon."""
    at_us = NOON_US + minutes * MINUTE_US
    return CountReading(
        "door",
        CountKind.CHANGE,
        at_us,
        entered=1,
        received_us=at_us,
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


def test_what_was_stored_days_ago_is_another_message_though_its_number_be_the_same(
    store: DuckDBStore,
) -> None:
    store.add([undated(0, delivery=7), undated(1 * 60, delivery=8)])
    later = 24 * 60 + 30
    assert left_over(store, undated(later, delivery=7), undated(later, delivery=8)) == [7]


def test_a_repetition_in_the_same_batch_as_the_first_delivery_is_left_out(
    store: DuckDBStore,
) -> None:
    """As after a connection that was lost while the store was away."""
    table = ReadingTable.of_readings(
        [undated(0, delivery=7), undated(0, delivery=8), undated(5, delivery=7)]
    )
    rest = without_repeats(table, np.array([False, False, True]), store)
    assert rest.received_us.tolist() == [NOON_US, NOON_US]


def test_readings_of_one_repeated_message_are_no_repetitions_of_one_another(
    store: DuckDBStore,
) -> None:
    said = undated(0, delivery=7)
    assert left_over(store, said, said._replace(time_us=said.time_us + 1)) == [7, 7]
