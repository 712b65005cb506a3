"""What a change would bring, asked of stored readings."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.linkage.questions import Answer, Supposed
from console.words.i18n import LANGUAGES
from console.words.tables import what_if_table
from console.words.what_if import notes
from domain.clock import ManualClock
from domain.errors import InvalidInput, NotFound
from domain.estate import Estate
from domain.hours import WeeklyHours
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.planning.run import PlanningRun
from openhours.planning.what_if import answer, read
from openhours.receiving.binning import Binning
from policies.demand import DemandEstimate
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.linked_halls import MONDAY, NOW, linked_estate, linked_readings

TODAY = WeeklyHours.parse({"mon-sun": "08:00-20:00"})
ESTATE = linked_estate("manual", "manual")


@pytest.fixture(scope="module")
def demand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemandEstimate]:
    folder = tmp_path_factory.mktemp("stores")
    ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    timeseries = DuckDBStore(folder / "readings.duckdb")
    timeseries.add(linked_readings())
    import_estate(ledger, ESTATE, actor="test", clock=ManualClock(MONDAY))
    binning = Binning(ledger, timeseries)
    binning.update(NOW)
    yield PlanningRun(ledger, timeseries, binning, 8).demand(ESTATE, ledger.schedules(), NOW)
    timeseries.close()
    ledger.close()


def ask(demand: DemandEstimate, estate: Estate = ESTATE, **supposed: Any) -> Answer:
    party = read(Supposed(**{k: [v] for k, v in supposed.items()}), estate)
    return answer(party, estate, demand, {v.id: TODAY for v in party.venues})


def test_a_closed_hub_sends_those_who_walk_five_minutes_to_its_neighbour(
    demand: DemandEstimate,
) -> None:
    found = ask(demand, close="hub")
    assert found.supposed.hours["hub"].minutes == 0
    walking = 0.535  # exp(−5 / 8)
    assert found.supposed.outlook.neighbours.mean == pytest.approx(
        walking * found.today.outlook.own.mean / 2, rel=0.1
    )
    low, mean, high = found.supposed.outlook.neighbours
    assert low < mean < high
    assert found.today.outlook.staffed_hours == 168
    assert found.supposed.outlook.staffed_hours <= 84 + 84
    assert found.doubtful == ()


def test_a_smaller_budget_holds_for_the_group_by_its_name_or_its_hub(
    demand: DemandEstimate,
) -> None:
    by_group, by_hub = ask(demand, budget="g=156"), ask(demand, budget="hub=156")
    assert by_group.supposed == by_hub.supposed
    assert by_group.supposed.outlook.staffed_hours <= 156
    assert not by_group.supposed.over_budget


def test_a_budget_that_the_largest_change_keeps_out_of_reach_is_said_to_be(
    demand: DemandEstimate,
) -> None:
    found = ask(demand, budget="g=100").supposed
    assert found.over_budget
    assert found.outlook.staffed_hours > 100


def test_hours_that_are_given_hold_and_from_a_file_too(
    demand: DemandEstimate, tmp_path: Path
) -> None:
    file = tmp_path / "hours.yaml"
    file.write_text('{mon-fri: "09:00-17:00", sat: "10:00-12:00, 13:00-15:00"}')
    words = ask(demand, hours="side=mon-fri 09:00-17:00; sat 10:00-12:00, 13:00-15:00")
    assert words == ask(demand, hours=f"side={file}")
    assert words.supposed.hours["side"].as_text()["sat"] == "10:00-12:00, 13:00-15:00"


def test_another_limit_holds_and_the_others_stay(demand: DemandEstimate) -> None:
    found = ask(demand, limit="hub.latest=18:00")
    assert found.supposed.hours["hub"] != TODAY
    assert read(Supposed(limit=["hub.latest=18:00"]), ESTATE).change.limits["hub"].notice_days == 7


def test_a_venue_of_no_group_is_asked_alone(demand: DemandEstimate) -> None:
    alone = ESTATE.model_copy(update={"link_groups": ()})
    found = ask(demand, alone, close="side")
    assert list(found.today.hours) == ["side"]
    assert found.supposed.outlook.own.mean == 0
    assert found.supposed.outlook.neighbours.mean == 0
    assert found.best.hours["side"] != TODAY, "nobody depends on a venue alone"


def test_it_is_said_in_both_languages(demand: DemandEstimate) -> None:
    found = ask(demand, close="hub")
    ways = (found.today, found.supposed, found.best)
    names = {"hub": "Hub", "side": "Side"}
    for language in LANGUAGES.values():
        assert what_if_table(ways, names, language).row_count == 2 + 4
        assert "Side" in " ".join(notes(language, names, ["side"], over=True))


@pytest.mark.parametrize(
    ("supposed", "where"),
    [
        (Supposed(), ""),
        (Supposed(budget=["g"]), "--budget"),
        (Supposed(budget=["g=many"]), "--budget"),
        (Supposed(hours=["hub=monday nine"]), "monday: “nine”"),
        (Supposed(hours=["hub=missing.yaml"]), "--hours hub"),
        (Supposed(limit=["hub.latests=18:00"]), "--limit hub.latests"),
        (Supposed(limit=["hub.latest=noon"]), "--limit hub.latest"),
    ],
)
def test_what_cannot_be_read_says_where(supposed: Supposed, where: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(supposed, ESTATE)
    assert where in str(caught.value)


def test_venues_of_different_groups_cannot_be_asked_at_once_nor_unknown_ones() -> None:
    apart = ESTATE.model_copy(update={"link_groups": ()})
    with pytest.raises(InvalidInput, match="not of one link group"):
        read(Supposed(close=["hub", "side"]), apart)
    with pytest.raises(NotFound):
        read(Supposed(close=["nowhere"]), ESTATE)


def test_the_command_answers_in_json_and_says_of_whom_too_little_is_known(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    ledger = SqlLedger.open(f"sqlite:///{data / 'ledger.sqlite'}")
    import_estate(ledger, ESTATE, actor="test", clock=ManualClock(MONDAY))
    ledger.close()
    words = ["--set", f"data_dir={data}", "what-if", "--close", "hub", "--json"]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    found = json.loads(result.stdout.strip().splitlines()[-1])
    assert found["doubtful"] == ["hub", "side"]
    assert found["supposed"]["hours"]["hub"] == {"mon-sun": "closed"}
    assert found["today"]["own"] == {"low": 0.0, "mean": 0.0, "high": 0.0}
