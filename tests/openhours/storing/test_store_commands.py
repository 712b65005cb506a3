"""`openhours store` on real stores."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from benchmarks.influx import Influx
from domain.calendars import epoch_us
from domain.errors import InvalidInput
from domain.readings import CountKind, CountReading
from domain.sensor_bins import BIN_US
from openhours.cli import app
from openhours.settings.model import load
from openhours.storing.copy import StoreCopy
from openhours.storing.timeseries import History, expire, open_timeseries
from tests.contract.quarters import as_bins, assert_quarters, flow, stale_of
from tests.contract.rows import assert_same, rows_of

START_US = epoch_us(datetime(2026, 9, 7, tzinfo=UTC))
START_SLOT = START_US // BIN_US
SENSORS = [f"door-{n:03d}" for n in range(230)]
EACH, EVERY = 73, 44
"""Readings of a sensor, one every eleventh hour: a month of them."""
SLOTS = EACH * EVERY
END_SLOT = START_SLOT + SLOTS

Open = Callable[[str], History]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    def run_one(*words: str, place: str = "") -> Result:
        flags = ["--set", f"data_dir={tmp_path / 'data'}", "--set", f"store.timeseries={place}"]
        return CliRunner().invoke(
            app, [*flags, "store", *words], catch_exceptions=False, env={"COLUMNS": "200"}
        )

    return run_one


@pytest.fixture
def duckdb_place(tmp_path: Path) -> str:
    return str(tmp_path / "readings.duckdb")


@pytest.fixture
def influx_place(influx: Influx, tmp_path: Path, run: Callable[..., Result]) -> str:
    place = f"influxdb://{influx.host}:{influx.port}/{tmp_path.name}"
    assert run("setup", place=place).exit_code == 0
    return place


@pytest.fixture
def open_place(tmp_path: Path) -> Open:
    settings = load(None, [f"data_dir={tmp_path / 'data'}"])
    return lambda place: open_timeseries(settings, settings.timeseries_at(place))


def fill(store: History) -> None:
    """A month of readings whose bins are made, but for the last quarter-hour."""
    slots = range(START_SLOT, END_SLOT, EVERY)
    store.add(
        [
            CountReading(name, CountKind.TOTAL, slot * BIN_US, slot % 97, seq=n, received_us=5)
            for n, name in enumerate(SENSORS)
            for slot in slots
        ]
    )
    quarters = [flow(name, slot, slot % 7) for name in SENSORS for slot in slots[:-1]]
    spans = dict.fromkeys(SENSORS, (START_SLOT, slots[-1]))
    store.put_bins(as_bins(quarters), spans, store.stale(), slots[-1])


def assert_same_stores(one: History, other: History) -> None:
    span = START_US, END_SLOT * BIN_US
    assert_same(rows_of(other.read(SENSORS, *span)), rows_of(one.read(SENSORS, *span)))
    bins = one.bins(SENSORS, START_SLOT, END_SLOT)
    assert len(bins) == (EACH - 1) * len(SENSORS)
    there = other.bins(SENSORS, START_SLOT, END_SLOT)
    assert there.sensors == bins.sensors
    assert there.slot.tolist() == bins.slot.tolist()
    assert there.entered.tolist() == bins.entered.tolist()


def test_setup_makes_what_is_missing_once(
    run: Callable[..., Result], duckdb_place: str, influx: Influx, tmp_path: Path
) -> None:
    assert f"file {duckdb_place} made" in run("setup", place=duckdb_place).stdout
    assert "made" not in run("setup", place=duckdb_place).stdout
    influx_place = f"influxdb://{influx.host}:{influx.port}/{tmp_path.name}"
    said = run("setup", place=influx_place).stdout.splitlines()
    assert said[:-1] == [
        f"database {tmp_path.name} made",
        "readings are kept for ever",
        "bins are kept for ever",
    ]
    assert run("setup", place=influx_place).stdout.splitlines() == said[-1:]


def test_history_goes_from_one_store_to_the_other_and_back(
    run: Callable[..., Result], duckdb_place: str, influx_place: str, open_place: Open
) -> None:
    with closing(open_place(duckdb_place)) as store:
        fill(store)
        stale = stale_of(store)
    back = duckdb_place.replace("readings", "back")
    for source, target in ((duckdb_place, influx_place), (influx_place, back)):
        result = run("copy", source, target)
        assert f"{230 * EACH:,} in {target}" in result.stdout
    with closing(open_place(duckdb_place)) as one, closing(open_place(back)) as other:
        assert_same_stores(one, other)
        assert stale_of(one) == stale
        assert set(stale) <= set(stale_of(other))


def test_a_copy_that_is_killed_anywhere_goes_on_where_it_was(
    duckdb_place: str, open_place: Open, tmp_path: Path
) -> None:
    progress = tmp_path / "progress.json"
    target_place = duckdb_place.replace("readings", "target")
    with closing(open_place(duckdb_place)) as source:
        fill(source)
        pieces, readings = 0, []
        while pieces == 0 or progress.exists():
            with closing(open_place(target_place)) as target:
                copying = StoreCopy(source, target, progress, from_us=0)
                readings += [come.readings for come in islice(copying.run(), 2)]
                pieces += 1
        with closing(open_place(target_place)) as target:
            assert_same_stores(source, target)
            assert stale_of(target) == stale_of(source)
    assert pieces > 2
    assert readings == sorted(readings)
    assert readings[-1] == 230 * EACH


def test_a_copy_onto_itself_or_from_nowhere_is_refused(
    run: Callable[..., Result], duckdb_place: str
) -> None:
    with pytest.raises(InvalidInput, match="is the same store"):
        run("copy", duckdb_place, duckdb_place)
    with pytest.raises(InvalidInput, match="no such file"):
        run("copy", duckdb_place, f"{duckdb_place}.new")
    assert not Path(duckdb_place).exists()


@pytest.mark.parametrize("kind", ["duckdb", "influx"])
def test_info_says_what_is_stored_and_what_waits(
    run: Callable[..., Result], request: pytest.FixtureRequest, open_place: Open, kind: str
) -> None:
    place = request.getfixturevalue(f"{kind}_place")
    with closing(open_place(place)) as store:
        store.add([CountReading("a", CountKind.TOTAL, START_US + n, n) for n in range(1200)])
        store.add([CountReading("b", CountKind.TOTAL, START_US, 1)])
    said = " ".join(run("info", place=place).stdout.replace("│", " ").split())
    assert "readings 1,201" in said
    assert "sensors 2" in said
    assert "from 2026-09-07 00:00 UTC" in said
    assert "sensors whose quarter-hours are due 2" in said


def test_readings_expire_by_the_settings_days(tmp_path: Path, open_place: Open) -> None:
    place = str(tmp_path / "readings.duckdb")
    settings = load(None, ["store.keep_raw_days=10", "store.keep_bins_days=20"])
    with closing(open_place(place)) as store:
        fill(store)
        now = datetime(2026, 10, 7, tzinfo=UTC)
        readings, bins = expire(settings, store, now)
        first = store.first_seen()
        assert min(first.values()) >= epoch_us(datetime(2026, 9, 27, tzinfo=UTC))
        assert min(f for f, _ in store.binned().values()) * BIN_US >= epoch_us(
            datetime(2026, 9, 17, tzinfo=UTC)
        )
        assert store.count() + readings == 230 * EACH
        assert bins > 0
        assert expire(load(None, []), store, now) == (0, 0)


def test_bins_of_a_store_are_found_where_their_readings_are_gone(
    open_place: Open, tmp_path: Path
) -> None:
    with closing(open_place(str(tmp_path / "one.duckdb"))) as one:
        fill(one)
        settings = load(None, ["store.keep_raw_days=7"])
        expire(settings, one, datetime(2026, 10, 7, tzinfo=UTC))
        with closing(open_place(str(tmp_path / "two.duckdb"))) as two:
            for _ in StoreCopy(one, two, tmp_path / "progress.json", from_us=0).run():
                pass
            wanted = [
                flow(SENSORS[0], slot, slot % 7) for slot in range(START_SLOT, END_SLOT, EVERY)
            ][:-1]
            assert_quarters(two.bins(SENSORS[:1], START_SLOT, END_SLOT), wanted)
