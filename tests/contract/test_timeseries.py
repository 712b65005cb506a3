"""What every `TimeSeriesStore` does."""

from threading import Thread

import numpy as np
import pytest

from domain.ports import TimeSeriesStore
from domain.readings import CountKind, CountReading
from tests.contract.conftest import OpenTimeSeries
from tests.contract.rows import as_row, assert_same, rows_of
from tests.contract.samples import total

DAY_US = 86_400_000_000


def test_an_empty_store_has_nothing(store: TimeSeriesStore) -> None:
    assert store.count() == 0
    assert store.last_seen() == {}
    assert len(store.read(["door"], 0, DAY_US, previous=True)) == 0
    assert store.add([]) == 0


def test_a_reading_comes_back_as_it_was_said(store: TimeSeriesStore) -> None:
    said = [
        CountReading("a", CountKind.TOTAL, 10, entered=2**40, left=7),
        CountReading("b", CountKind.PERIOD, 10, entered=3, left=0, period_s=900),
        CountReading("c", CountKind.CHANGE, 10, entered=1, seq=12, received_us=99),
        CountReading("d", CountKind.PRESENT, 10, present=-2),
    ]
    assert store.add(said) == 4
    assert_same(rows_of(store.read("abcd", 0, 11)), [as_row(r) for r in said])


def test_counts_that_a_sensor_does_not_say_are_unknown_not_zero(store: TimeSeriesStore) -> None:
    store.add([CountReading("a", CountKind.PRESENT, 10, present=4)])
    table = store.read(["a"], 0, 11)
    assert np.isnan(table.entered).all()
    assert np.isnan(table.left).all()


def test_adding_the_same_readings_again_changes_nothing(store: TimeSeriesStore) -> None:
    batch = [total("a", t, t) for t in (30, 10, 20)]
    assert store.add(batch) == 3
    assert store.add(batch) == 0
    assert store.add([*batch[:1], total("a", 40, 40)]) == 1
    assert store.count() == 4


def test_of_readings_with_equal_identity_the_last_added_stands(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1), total("a", 20, 2)])
    assert store.add([total("a", 10, 5), total("a", 10, 6)]) == 0
    assert store.add([total("a", 20, None)]) == 0
    assert_same(
        rows_of(store.read(["a"], 0, 99)), [as_row(total("a", 10, 6)), as_row(total("a", 20, None))]
    )


@pytest.mark.parametrize(
    "other",
    [
        total("b", 10, 1),
        total("a", 11, 1),
        total("a", 10, 1, seq=1),
        CountReading("a", CountKind.CHANGE, 10, 1),
    ],
    ids=["sensor", "time", "sequence number", "kind"],
)
def test_each_part_of_the_identity_tells_readings_apart(
    store: TimeSeriesStore, other: CountReading
) -> None:
    assert store.add([total("a", 10, 1)]) == 1
    assert store.add([other]) == 1
    assert store.count() == 2


def test_the_time_of_receipt_is_no_part_of_the_identity(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1, received_us=11)])
    assert store.add([total("a", 10, 1, received_us=99)]) == 0


def test_a_span_holds_its_start_and_not_its_end(store: TimeSeriesStore) -> None:
    store.add([total("a", t, t) for t in (9, 10, 19, 20)])
    assert store.read(["a"], 10, 20).time_us.tolist() == [10, 19]


def test_rows_are_in_order_of_sensor_time_and_sequence(store: TimeSeriesStore) -> None:
    store.add([total("b", 10, 1), total("a", 20, 2, seq=2), total("a", 20, 1, seq=1)])
    store.add([total("a", 10, 0)])
    table = store.read(["b", "a", "b"], 0, 99)
    assert table.sensors == ("a", "b")
    assert table.sensor.tolist() == [0, 0, 0, 1]
    assert table.time_us.tolist() == [10, 20, 20, 10]
    assert table.seq.tolist() == [0, 1, 2, 0]


def test_only_the_sensors_asked_for_are_read(store: TimeSeriesStore) -> None:
    store.add([total(name, 10, 1) for name in "abc"])
    table = store.read(["c", "nobody"], 0, 99)
    assert [table.sensors[i] for i in table.sensor] == ["c"]
    assert len(table.of("nobody")) == 0
    assert len(store.read([], 0, 99)) == 0


@pytest.mark.parametrize("silent_days", [0.5, 3, 400, 9000])
def test_previous_finds_the_last_reading_however_long_ago(
    store: TimeSeriesStore, silent_days: float
) -> None:
    start = 20_000 * DAY_US
    last = start - int(silent_days * DAY_US)
    store.add([total("dead", last, 7), total("dead", last, 8, seq=1), total("dead", last - 5, 6)])
    store.add([total("well", start - 1, 1), total("well", start, 2), total("new", start, 3)])
    table = store.read(["dead", "well", "new"], start, start + 1, previous=True)
    assert table.of("dead").entered.tolist() == [8]
    assert table.of("well").entered.tolist() == [1, 2]
    assert table.of("new").entered.tolist() == [3]
    assert len(store.read(["dead"], start, start + 1)) == 0


def test_last_seen_is_the_latest_time_of_each_sensor(store: TimeSeriesStore) -> None:
    store.add([total("a", 10, 1), total("b", 30, 1)])
    store.add([total("a", 20, 1), total("b", 5, 1)])
    assert store.last_seen() == {"a": 20, "b": 30}


def test_what_was_added_is_there_after_opening_again(open_store: OpenTimeSeries) -> None:
    first = open_store("kept")
    first.add([total("a", 10, 1), total("b", 20, 2)])
    first.close()
    again = open_store("kept")
    assert again.count() == 2
    assert again.last_seen() == {"a": 10, "b": 20}
    assert again.add([total("a", 10, 1), total("c", 10, 3)]) == 1


def test_threads_that_add_and_read_at_once_lose_nothing(store: TimeSeriesStore) -> None:
    names = ["door-a", "door-b", "door-c", "door-d"]
    torn: list[int] = []

    def write(name: str) -> None:
        for time_us in range(0, 400, 20):
            store.add(
                [total(n, t, t) for n in (name, "shared") for t in range(time_us, time_us + 20)]
            )

    def read() -> None:
        torn.extend(len(store.read(names, 0, 400, previous=True)) % 20 for _ in range(20))

    threads = [Thread(target=write, args=(n,)) for n in names] + [Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count() == 5 * 400
    assert store.last_seen() == dict.fromkeys([*names, "shared"], 399)
    assert torn == [0] * 20, "a batch is seen whole or not at all"
