"""The dashboard of counts, its queries asked of a real InfluxDB."""

import json
import urllib.parse
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.influx import Influx
from domain.calendars import epoch_us
from domain.readings import CountKind, CountReading
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influxdb import InfluxDBStore

pytestmark = pytest.mark.server

DASHBOARD = json.loads(
    (Path(__file__).parents[2] / "deploy" / "grafana" / "counts.json").read_text()
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PANELS = {panel["title"]: panel["targets"][0]["query"] for panel in DASHBOARD["panels"]}


@pytest.fixture
def database(influx: Influx, tmp_path: Path) -> InfluxAddress:
    """Two hours at a door, 3 in and 2 out each quarter-hour; and 5 people present in a room."""
    address = InfluxAddress(url=influx.url, database="openhours-" + tmp_path.name)
    readings = []
    for quarter in range(1, 9):
        at_us = epoch_us(NOON + timedelta(minutes=15 * quarter))
        readings += [
            CountReading("door", CountKind.PERIOD, at_us, 3, 2, period_s=900),
            CountReading("seats", CountKind.PRESENT, at_us, present=5),
        ]
    with (
        closing(InfluxDBStore(address)) as store,
        closing(SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger,
    ):
        store.set_up()
        store.add(readings)
        Binning(ledger, store).update(NOON + timedelta(days=1))
    return address


@pytest.mark.parametrize(
    ("panel", "sensor", "expected"),
    [
        ("Entered, a quarter-hour", "door", [3] * 8),
        ("Left, a quarter-hour", "door", [2] * 8),
        ("Present, by occupancy sensors", "seats", [5]),
        ("Share of each quarter-hour that is known", "door", [1] * 8),
        ("Entered, a day", "door", [24]),
    ],
)
def test_a_panel_shows_what_was_counted(
    database: InfluxAddress, panel: str, sensor: str, expected: list[float]
) -> None:
    span = f"time >= '{NOON:%Y-%m-%dT%H:%M:%SZ}' AND time < '{NOON:%Y-%m-%d}T14:00:00Z'"
    query = PANELS[panel].replace("$timeFilter", span).replace("$sensor", "(door|seats)")
    shown = _series(database, query)[sensor]
    assert shown[: len(expected)] == pytest.approx(expected)


def test_the_sensors_to_choose_from_are_those_that_counted(database: InfluxAddress) -> None:
    (variable,) = (v for v in DASHBOARD["templating"]["list"] if v["name"] == "sensor")
    query = variable["query"].replace('"openhours"', f'"{database.database}"')
    (series,) = _ask(database, query)
    assert {value for _, value in series["values"]} == {"door", "seats"}


def _series(database: InfluxAddress, query: str) -> dict[str, list[float]]:
    return {
        series["tags"]["sensor"]: [value for _, value in series["values"] if value is not None]
        for series in _ask(database, query)
    }


def _ask(database: InfluxAddress, query: str) -> list[dict[str, Any]]:
    words = urllib.parse.urlencode({"db": database.database, "q": query})
    with urllib.request.urlopen(f"{database.url}/query?{words}") as answer:  # noqa: S310
        return list(json.load(answer)["results"][0].get("series", []))
