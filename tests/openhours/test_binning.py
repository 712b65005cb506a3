"""Bins that are made as readings come equal those made of all readings at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.calendars import epoch_us
from domain.estate import Estate
from domain.estate_rules import check
from domain.readings import CountKind, CountReading
from domain.sensor_bins import BIN_US, DTYPES, SensorBins
from openhours.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.places import estate_of

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SPAN = timedelta(hours=30)
KINDS = (CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE, CountKind.PRESENT, CountKind.STATUS)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    folder = tmp_path_factory.mktemp("ledger")
    opened = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    yield opened
    opened.close()


@st.composite
def readings(draw: st.DrawFn) -> list[CountReading]:
    """Totals that rise, periods, changes, people and signs of life of two doors over a day."""
    said = []
    for sensor in ("front", "back"):
        minutes = sorted(draw(st.lists(st.integers(0, 26 * 60), max_size=25, unique=True)))
        entered = 100
        for minute in minutes:
            kind = draw(st.sampled_from(KINDS))
            entered += draw(st.integers(0, 9))
            number = {"entered": entered, "left": entered - 50}
            if kind is CountKind.PRESENT:
                number = {"present": draw(st.integers(-1, 40))}
            elif kind is CountKind.STATUS:
                number = {}
            elif kind is not CountKind.TOTAL:
                number = {"entered": draw(st.integers(0, 9))}
            period_s = 900 if kind is CountKind.PERIOD else 0
            at_us = epoch_us(MONDAY + timedelta(minutes=minute))
            said.append(CountReading(sensor, kind, at_us, period_s=period_s, **number))
    return said


def kept(store: DuckDBStore) -> SensorBins:
    first = epoch_us(MONDAY) // BIN_US - 200
    return store.bins(["front", "back"], first, first + 600)


def rows(bins: SensorBins) -> list[tuple[object, ...]]:
    columns = [getattr(bins, name).tolist() for name in DTYPES]
    return [(bins.sensors[row[0]], *row[1:]) for row in zip(*columns, strict=True)]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=readings(), data=st.data())
def test_bins_made_as_readings_come_late_repeated_and_in_any_order_are_those_of_all_at_once(
    ledger: SqlLedger, said: list[CountReading], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations(said + said[:3]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(arriving)), max_size=4)))
    grown, whole = DuckDBStore(None), DuckDBStore(None)
    now = MONDAY + timedelta(hours=3)
    for start, end in zip([0, *cuts], [*cuts, len(arriving)], strict=True):
        grown.add(arriving[start:end])
        Binning(ledger, grown).update(now)
        now += timedelta(hours=5)
    whole.add(said)
    for store in (grown, whole):
        Binning(ledger, store).update(MONDAY + SPAN)
    np.testing.assert_equal(rows(kept(grown)), rows(kept(whole)))


def total(minutes: float, entered: int) -> CountReading:
    at_us = epoch_us(MONDAY + timedelta(minutes=minutes))
    return CountReading("front", CountKind.TOTAL, at_us, entered=entered)


def test_the_quarter_hour_that_is_not_over_has_no_bin_yet(ledger: SqlLedger) -> None:
    store = DuckDBStore(None)
    store.add([total(m, m) for m in range(1, 50, 5)])
    binning = Binning(ledger, store)
    binning.update(MONDAY + timedelta(minutes=44))
    assert (kept(store).slot - epoch_us(MONDAY) // BIN_US).tolist() == [0, 1]
    binning.update(MONDAY + timedelta(minutes=46))
    assert (kept(store).slot - epoch_us(MONDAY) // BIN_US).tolist() == [0, 1, 2]


def test_another_reporting_interval_makes_the_bins_anew(tmp_path: Path) -> None:
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    store = DuckDBStore(None)
    store.add([total(m, m) for m in (0, 60, 120)])
    binning = Binning(ledger, store)
    binning.update(MONDAY + timedelta(hours=4))
    assert not (kept(store).entered_known > 0).any(), "an hour is a gap of a quarter-hourly sensor"
    put(ledger, estate_of(interval_s=3600))
    binning.update(MONDAY + timedelta(hours=4))
    assert float(np.nansum(kept(store).entered)) == pytest.approx(120)
    ledger.close()


def put(ledger: SqlLedger, estate: Estate) -> None:
    ledger.put_estate(check(estate.model_dump()), [], [], actor="test", at=MONDAY)
