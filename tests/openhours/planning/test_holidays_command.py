"""Special days for the holidays ahead, from the command line."""

import json
from datetime import date, timedelta
from pathlib import Path

import yaml
from typer.testing import CliRunner

from domain.clock import ManualClock
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.planning.run import PlanningRun
from openhours.receiving.binning import Binning
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.linked_halls import MONDAY, NOW, linked_estate


def holidays_of(tmp_path: Path, limit: str, *flags: str, approval: str = "manual") -> str:
    estate = linked_estate(approval, "manual")
    hub, side = estate.venues
    limits = hub.limits.model_copy(update={"holidays": limit})
    hub = hub.model_copy(update={"country": "CN", "limits": limits})
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    changed = estate.model_copy(update={"venues": (hub, side)})
    import_estate(ledger, changed, actor="test", clock=ManualClock(MONDAY))
    ledger.close()
    words = ["--set", f"data_dir={tmp_path}", "holidays", "--weeks", "53", *flags]
    return CliRunner().invoke(app, words, catch_exceptions=False).stdout


def test_a_year_of_holidays_that_close_is_printed_as_the_estate_has_it(tmp_path: Path) -> None:
    said = holidays_of(tmp_path, "close")
    days = yaml.safe_load(said[said.index("hub:") :])
    assert set(days) == {"hub"}
    assert {d["hours"] for d in days["hub"]} == {"closed"}
    assert any(date.fromisoformat(d["day"]).month == 10 for d in days["hub"]), "the National Day"


def test_without_data_no_holiday_is_planned(tmp_path: Path) -> None:
    assert "hub:" not in holidays_of(tmp_path, "plan")


def special_days(tmp_path: Path) -> dict[date, str]:
    """Names of the special days that the hub has now."""
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    hub, side = ledger.estate().venues
    assert not side.special_days, "it has no country"
    ledger.close()
    return {s.day: s.name for s in hub.special_days}


def test_what_is_entered_becomes_special_days_once_and_doors_are_told(tmp_path: Path) -> None:
    said = holidays_of(tmp_path, "close", "--enter")
    days = yaml.safe_load(said[said.index("hub:") : said.rindex("'") + 1])["hub"]
    entered = special_days(tmp_path)
    assert [d.isoformat() for d in entered] == [d["day"] for d in days]
    words = ["--set", f"data_dir={tmp_path}", "holidays", "--weeks", "53", "--enter"]
    again = CliRunner().invoke(app, words, catch_exceptions=False)
    assert "0 special days are entered" in again.output
    assert special_days(tmp_path) == entered
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    message = ledger.queued(NOW, limit=1000)[-1].message
    assert [s["day"] for s in json.loads(message.payload)["special_days"]] == [*map(str, entered)]
    ledger.close()


def test_a_year_is_a_calendar_year(tmp_path: Path) -> None:
    holidays_of(tmp_path, "close", "--year", str(date.today().year + 1), "--enter")  # noqa: DTZ011
    assert {d.year for d in special_days(tmp_path)} == {date.today().year + 1}  # noqa: DTZ011


def test_where_the_rule_approves_a_planning_run_enters_the_holidays_ahead(tmp_path: Path) -> None:
    holidays_of(tmp_path, "close", approval="automatic")
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    timeseries = DuckDBStore(None)
    run = PlanningRun(ledger, timeseries, Binning(ledger, timeseries), 8)
    run.plan_due(MONDAY)
    entered = special_days(tmp_path)
    assert date(2026, 10, 1) in entered
    assert min(entered) > MONDAY.date() + timedelta(days=7), "the notice"
    assert max(entered) <= MONDAY.date() + timedelta(weeks=13)
    run.plan_due(MONDAY + timedelta(weeks=1))
    assert special_days(tmp_path).items() >= entered.items()
    timeseries.close()
    ledger.close()
