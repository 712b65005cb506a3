"""The monthly look at all rooms, on real stores; answers; the commands; bins alone."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.rooms.flags import Flag, Kept, answer, kept
from console.rooms.pages import underused
from domain.calendars import epoch_us
from domain.clock import ManualClock
from domain.errors import Conflict, NotFound
from domain.estate import Estate
from domain.estate_rules import check
from domain.planning import AuditLine
from domain.readings import CountKind, CountReading
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.offline.known import known
from openhours.offline.look import looked
from openhours.planning.history import History
from openhours.receiving.binning import Binning
from openhours.rooms.underuse import Thresholds, flags
from openhours.rooms.underuse_run import UnderuseRun, month_day
from policies.underuse.flags import Feedback, Phase
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

MONDAY = datetime(2026, 6, 29, 4, tzinfo=UTC)
WEEKS = 13
FIRST = datetime(2026, 10, 1, 5, tzinfo=UTC)
"""A Thursday, an hour into the business day."""
BUSY, EMPTY = 10, 1
"""People from 12 to 18, of 20 places, in a house that is open from 8 to 20: a quarter of them in
use, or a fortieth."""
USE = {"attic": EMPTY, "cellar": EMPTY, **{f"hall-{n}": BUSY for n in range(6)}}
TYPE = {"attic": "activity_room", "cellar": "storey"}


def _estate() -> Estate:
    """Eight houses of one room; each is open from 8 to 20 and holds 20 people."""
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [
                {
                    "id": f"{room}-house",
                    "name": f"{room} house".title(),
                    "type": TYPE.get(room, "activity_room"),
                    "area": "street",
                    "zone": "UTC",
                    "hours": {"mon-sun": "08:00-20:00"},
                }
                for room in USE
            ],
            "rooms": [
                {"id": room, "venue": f"{room}-house", "name": room.title(), "capacity": 20}
                for room in USE
            ],
            "sensors": [{"id": f"{room}-door", "room": room, "kind": "present"} for room in USE],
        }
    )


def _readings(weeks: int) -> Iterator[CountReading]:
    """People present, every quarter-hour in which a house is open; nobody before 12 and after 18.

    Every third week more come, and every fifth fewer: no week is quite like another.
    """
    for week, day, quarter in product(range(weeks), range(7), range(8 * 4, 20 * 4 + 1)):
        midnight = MONDAY.replace(hour=0) + timedelta(weeks=week, days=day)
        at_us = epoch_us(midnight + timedelta(minutes=15 * quarter))
        more = 2 * (week % 3 == 0) - 2 * (week % 5 == 0)
        for room, people in USE.items():
            inside = people + more * (people == BUSY) if 12 * 4 <= quarter < 18 * 4 else 0
            yield CountReading(f"{room}-door", CountKind.PRESENT, at_us, present=inside)


@pytest.fixture(scope="module")
def counted() -> Iterator[DuckDBStore]:
    """What the doors counted."""
    timeseries = DuckDBStore(None)
    timeseries.add(list(_readings(WEEKS + 6)))
    yield timeseries
    timeseries.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    import_estate(opened, _estate(), actor="test", clock=ManualClock(MONDAY))
    yield opened
    opened.close()


def _run(
    ledger: SqlLedger, counted: DuckDBStore, thresholds: Thresholds | None = None
) -> UnderuseRun:
    return UnderuseRun(
        ledger, counted, Binning(ledger, counted), 104, thresholds or Thresholds(0.15)
    )


def _told(ledger: SqlLedger) -> dict[str, Flag]:
    return {flag.room: flag for flag in kept(ledger)[1].flags}


def _actions(ledger: SqlLedger) -> list[str]:
    return [line.action for line in ledger.audit() if line.action != "estate.put"]


def test_rooms_that_hardly_anybody_uses_are_told_with_their_cause(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    assert _run(ledger, counted).look_due(FIRST)
    told = _told(ledger)
    assert set(told) == {"attic", "cellar"}
    assert told["attic"].phase is Phase.UNDERUSED
    assert told["attic"].month == "2026-10"
    # It leans a little on the use of the other rooms of its type.
    assert told["attic"].utilisation == pytest.approx(EMPTY * 6 / (20 * 12), rel=0.1)
    assert told["attic"].unused_hours == pytest.approx(7 * (20 * 12 - EMPTY * 6), rel=0.01)
    assert told["attic"].reasons[0].facts["threshold"] == 0.15


def test_a_month_is_looked_at_once_and_a_later_one_repeats_nothing(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    run = _run(ledger, counted)
    assert run.look_due(FIRST)
    assert not run.look_due(FIRST + timedelta(days=20))
    assert run.look_due(FIRST + timedelta(days=31))
    assert {flag.month for flag in _told(ledger).values()} == {"2026-10"}
    assert [line.detail for line in ledger.audit() if line.action == "rooms.looked"] == [
        "0 rooms with news, 8 looked at",
        "2 rooms with news, 8 looked at",
    ]


def test_before_any_sensor_has_spoken_the_month_stays_due(ledger: SqlLedger) -> None:
    silent = DuckDBStore(None)
    assert not _run(ledger, silent).look_due(FIRST)
    assert kept(ledger)[0] is None
    silent.close()


def test_a_look_that_died_before_it_was_written_says_the_same_again(
    ledger: SqlLedger, counted: DuckDBStore, tmp_path: Path
) -> None:
    _run(ledger, counted).look_due(FIRST)
    again = SqlLedger.open(f"sqlite:///{tmp_path / 'again.sqlite'}")
    import_estate(again, _estate(), actor="test", clock=ManualClock(MONDAY))
    _run(again, counted).look_due(FIRST)
    assert kept(again)[0] == kept(ledger)[0]
    again.close()


def test_the_month_begins_when_it_has_begun_in_every_zone_and_readings_are_in(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    run = _run(ledger, counted)
    run.look_due(FIRST - timedelta(days=10))
    four = datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert not run.look_due(four - timedelta(seconds=1))
    assert not run.look_due(four + timedelta(minutes=29), grace=timedelta(minutes=30))
    assert run.look_due(four + timedelta(minutes=30), grace=timedelta(minutes=30))
    west = _estate().venues[0].model_copy(update={"zone": "America/Lima"})
    assert month_day([*_estate().venues, west], FIRST) == date(2026, 9, 30)


def test_a_type_may_have_a_threshold_of_its_own(ledger: SqlLedger, counted: DuckDBStore) -> None:
    _run(ledger, counted, Thresholds(0.15, {"storey": 0.01})).look_due(FIRST)
    assert set(_told(ledger)) == {"attic"}


def test_an_answer_takes_the_flag_away_and_has_its_line_in_the_audit_log(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    run = _run(ledger, counted)
    run.look_due(FIRST)
    answer(ledger, "attic", Feedback.FINE, actor="ana", at=FIRST, note="ghosts like it")
    assert set(_told(ledger)) == {"cellar"}
    line = ledger.audit()[0]
    assert (line.actor, line.action, line.subject) == ("ana", "room.fine", "attic")
    assert line.detail == "ghosts like it"
    run.look_due(FIRST + timedelta(days=31))
    assert set(_told(ledger)) == {"cellar"}, "fine rests for a year"


def test_only_what_is_said_can_be_answered(ledger: SqlLedger, counted: DuckDBStore) -> None:
    _run(ledger, counted).look_due(FIRST)
    with pytest.raises(NotFound):
        answer(ledger, "moon", Feedback.FINE, actor="ana", at=FIRST)
    with pytest.raises(Conflict, match="nothing is said"):
        answer(ledger, "hall-1", Feedback.FINE, actor="ana", at=FIRST)


def test_an_answer_that_comes_while_rooms_are_looked_at_is_not_lost(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    _run(ledger, counted).look_due(FIRST)

    class Slow(SqlLedger):
        """Somebody answers just before the look is written."""

        def change_state(self, key: str, before: str | None, value: str, line: AuditLine) -> None:
            if "room.fine" not in _actions(ledger):
                answer(ledger, "attic", Feedback.FINE, actor="ana", at=FIRST)
            super().change_state(key, before, value, line)

    slow = Slow(str(ledger._engine.url))  # noqa: SLF001 - the same file
    assert _run(slow, counted).look_due(FIRST + timedelta(days=31))
    slow.close()
    assert _actions(ledger) == ["rooms.looked", "room.fine", "rooms.looked"]
    assert set(_told(ledger)) == {"cellar"}


def test_rooms_that_left_the_estate_are_no_longer_shown(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    _run(ledger, counted).look_due(FIRST)
    some = _estate()
    fewer = some.model_copy(
        update={
            "rooms": tuple(r for r in some.rooms if r.id != "attic"),
            "sensors": tuple(s for s in some.sensors if s.room != "attic"),
        }
    )
    import_estate(ledger, fewer, actor="test", clock=ManualClock(FIRST))
    shown = json.loads(_command(ledger, "rooms", "underused", "--json").stdout)
    assert [room["room"] for room in shown["rooms"]] == ["cellar"]


def test_bins_alone_say_the_same(ledger: SqlLedger, counted: DuckDBStore) -> None:
    _run(ledger, counted).look_due(FIRST)
    estate = ledger.estate()
    (history,) = History(ledger, counted, 104).of_rooms(estate, ledger.schedules(), FIRST)
    digests, standings = flags(history.bins, estate, None, FIRST.date(), Thresholds(0.15))
    said = [Flag.of(item, digest) for digest in digests for item in digest.items]
    assert {flag.room: flag for flag in said} == _told(ledger)
    assert flags(history.bins, estate, standings, FIRST.date()) == ((), standings)


def test_planning_on_files_says_the_same_once_a_month_with_cause_and_suggestion(
    ledger: SqlLedger, counted: DuckDBStore
) -> None:
    _run(ledger, counted).look_due(FIRST)
    estate, schedules = ledger.estate(), ledger.schedules()
    (history,) = History(ledger, counted, 104).of_rooms(estate, schedules, FIRST)
    seen = known(history.bins, estate, schedules, FIRST.date(), history_weeks=104, trials=())
    look = looked(seen, Kept(), Thresholds(0.15))
    assert {flag.room: flag for flag in look.under_used.flags} == _told(ledger)
    assert look.rooms.model_dump_json() == underused(ledger).model_dump_json()
    assert look.unmet.at == seen.at
    assert looked(seen, look.under_used).under_used == look.under_used


def _command(ledger: SqlLedger, *words: str) -> Result:
    url = str(ledger._engine.url)  # noqa: SLF001 - the same file
    data = Path(ledger._engine.url.database or "").parent  # noqa: SLF001
    given = ["--set", f"data_dir={data}", "--set", f"store.ledger={url}"]
    return CliRunner().invoke(app, [*given, *words], catch_exceptions=False)


def test_the_commands_print_and_answer_in_words(ledger: SqlLedger, counted: DuckDBStore) -> None:
    assert "have not been looked at yet" in _command(ledger, "rooms", "underused").stdout
    _run(ledger, counted).look_due(FIRST)
    english = _command(ledger, "rooms", "underused").stdout
    assert "Rooms in 2026-10: 2 with news" in english
    assert "it should be 15%. Seen for 13 weeks." in english
    assert "容量利用率为" in _command(ledger, "rooms", "underused", "--lang", "zh").stdout
    done = _command(ledger, "rooms", "answer", "attic", "seasonal", "--note", "warm in May")
    assert done.stdout == "attic: “seasonal” is kept.\n"
    assert ledger.audit()[0].detail == "warm in May"
    shown = json.loads(_command(ledger, "rooms", "underused", "--json").stdout)
    assert [(r["room"], r["month"]) for r in shown["rooms"]] == [("cellar", "2026-10")]
    assert set(shown["rooms"][0]["reasons"][0]["text"]) == {"en", "zh"}
