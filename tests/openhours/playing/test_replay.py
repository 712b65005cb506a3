import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import InvalidInput
from openhours.cli import app
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.real_data import real_data

ESTATE = """
areas: [{id: street, name: Street}]
venues:
  - id: hall
    name: Town hall
    type: sports_hall
    area: street
    zone: UTC
    hours: {mon-sun: "08:00-20:00"}
    limits: {break_even_visits: 4}
rooms: [{id: court, venue: hall, name: Court}]
sensors: [{id: door, room: court, kind: period, interval_s: 3600}]
"""
WEEKS = 5
SAMPLES = Path(__file__).parents[3] / "deploy" / "replay"

pytestmark = pytest.mark.server


def _counts(folder: Path) -> Path:
    """Hourly counts, visited from 12 to 18, with one line that cannot be read."""
    lines = ["when,in,out"]
    for hour in range(24 * 7 * WEEKS):
        at = datetime(2026, 9, 7, tzinfo=UTC) + timedelta(hours=hour)
        visits = 20 if 12 <= at.hour < 18 else 0
        lines.append(f"{at:%Y-%m-%d %H:%M},{visits},{visits}")
    file = folder / "counts.csv"
    file.write_text("\n".join([*lines, "soon,1,1"]))
    return file


def _replay(folder: Path, *arguments: str) -> Result:
    quiet = ["--set", f"data_dir={folder / 'data'}", "--set", "logging.level=error"]
    return CliRunner().invoke(
        app, [*quiet, "replay", *arguments], catch_exceptions=False, env={"COLUMNS": "200"}
    )


def _replay_hall(folder: Path, *, stamp: str = "start", estate_text: str = ESTATE) -> Result:
    estate = folder / "estate.yaml"
    estate.write_text(estate_text)
    return _replay(
        folder,
        *(str(_counts(folder)), "--estate", str(estate), "--stamp", stamp),
        *("--map", "time=when", "--map", "sensor:=door", "--map", "entered=in"),
        *("--map", "left=out", "--map", "period_s:=3600"),
    )


def test_a_file_goes_in_and_a_table_of_explained_proposals_comes_out(tmp_path: Path) -> None:
    result = _replay_hall(tmp_path)
    assert result.exit_code == 0
    assert "840 readings published: 840 stored" in result.stdout
    assert "6 proposals made" in result.stdout
    assert "Town hall · hall:2026-W41" in result.stdout
    assert "opens at 09:00 instead of 08:00" in result.stdout
    assert "counts.csv:842" in result.stderr


def test_played_twice_it_stores_and_proposes_nothing_more(tmp_path: Path) -> None:
    _replay_hall(tmp_path)
    result = _replay_hall(tmp_path)
    assert "0 stored, 840 known already" in result.stdout
    assert "0 proposals made" in result.stdout
    assert "hall:2026-W41" in result.stdout, "the last proposals are shown all the same"
    (folder,) = (tmp_path / "data" / "replay").iterdir()
    assert f"kept in {folder}" in result.stdout
    store = DuckDBStore(folder / "readings.duckdb")
    ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    assert (store.count(), len(ledger.proposals())) == (840, 6)
    looks = [line.subject for line in ledger.audit() if line.action == "rooms.looked"]
    assert looks == ["2026-10", "2026-09"]
    store.close()
    ledger.close()


def test_played_with_nothing_left_to_plan_it_brings_the_quarter_hours_up_to_date(
    tmp_path: Path,
) -> None:
    _replay_hall(tmp_path)
    (folder,) = (tmp_path / "data" / "replay").iterdir()
    store = DuckDBStore(folder / "readings.duckdb")
    store.make_stale(["door"])
    store.close()
    _replay_hall(tmp_path)
    store = DuckDBStore(folder / "readings.duckdb")
    assert store.stale().sensors == ()
    store.close()


@pytest.mark.parametrize(
    "changed", [{"stamp": "end"}, {"estate_text": ESTATE.replace("visits: 4", "visits: 5")}]
)
def test_a_replay_put_right_is_not_poured_over_the_old_one(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    _replay_hall(tmp_path)
    result = _replay_hall(tmp_path, **changed)
    assert "840 stored, 0 known already" in result.stdout
    assert len(list((tmp_path / "data" / "replay").iterdir())) == 2


def test_an_estate_without_venues_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"estate\.yaml: has no venues"):
        _replay_hall(tmp_path, estate_text="areas: [{id: street, name: Street}]\n")


def test_a_building_of_15_real_weeks_gets_explained_proposals(tmp_path: Path) -> None:
    file = real_data("calit2_in_out.csv")
    result = _replay(
        tmp_path,
        *(str(file), "--estate", str(SAMPLES / "calit2.yaml"), "--stamp", "start"),
        *("--map", "time=local_time", "--map", "sensor:=main-door", "--map", "entered"),
        *("--map", "left", "--map", "period_s:=1800"),
    )
    assert result.exit_code == 0
    assert "5,040 stored" in result.stdout
    assert "16 proposals made" in result.stdout
    assert re.search(r"Tuesday: closes at 22:\d\d instead of 22:00", result.stdout)
    assert re.search(r"Saturday: closes at 15:\d\d instead of 16:00", result.stdout)
