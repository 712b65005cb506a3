"""What came of a decision, measured some weeks after it took effect, on real stores."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from console.proposals.effects import effects
from console.words.effects import told
from console.words.i18n import LANGUAGES
from domain.clock import ManualClock
from domain.decisions import approve, roll_back
from domain.estate import Estate
from domain.estate_rules import check
from domain.hours import WeeklyHours
from domain.planning import Verdict
from domain.readings import CountKind, CountReading
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.measuring.effects import measure_effects
from openhours.measuring.uplift import measured_days
from openhours.receiving.binning import Binning
from policies.uplift.figures import Measure
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.console.town import proposal

START = datetime(2026, 3, 2, 4, tzinfo=UTC)
WEEKS, SINCE = 18, 12
"""Weeks that are counted, and the week from which on the first hall has its new hours."""
CHANGE = START + timedelta(weeks=SINCE)
NOW = START + timedelta(weeks=WEEKS, hours=1)
EFFECT = 0.4
ID = "hall-0:2026-W20"
NUMBER = 5


def estate_of() -> Estate:
    """Five halls, the first linked with the second."""
    ids = [f"hall-{n}" for n in range(NUMBER)]
    common = {"type": "sports_hall", "area": "street", "zone": "UTC", "limits": {"notice_days": 7}}
    hours = {"mon-sun": "09:00-17:00"}
    link = {"id": "pair", "hub": ids[0], "satellites": [{"venue": ids[1], "walk_minutes": 3}]}
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [{"id": v, "name": v.title(), "hours": hours, **common} for v in ids],
            "rooms": [{"id": f"{v}-r", "venue": v, "name": "Room", "capacity": 200} for v in ids],
            "sensors": [
                {"id": f"{v}-d", "room": f"{v}-r", "kind": "period", "interval_s": 3600}
                for v in ids
            ],
            "link_groups": [link],
        }
    )


def readings() -> Iterator[CountReading]:
    """About twenty people an hour; two in five more where the hours are new."""
    rng = np.random.default_rng(3)
    for hall in range(NUMBER):
        for hour in range(WEEKS * 7 * 24):
            end = START + timedelta(hours=hour + 1)
            is_open = 9 < end.hour <= 17
            share = 1 + EFFECT * (hall == 0 and end > CHANGE)
            came = int(rng.poisson(20 * share)) if is_open else 0
            yield CountReading(
                f"hall-{hall}-d",
                CountKind.PERIOD,
                int(end.timestamp()) * 10**6,
                came,
                came,
                period_s=3600,
            )


@pytest.fixture(scope="module")
def timeseries() -> Iterator[DuckDBStore]:
    made = DuckDBStore(None)
    made.add(list(readings()))
    yield made
    made.close()


@pytest.fixture
def ledger(tmp_path: Path, timeseries: DuckDBStore) -> Iterator[SqlLedger]:
    made = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    import_estate(made, estate_of(), actor="test", clock=ManualClock(START))
    Binning(made, timeseries).update(NOW)
    decided = CHANGE - timedelta(days=15)
    hall = made.estate().venue("hall-0")
    hours = WeeklyHours.parse({"mon-sun": "09:00-17:30"})
    made.add_proposals([proposal(hall, "2026-W20", decided, Verdict.CHANGE, hours)])
    version = approve(made, ID, actor="ana", at=decided)
    assert version.effective_from == CHANGE.date()
    yield made
    made.close()


def test_a_decision_is_measured_once_it_had_four_weeks(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    assert measure_effects(ledger, timeseries, NOW - timedelta(weeks=3)) == 0
    assert not effects(ledger)
    assert measure_effects(ledger, timeseries, NOW) == 1
    (found,) = effects(ledger, "hall-0").values()
    assert (found.proposal, found.version, found.after_weeks) == (ID, 2, 4)
    assert found.controls == NUMBER - 2, "not itself, and not the hall that it is linked with"
    assert 0.2 < found.low < found.share < found.high < 0.6
    assert found.is_told
    assert found.expected == pytest.approx(40.2)
    assert not effects(ledger, "hall-1")


def test_measured_again_it_is_measured_once_and_the_log_says_so(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    measure_effects(ledger, timeseries, NOW)
    assert measure_effects(ledger, timeseries, NOW) == 0
    lines = [line for line in ledger.audit() if line.action == "effect.measured"]
    assert [line.subject for line in lines] == [ID]
    assert lines[0].detail.endswith("%) visits")


def test_hours_that_were_taken_back_soon_are_not_measured(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    roll_back(ledger, "hall-0", actor="ana", at=CHANGE - timedelta(days=9))
    assert measure_effects(ledger, timeseries, NOW) == 0


def test_it_is_said_in_both_languages(
    ledger: SqlLedger, timeseries: DuckDBStore, tmp_path: Path
) -> None:
    measure_effects(ledger, timeseries, NOW)
    (found,) = effects(ledger).values()
    assert "Beside 3 other venues" in told(LANGUAGES["en"], found)
    assert "与其他 3 个场馆对照" in told(LANGUAGES["zh"], found)
    flags = ["--set", f"data_dir={tmp_path}", "effects", "--venue", "hall-0"]
    said = CliRunner().invoke(app, flags, catch_exceptions=False).stdout
    assert said.startswith(f"{ID}  In the")


def test_days_tell_of_refusals_and_of_broken_guarantees(
    ledger: SqlLedger, timeseries: DuckDBStore
) -> None:
    halls = {v.id: v.id for v in ledger.estate().venues}
    span = CHANGE.date(), CHANGE.date() + timedelta(weeks=2)
    found = measured_days(ledger, timeseries, halls, span, NOW)
    assert found[Measure.REFUSED].total.shape == (NUMBER, 14)
    assert np.nansum(found[Measure.REFUSED].total) == 0, "no hall is ever full"
    assert not found[Measure.BREACHES].total.any()
    assert found[Measure.BREACHES].day[0] == np.datetime64(date(2026, 5, 25))
