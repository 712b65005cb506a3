"""Unmet demand of an estate: who stands in for whom, by hand arithmetic; and by a planning run."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from console.rooms.unmet import UnmetOut, unmet_report
from domain.bins import Bins
from domain.calendars import from_epoch_us
from domain.clock import ManualClock
from domain.errors import InvalidInput
from domain.estate import Estate
from domain.estate_rules import check
from domain.hours import WeeklyHours
from domain.readings import CountReading
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.planning.run import PlanningRun
from openhours.planning.unmet import idle_rooms, twins_of, unmet_of
from openhours.receiving.binning import Binning
from policies.profile import DemandProfile
from policies.unmet.candidates import Idle
from policies.unmet.losses import Cause
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.openhours.planning.test_planning_run import NOW, _readings

AT = datetime(2026, 11, 24, tzinfo=UTC)
HOURS = {
    "early": WeeklyHours.parse({"mon-sun": "08:00-16:00"}),
    "late": WeeklyHours.parse({"mon-sun": "08:00-20:00"}),
    "other": WeeklyHours.parse({"mon-sun": "08:00-20:00"}),
}


def _estate(*, linked: bool = False) -> Estate:
    """Two libraries ten minutes apart, of which one closes early; a gym that may be linked."""
    links = {
        "id": "g",
        "hub": "early",
        "satellites": [
            {"venue": "late", "walk_minutes": 10},
            *([{"venue": "other", "walk_minutes": 4}] if linked else []),
        ],
    }
    kinds = {"early": "library", "late": "library", "other": "gym"}
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [
                {"id": v, "name": v, "type": kind, "area": "street", "zone": "UTC", "hours": {}}
                for v, kind in kinds.items()
            ],
            "rooms": [{"id": f"{v}-room", "venue": v, "name": v, "capacity": 30} for v in kinds],
            "link_groups": [links],
        }
    )


def _unmet(estate: Estate, *, full: float = 0.0) -> dict[tuple[str, str], UnmetOut]:
    """Two people come to the early library in each quarter-hour from 16 to 18, every day."""
    rate = np.zeros((3, 8, 96))
    rate[0, :, 12 * 4 : 14 * 4] = 2.0
    profile = DemandProfile(
        venues=("early", "late", "other"),
        rate=rate,
        low=0.5 * rate,
        high=1.5 * rate,
        seen=np.ones_like(rate),
        healthy_weeks=np.full(3, 9.0),
    )
    start = np.datetime64("2026-09-28T04:00:00", "s") + 900 * np.arange(8 * 7 * 96)
    each = np.ones((3, len(start)))
    bins = Bins(
        rooms=profile.venues,
        start=start,
        minutes=15,
        entered=each,
        left=each,
        present=np.nan * each,
        healthy=each,
        open=each,
        full=each * np.array([[0.0], [full], [0.0]]),
    )
    idle = idle_rooms(estate, HOURS, [])
    report = unmet_of(profile, bins, estate.venues, estate, HOURS, idle, AT)
    return {(u.venue, u.day): u for u in report.unmet}


def test_who_finds_it_closed_and_would_not_walk_is_not_served() -> None:
    mon = _unmet(_estate())["early", "mon"]
    lost = 16 * (1 - math.exp(-10 / 8))
    assert (mon.start, mon.end, mon.cause) == ("16:00", "18:00", Cause.TOO_FAR)
    assert mon.people == pytest.approx(lost)
    assert (mon.low, mon.high) == pytest.approx((lost / 2, 1.5 * lost))


def test_a_linked_venue_of_another_type_stands_in_and_one_that_is_not_does_not() -> None:
    mon = _unmet(_estate(linked=True))["early", "mon"]
    assert mon.people == pytest.approx(16 * (1 - math.exp(-4 / 8)))


def test_people_are_closed_out_where_the_other_is_full() -> None:
    mon = _unmet(_estate(), full=1.0)["early", "mon"]
    assert mon.cause is Cause.CLOSED
    assert mon.people == pytest.approx(16)


def test_a_room_whose_use_is_unknown_is_no_candidate_while_it_is_open() -> None:
    assert _unmet(_estate())["early", "mon"].candidates == ()


def test_a_closed_room_nearby_is_one_and_would_have_to_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(HOURS, "late", HOURS["early"])
    (found,) = _unmet(_estate())["early", "mon"].candidates
    assert (found.room, found.places, found.open_share) == ("late-room", 30, 0)
    assert found.people == pytest.approx(16 * math.exp(-10 / 8))


def _estate_with_a_hall_that_closes_early() -> Estate:
    """The hall of the planning run and a smaller one, two minutes away, which closes at three."""
    venues = [
        {"id": v, "name": v, "name_zh": zh, "type": "sports_hall", "area": "street", "zone": "UTC",
         "hours": {"mon-sun": hours}, "latitude": 31.2, "longitude": 121.4 + east}
        for v, zh, hours, east in (
            ("hall", "大厅", "08:00-20:00", 0.0), ("annex", "副厅", "08:00-15:00", 0.002)
        )
    ]  # fmt: skip
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": venues,
            "rooms": [
                {"id": "court", "venue": "hall", "name": "Court", "capacity": 40},
                {"id": "mats", "venue": "annex", "name": "Mats", "capacity": 40},
            ],
            "sensors": [
                {"id": "door", "room": "court", "kind": "period"},
                {"id": "gate", "room": "mats", "kind": "period"},
            ],
        }
    )


def _at_the_annex(said: CountReading) -> CountReading:
    """Twice as many come there, while it is open."""
    hour = from_epoch_us(said.time_us - 1).hour
    people = 2 * (said.entered or 0) if hour < 15 else 0
    return said._replace(sensor="gate", entered=people, left=people)


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    """A data folder after six weeks of counts and a planning run."""
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    timeseries = DuckDBStore(tmp_path / "readings.duckdb")
    import_estate(
        ledger, _estate_with_a_hall_that_closes_early(), actor="test", clock=ManualClock(AT)
    )
    at_the_hall = _readings(6)
    timeseries.add(at_the_hall)
    timeseries.add([_at_the_annex(reading) for reading in at_the_hall])
    PlanningRun(ledger, timeseries, Binning(ledger, timeseries), history_weeks=8).plan_due(NOW)
    timeseries.close()
    ledger.close()
    return tmp_path


def _command(folder: Path, *words: str) -> Result:
    given = ["--set", f"data_dir={folder}"]
    return CliRunner().invoke(app, [*given, *words], catch_exceptions=False, env={"COLUMNS": "200"})


def test_a_planning_run_leaves_the_report_and_commands_print_it(planned: Path) -> None:
    shown = json.loads(_command(planned, "unmet", "--json").stdout)
    assert datetime.fromisoformat(shown["at"]) == NOW
    assert {f["id"] for f in shown["layer"]["features"]} == {"hall", "annex"}
    # The hall's people come from 12 to 18, and those of the annex find it closed from 15 on.
    mon = next(u for u in shown["unmet"] if (u["venue"], u["day"]) == ("annex", "mon"))
    assert (mon["start"], mon["cause"]) == ("15:00", "too_far")
    assert [c["room"] for c in mon["candidates"]] == ["court"]
    english, chinese = (_command(planned, "unmet", "--lang", c).stdout for c in ("en", "zh"))
    assert "Monday 15:00" in english
    assert "Court (hall), 3 minutes away, has" in english
    assert "步行 3 分钟的 Court (大厅) 届时有" in chinese
    layer = planned / "unmet.geojson"
    _command(planned, "unmet", "--geojson", str(layer))
    assert json.loads(layer.read_text()) == shown["layer"]


def test_before_the_first_plan_there_is_nothing_to_print(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nothing was planned"):
        _command(tmp_path, "unmet")
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    assert unmet_report(ledger).unmet == ()
    ledger.close()


def test_rooms_of_one_type_whose_people_fit_into_one_are_duplicates() -> None:
    estate, present = _estate(), np.full((3, 7, 96), 9.0)
    week = np.ones((3, 7, 96))
    idle = Idle(
        rooms=estate.rooms,
        venues=[estate.venue(r.venue) for r in estate.rooms],
        present=present,
        open=week,
    )
    [found] = twins_of(estate, idle)  # the gym is near and of another type
    assert {found.kept, found.spared} == {"early-room", "late-room"}
    busy = 9 + 1.28 * 3  # nine of ten weeks have no more
    assert found.fullest == pytest.approx(2 * busy / 30)
    assert (found.walk_minutes, found.hours) == (10, 7 * 24)
