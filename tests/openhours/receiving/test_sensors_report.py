"""The report on sensors, from real stores; the command that prints it."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner, Result

from console.access.entrance import Entrance
from console.sensors.report import SensorReport
from console.web.app import create_app
from domain.calendars import epoch_us
from domain.clock import ManualClock
from domain.estate_rules import check
from domain.readings import CountKind, CountReading, Mark
from domain.schedules import entered
from domain.sensor_bins import BIN_US
from openhours.cli import app
from openhours.receiving.sensors_report import SensorReporter, sensors_report
from openhours.settings.model import Settings, load
from openhours.storing.stores import stores
from policies.findings import State
from tests.browser.conftest import served
from tests.console.services import services_over
from tests.contract.quarters import Quarter, as_bins

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
"""A Wednesday, after nine open hours."""
NOW_US = epoch_us(NOW)
END = NOW_US // BIN_US
FIRST = END - 14 * 96
OPEN = range(8 * 4, 18 * 4)
ESTATE = {
    "areas": [{"id": "town", "name": "Town"}],
    "venues": [
        {"id": "library", "name": "Library", "type": "library", "area": "town", "zone": "UTC",
         "hours": {"mon-sun": "08:00-18:00"}},
        {"id": "pool", "name": "Pool", "type": "pool", "area": "town", "zone": "UTC",
         "hours": {"mon-sun": "08:00-18:00"}},
    ],
    "rooms": [
        {"id": "hall", "venue": "library", "name": "Hall"},
        {"id": "gym", "venue": "pool", "name": "Gym", "capacity": 20},
    ],
    "sensors": [
        {"id": "front", "room": "hall"},
        {"id": "gate", "room": "gym"},
        {"id": "late", "room": "gym", "kind": "present"},
    ],
}  # fmt: skip


def fill(settings: Settings) -> None:
    """An estate; a front door that has stood still today, a gate that is fine, a low battery."""
    estate = check(ESTATE)
    began = NOW - timedelta(days=60)
    with stores(settings) as (ledger, timeseries):
        versions = [entered(v, (), began, "import") for v in estate.venues]
        ledger.put_estate(estate, versions, [], actor="import", at=began)
        quarters = [
            Quarter(name, CountKind.TOTAL, slot, people, 1, people, 1)
            for name in ("front", "gate")
            for slot in range(FIRST, END)
            for people in [6 if slot % 96 in OPEN and (name == "gate" or slot < END - 40) else 0]
        ]
        timeseries.add(
            [
                CountReading(name, CountKind.TOTAL, NOW_US - n * BIN_US, 5, 5)
                for name in ("front", "gate")
                for n in range(20)
            ]
            + [
                CountReading("late", CountKind.PRESENT, NOW_US - 3 * BIN_US, present=3,
                             marks=Mark.LOW_BATTERY),
                CountReading("porch", CountKind.STATUS, NOW_US - 90 * 86_400_000_000),
            ]
        )  # fmt: skip
        spans = dict.fromkeys(("front", "gate"), (FIRST, END))
        timeseries.put_bins(as_bins(quarters), spans, timeseries.stale(), END)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = load(None, [f"data_dir={tmp_path / 'data'}"])
    fill(made)
    return made


def test_all_that_was_registered_or_heard_is_reported_worst_first(settings: Settings) -> None:
    with stores(settings) as (ledger, timeseries):
        report = sensors_report(ledger, timeseries, NOW)
    assert [(s.sensor, [f.state for f in s.findings]) for s in report.sensors] == [
        ("front", [State.STUCK]),
        ("late", [State.LATE, State.LOW_BATTERY]),
        ("gate", []),
    ]
    assert report.sensors[0].findings[0].facts["open_hours"] == 9
    [porch] = report.waiting
    assert (porch.sensor, porch.kind, porch.register_line) == (
        "porch", None, '- {id: "porch", room: ROOM}',
    )  # fmt: skip
    assert porch.last_heard == NOW - timedelta(days=90)


def test_the_report_is_made_anew_after_a_minute(settings: Settings) -> None:
    clock = ManualClock(NOW)
    with stores(settings) as (ledger, timeseries):
        reporter = SensorReporter(ledger, timeseries, clock)
        first = reporter.report()
        clock.move_to(NOW + timedelta(seconds=59))
        assert reporter.report() is first
        clock.move_to(NOW + timedelta(seconds=60))
        assert reporter.report().at == clock.now()


def flags(settings: Settings, port: int = 1) -> list[str]:
    return ["--set", f"data_dir={settings.data_dir}", "--set", f"console.port={port}"]


@pytest.fixture
def sensors(settings: Settings) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        command = [*flags(settings), "ingest", "sensors", *words]
        return CliRunner().invoke(app, command, env={"COLUMNS": "200"})

    return run


def test_the_command_prints_every_sensor_in_either_language(
    sensors: Callable[..., Result],
) -> None:
    english, chinese = sensors().output, sensors("--lang", "zh").output
    assert "front" in english
    assert "Nothing has come from it" not in english
    assert "It says that its battery is low." in english
    assert '- {id: "porch", room: ROOM}' in english
    assert "电量低" in chinese


def test_the_command_gives_json_as_the_interface_has_it(sensors: Callable[..., Result]) -> None:
    report = SensorReport.model_validate_json(sensors("--json").stdout)
    assert {s.sensor for s in report.sensors} == {"front", "gate", "late"}


def from_elsewhere(settings: Settings, port: int) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, to which a held store is closed."""
    command = [sys.executable, "-m", "openhours", *flags(settings, port), "ingest", "sensors"]
    return subprocess.run([*command, "--json"], check=False, capture_output=True, text=True)


@pytest.mark.parametrize("open_reading", [True, False])
def test_where_the_service_holds_the_store_it_is_asked(
    settings: Settings, *, open_reading: bool
) -> None:
    clock = ManualClock(NOW)
    with stores(settings) as (ledger, timeseries):
        entrance = Entrance(open_reading=open_reading)
        services = services_over(ledger, timeseries, clock, entrance=entrance)
        with served(create_app(services)) as address:
            found = from_elsewhere(settings, urlsplit(address).port or 0)
    assert "the running service holds the store" in found.stderr
    if open_reading:
        assert json.loads(found.stdout)["at"] == "2026-11-25T17:00:00Z"
    else:
        assert "ask it with a token of yours" in found.stderr


def test_where_no_service_answers_what_holds_the_store_is_said(settings: Settings) -> None:
    with stores(settings):
        found = from_elsewhere(settings, port=1)
    assert found.returncode != 0
    assert "the time-series store does not work" in found.stderr
