"""Special days for the holidays ahead, from the command line."""

from datetime import date
from pathlib import Path

import yaml
from typer.testing import CliRunner

from domain.clock import ManualClock
from openhours.cli import app
from openhours.estates import import_estate
from store.ledger import SqlLedger
from tests.openhours.linked_halls import MONDAY, linked_estate


def holidays_of(tmp_path: Path, limit: str) -> str:
    estate = linked_estate("manual", "manual")
    hub, side = estate.venues
    limits = hub.limits.model_copy(update={"holidays": limit})
    hub = hub.model_copy(update={"country": "CN", "limits": limits})
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    changed = estate.model_copy(update={"venues": (hub, side)})
    import_estate(ledger, changed, actor="test", clock=ManualClock(MONDAY))
    ledger.close()
    words = ["--set", f"data_dir={tmp_path}", "holidays", "--weeks", "53"]
    return CliRunner().invoke(app, words, catch_exceptions=False).stdout


def test_a_year_of_holidays_that_close_is_printed_as_the_estate_has_it(tmp_path: Path) -> None:
    said = holidays_of(tmp_path, "close")
    days = yaml.safe_load(said[said.index("hub:") :])
    assert set(days) == {"hub"}
    assert {d["hours"] for d in days["hub"]} == {"closed"}
    assert any(date.fromisoformat(d["day"]).month == 10 for d in days["hub"]), "the National Day"


def test_without_data_no_holiday_is_planned(tmp_path: Path) -> None:
    assert "hub:" not in holidays_of(tmp_path, "plan")
