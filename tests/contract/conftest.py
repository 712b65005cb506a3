"""Every implementation of a port; one line here brings another under the whole suite."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import pytest

from domain.ports import Ledger, TimeSeriesStore
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influxdb import InfluxDBStore

OpenTimeSeries = Callable[[str], TimeSeriesStore]
OpenLedger = Callable[[str], Ledger]

REJECTION_BYTES_KEPT = 50_000
"""Little, so that tests can go beyond it."""


def _open_influxdb(request: pytest.FixtureRequest, place: Path) -> TimeSeriesStore:
    server = request.getfixturevalue("influx")
    database = f"{place.parent.name}-{place.name}"
    store = InfluxDBStore(InfluxAddress(url=server.url, database=database))
    store.set_up()
    return store


TIME_SERIES: dict[str, Callable[[pytest.FixtureRequest, Path], TimeSeriesStore]] = {
    "duckdb": lambda _, place: DuckDBStore(place.with_suffix(".duckdb")),
    "influxdb": _open_influxdb,
}
DATABASES: dict[str, Callable[[pytest.FixtureRequest, Path], str]] = {
    "sqlite": lambda _, place: f"sqlite:///{place.with_suffix('.sqlite')}",
    "postgresql": lambda request, _: request.getfixturevalue("postgres")(),
}


@pytest.fixture(params=TIME_SERIES)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenTimeSeries]:
    """Opens the store of a name: the same name, closed in between, is the same store."""
    implementation = TIME_SERIES[request.param]
    with ExitStack() as opened:
        yield lambda name: opened.enter_context(closing(implementation(request, tmp_path / name)))


@pytest.fixture
def store(open_store: OpenTimeSeries) -> TimeSeriesStore:
    return open_store("one")


@pytest.fixture(params=DATABASES)
def open_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenLedger]:
    """Opens the ledger of a name: the same name, closed in between, is the same ledger."""
    urls: dict[str, str] = {}

    def opened(name: str) -> Ledger:
        if name not in urls:
            urls[name] = DATABASES[request.param](request, tmp_path / name)
        return SqlLedger.open(urls[name], rejection_bytes_kept=REJECTION_BYTES_KEPT)

    with ExitStack() as ledgers:
        yield lambda name: ledgers.enter_context(closing(opened(name)))


@pytest.fixture
def ledger(open_ledger: OpenLedger) -> Ledger:
    return open_ledger("one")


@pytest.fixture
def names() -> Iterator[str]:
    """Names never used before, for tests that need a fresh store in every round."""
    return (f"round-{n}" for n in count())
