"""Counts by hand beside what the sensor counted meanwhile, in real stores."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.calendars import epoch_us
from domain.estate import Estate
from domain.hand_checks import hand_checks
from domain.hand_counts import DoorCheck, HandCount, HeadCount
from domain.readings import CountKind, CountReading
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.contract.samples import estate as sample

TEN = datetime(2026, 3, 4, 10, tzinfo=UTC)
NOW = TEN + timedelta(days=1)


class House:
    """An estate whose door is mounted the wrong way round and counts 2 one way, 3 the other."""

    def __init__(self, ledger: SqlLedger, timeseries: DuckDBStore) -> None:
        self.ledger, self.timeseries = ledger, timeseries
        ledger.put_estate(self.estate, [], [], actor="test", at=TEN)

    @property
    def estate(self) -> Estate:
        return sample()

    def count_minutes(self, minutes: int) -> None:
        readings = [
            CountReading(
                "door-1",
                CountKind.PERIOD,
                epoch_us(TEN + timedelta(minutes=5 * n)),
                2,
                3,
                period_s=300,
            )
            for n in range(1, minutes // 5 + 1)
        ]
        self.timeseries.add(readings)
        Binning(self.ledger, self.timeseries).update(NOW)

    def doors(self, start: datetime, minutes: int) -> tuple[DoorCheck, ...]:
        end = start + timedelta(minutes=minutes)
        by_hand = HandCount(sensor="door-1", start=start, end=end, entered=20, left=13, actor="m-1")
        self.ledger.add_hand_count(by_hand, NOW)
        return hand_checks(self.ledger, self.timeseries, self.estate, NOW).doors


@pytest.fixture
def house(own_ledger: SqlLedger, own_timeseries: DuckDBStore) -> House:
    return House(own_ledger, own_timeseries)


def test_the_sensor_is_read_over_the_same_time_in_the_same_direction(house: House) -> None:
    house.count_minutes(60)
    [check] = house.doors(TEN + timedelta(minutes=15), 30)
    assert (check.passed_in, check.passed_out) == (20, 13)
    assert (check.counted_in, check.counted_out) == pytest.approx((18, 12))


def test_part_of_a_quarter_hour_counts_for_its_share(house: House) -> None:
    house.count_minutes(60)
    [check] = house.doors(TEN + timedelta(minutes=10), 25)
    assert check.counted_in == pytest.approx(15)


def test_a_sensor_that_was_silent_for_part_of_the_time_cannot_be_compared(house: House) -> None:
    house.count_minutes(20)
    assert house.doors(TEN, 60) == ()


def test_heads_of_the_last_two_years_are_told(house: House) -> None:
    for days in (1, 800):
        at = NOW - timedelta(days=days)
        house.ledger.add_head_count(HeadCount(room="hall", at=at, present=9, actor="m-1"), NOW)
    checks = hand_checks(house.ledger, house.timeseries, house.estate, NOW)
    assert [h.at for h in checks.heads] == [NOW - timedelta(days=1)]
