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
from domain.readings import CountKind, CountReading, Mark
from domain.sensor_bins import BIN_US, DTYPES, SensorBins
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.places import estate_of

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SPAN = timedelta(hours=30)
KINDS = (CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE, CountKind.PRESENT, CountKind.STATUS)
PERIODS_S = (900, 3600, 86_400)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    folder = tmp_path_factory.mktemp("ledger")
    opened = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    yield opened
    opened.close()


@st.composite
def readings(draw: st.DrawFn) -> list[CountReading]:
    """Totals, odd and reset ones too, periods, changes, people, signs of life of two doors."""
    said = []
    for sensor in ("front", "back"):
        minutes = sorted(draw(st.lists(st.integers(0, 26 * 60), max_size=25, unique=True)))
        entered = 100
        for minute in minutes:
            kind = draw(st.sampled_from(KINDS))
            entered = draw(st.integers(0, 9)) + draw(st.sampled_from([entered] * 9 + [0]))
            number = {"entered": entered, "left": entered - 50}
            if kind is CountKind.PRESENT:
                number = {"present": draw(st.integers(-1, 40))}
            elif kind is CountKind.STATUS:
                number = {}
            elif kind is not CountKind.TOTAL:
                number = {"entered": draw(st.integers(0, 9))}
            elif draw(st.integers(0, 5)) == 5:
                number["entered"] += 100_000
            period_s = draw(st.sampled_from(PERIODS_S)) if kind is CountKind.PERIOD else 0
            at_us = epoch_us(MONDAY + timedelta(minutes=minute))
            marks = int(draw(st.sampled_from((Mark(0), Mark(0), Mark.BOOTED, Mark.RESET))))
            said.append(CountReading(sensor, kind, at_us, period_s=period_s, marks=marks, **number))
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


def test_people_are_held_into_quarter_hours_that_were_not_over_when_they_were_said(
    ledger: SqlLedger,
) -> None:
    """No later reading comes that would have these made: 2.5 × 900 s from 00:14 end at 00:51:30."""
    store = DuckDBStore(None)
    store.add([CountReading("front", CountKind.PRESENT, total(14, 0).time_us, present=7)])
    binning = Binning(ledger, store)
    binning.update(MONDAY + timedelta(minutes=15))
    binning.update(MONDAY + timedelta(hours=4))
    said = kept(store)
    assert (said.slot - epoch_us(MONDAY) // BIN_US).tolist() == [0, 1, 2, 3]
    assert said.present.tolist() == [7, 7, 7, 7]
    np.testing.assert_allclose(said.present_known, [1 / 15, 1, 1, 6.5 / 15], rtol=1e-6)


def test_what_comes_after_a_gap_does_not_judge_the_totals_before_it(ledger: SqlLedger) -> None:
    """The total leaps, goes on, and after ten silent hours is back where it was."""
    before, after = [total(0, 100), total(15, 50_000), total(30, 50_010)], [total(630, 150)]
    grown, whole = DuckDBStore(None), DuckDBStore(None)
    whole.add(before + after)
    grown.add(before)
    Binning(ledger, grown).update(MONDAY + timedelta(hours=3))
    grown.add(after)
    for store in (grown, whole):
        Binning(ledger, store).update(MONDAY + SPAN)
        assert np.nansum(kept(store).entered) == 10


def test_a_period_that_reaches_back_too_far_says_nothing_of_quarter_hours(
    ledger: SqlLedger,
) -> None:
    store = DuckDBStore(None)
    noon_us = epoch_us(MONDAY + timedelta(hours=12))
    store.add(
        [
            CountReading("front", CountKind.PERIOD, noon_us, entered=8, period_s=7200),
            CountReading("back", CountKind.PERIOD, noon_us, entered=96, period_s=86_400),
        ]
    )
    Binning(ledger, store).update(MONDAY + SPAN)
    said = kept(store)
    known = {said.sensors[n]: int((said.entered_known[said.sensor == n] > 0).sum()) for n in (0, 1)}
    assert known == {"front": 8, "back": 0}


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


def test_a_shorter_reporting_interval_takes_back_what_was_held_by_the_longer(
    tmp_path: Path,
) -> None:
    """A day's interval holds the value for 60 hours, a minute's for 2.5 minutes."""
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    store = DuckDBStore(None)
    store.add([CountReading("front", CountKind.PRESENT, total(1, 0).time_us, present=7)])
    binning = Binning(ledger, store)
    put(ledger, estate_of(interval_s=86_400))
    binning.update(MONDAY + timedelta(hours=80))
    assert len(kept(store)) == 241
    put(ledger, estate_of(interval_s=60))
    binning.update(MONDAY + timedelta(hours=80))
    assert len(kept(store)) == 1
    ledger.close()


def put(ledger: SqlLedger, estate: Estate) -> None:
    ledger.put_estate(check(estate.model_dump()), [], [], actor="test", at=MONDAY)
