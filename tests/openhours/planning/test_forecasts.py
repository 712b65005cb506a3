"""Five people come each quarter-hour from noon to six, and stay an hour: twenty are inside."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from domain.clock import ManualClock
from domain.errors import NotFound
from domain.estate import Estate
from domain.readings import CountKind, CountReading
from openhours.entering.estates import import_estate
from openhours.planning.forecasts import DAYS, Forecasts
from openhours.planning.run import PlanningRun
from openhours.receiving.binning import Binning
from policies.demand.nowcast import Crowd
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.hall import COURT, hall_estate

MONDAY = datetime(2026, 9, 7, 4, tzinfo=UTC)
WEEKS = 6
NOW = MONDAY + timedelta(weeks=WEEKS, hours=6)
TODAY = NOW.date()
SPECIAL = TODAY + timedelta(days=2)


def _estate(special: str = "closed") -> Estate:
    return hall_estate(
        COURT | {"capacity": 60},
        {"id": "stage", "venue": "hall", "name": "Stage"},
        special_days=[{"day": SPECIAL.isoformat(), "hours": special}],
    )


def _readings() -> Iterator[CountReading]:
    rng = np.random.default_rng(1)
    came = [0] * 4
    for n in range(WEEKS * 7 * 96):
        start = MONDAY + timedelta(minutes=15 * n)
        came.append(int(rng.poisson(5)) if 12 <= start.hour < 18 else 0)
        end_us = int((start + timedelta(minutes=15)).timestamp()) * 1_000_000
        yield CountReading("door", CountKind.PERIOD, end_us, came[-1], came[-5], None, 900)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    folder = tmp_path_factory.mktemp("forecasts")
    kept = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    timeseries = DuckDBStore(None)
    import_estate(kept, _estate(), actor="test", clock=ManualClock(MONDAY))
    assert Forecasts(kept).of("hall", TODAY) is None
    timeseries.add(list(_readings()))
    PlanningRun(kept, timeseries, Binning(kept, timeseries), history_weeks=8).plan_due(NOW)
    yield kept
    timeseries.close()
    kept.close()


def slot(hour: int) -> int:
    """The quarter-hour that begins then, of a business day that begins at four."""
    return (hour - 4) * 4


def test_as_many_are_expected_inside_as_come_while_one_stays(ledger: SqlLedger) -> None:
    ahead = Forecasts(ledger).of("hall", TODAY)
    assert ahead is not None
    assert ahead.whole.expected[slot(15)] == pytest.approx(20, rel=0.15)
    assert ahead.whole.low[slot(15)] < 17
    assert ahead.whole.high[slot(15)] > 23
    assert ahead.whole.expected[slot(9)] < 3
    assert not ahead.is_open[slot(21)]
    assert ahead.whole.expected[slot(21)] == 0


def test_a_time_is_quiet_or_busy_against_the_venues_own_week(ledger: SqlLedger) -> None:
    ahead = Forecasts(ledger).of("hall", TODAY)
    assert ahead is not None
    assert ahead.whole.crowd[slot(9)] is Crowd.QUIET
    assert ahead.whole.crowd[slot(21)] is None
    assert ahead.whole.against(3, slot(15)) is Crowd.QUIET
    assert ahead.whole.against(21, slot(15)) is Crowd.USUAL
    assert ahead.whole.against(60, slot(15)) is Crowd.BUSY
    assert ahead.whole.against(None, slot(15)) is None


def test_a_room_has_its_part_and_one_without_sensors_none(ledger: SqlLedger) -> None:
    ahead = Forecasts(ledger).of("hall", TODAY)
    assert ahead is not None
    assert [*ahead.rooms] == ["court"]
    assert ahead.rooms["court"].expected[slot(15)] == pytest.approx(20, rel=0.2)


def test_nobody_is_expected_on_a_special_day_that_is_closed(ledger: SqlLedger) -> None:
    ahead = Forecasts(ledger).of("hall", SPECIAL)
    assert ahead is not None
    assert not ahead.is_open.any()
    assert ahead.whole.expected.sum() == 0


def test_what_is_not_known_is_not_said(ledger: SqlLedger) -> None:
    assert Forecasts(ledger).of("hall", TODAY + timedelta(days=DAYS)) is None
    assert Forecasts(ledger).of("hall", date(2026, 9, 7)) is None
    with pytest.raises(NotFound, match="nowhere"):
        Forecasts(ledger).of("nowhere", TODAY)
