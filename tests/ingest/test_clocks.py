"""Clocks of sensors that stand still or run behind."""

from collections.abc import Iterable
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
    return Clocks(store, lambda sensor: sensor.partition("/")[0])


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
    found = []
    for n in range(6):
        told = clocks.corrected(ReadingTable.of_readings([said(0, 15 * n, 10 + n, **period)]))
        store.add(told)
        found.append((told.time_us[0] - NOON_US) / MINUTE_US)
    assert found == [0, 0, 0, 45, 60, 75]


def test_the_last_period_of_a_day_may_be_corrected_at_night_be_it_sent_twice(
    clocks: Clocks, store: DuckDBStore
) -> None:
    period: dict[str, Any] = {"kind": CountKind.PERIOD, "period_s": 900}
    store.add([said(0, 0, 10, **period)])
    corrected = said(0, 300, 11, **period)
    assert judged(clocks, corrected) == [(0, 0)]
    assert judged(clocks, corrected) == [(0, 0)]  # as when the store was away
    store.add([corrected])
    assert judged(clocks, said(0, 301, 11, **period)) == [(0, 0)]
    assert judged(clocks, said(0, 315, 12, **period)) == [(315, FROZEN)]


def test_what_is_merely_late_asks_the_store_for_no_more_than_its_own_instants() -> None:
    """All else would be asked with every commit while a platform is late."""
    asked: list[tuple[set[str], float, float]] = []

    class AskedStore(DuckDBStore):
        def last_seen(self) -> dict[str, int]:
            raise AssertionError("of all sensors")

        def read(
            self, sensors: Iterable[str], start_us: int, end_us: int, *, previous: bool = False
        ) -> ReadingTable:
            asked.append((set(sensors), (start_us - NOON_US) / MINUTE_US, end_us - start_us))
            return super().read(sensors, start_us, end_us, previous=previous)

    clocks = Clocks(AskedStore(None), str)
    words = [said(0, 60, 1)._replace(sensor="a"), said(30, 60, 1)._replace(sensor="b")]
    assert judged(clocks, *words) == [(0, 0), (30, 0)]
    assert asked == [({"a"}, 0, 1), ({"b"}, 30, 1)]


def test_a_sensor_that_says_several_instants_at_once_and_corrects_some_has_a_clock_that_runs(
    clocks: Clocks, store: DuckDBStore
) -> None:
    store.add([said(15 * n, 15 * n, 10) for n in range(4)])
    corrected = [said(15 * n, 300, 11) for n in range(4)]
    assert judged(clocks, *corrected) == [(15.0 * n, 0) for n in range(4)]


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


def late_by(clocks: Clocks, minutes: dict[str, float]) -> set[str]:
    """Sensors whose times are not believed, after two hours in which they are so much late."""
    for n in range(9):
        words = [said(15 * n - late, 15 * n, n)._replace(sensor=s) for s, late in minutes.items()]
        table = clocks.corrected(ReadingTable.of_readings(words))
    return {table.sensors[n] for n in table.sensor[(table.marks & Mark.CLOCK_WRONG) != 0]}


def test_what_most_sensors_of_a_source_have_alike_is_not_of_their_clocks(clocks: Clocks) -> None:
    platform = {f"cloud/{n}": 50.0 for n in range(4)}
    doors = {f"mqtt/{n}": 0.0 for n in range(20)}
    assert late_by(clocks, platform | {"cloud/odd": 0.0} | doors) == set()


def test_a_few_sensors_that_are_behind_alike_are_behind_where_most_are_right(
    clocks: Clocks,
) -> None:
    doors = {f"mqtt/{n}": 0.0 for n in range(20)}
    behind = {"mqtt/summer": 60.0, "mqtt/time": 60.0}
    assert late_by(clocks, doors | behind) == set(behind)


def test_sensors_that_are_behind_each_by_its_own_time_are_behind_though_they_be_most(
    clocks: Clocks,
) -> None:
    behind = {f"mqtt/{n}": 60.0 + 30 * n for n in range(5)}
    assert late_by(clocks, behind) == set(behind)


def test_a_batch_of_many_hours_is_judged_like_others(clocks: Clocks) -> None:
    """As out of the spool of a house where little happens."""
    morning = [said(15 * n - 60, 15 * n, n)._replace(sensor="mqtt/early") for n in range(5)]
    evening = [said(600 - 90, 600, n)._replace(sensor="mqtt/late") for n in range(2)]
    found = judged(clocks, *morning, *evening)
    assert found == [(15.0 * n, FROZEN) for n in range(5)] + [(510, 0)] * 2


def test_a_clock_of_our_own_that_is_ahead_condemns_nobody(clocks: Clocks) -> None:
    assert late_by(clocks, {f"source-{n}/only": 60.0 for n in range(3)}) == set()


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
