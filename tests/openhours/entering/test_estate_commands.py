import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from domain.clock import ManualClock
from domain.errors import Conflict
from domain.estate import Estate
from domain.estate_rules import check
from domain.hours import WeeklyHours
from domain.planning import Origin, Outgoing
from domain.ports import Ledger
from domain.schedules import entered, schedule_topic
from openhours.commands import estate as commands
from openhours.context import Context
from openhours.entering.estates import import_estate
from openhours.settings.model import load
from store.estate_files import read_estate, write_estate
from store.ledger import SqlLedger
from tests.domain.documents import Document, sound

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER_HOURS = {"mon-fri": "10:00-18:00"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield ledger
    ledger.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MONDAY)


def estate_with(**library: Any) -> Estate:
    """The sound estate, its library changed."""
    document: Document = sound()
    document["venues"][0].update(library)
    return check(document)


def announced(ledger: Ledger) -> list[Outgoing]:
    """The messages that wait, which are then as good as sent."""
    far = MONDAY + timedelta(days=365)
    queued = ledger.queued(far)
    ledger.sent([row.id for row in queued], far)
    return [row.message for row in queued]


class TestImporting:
    def test_new_venues_have_their_hours_and_are_announced(
        self, ledger: Ledger, clock: ManualClock
    ) -> None:
        changes = import_estate(ledger, estate_with(), actor="ada", clock=clock)
        assert {c.kind for c in changes} == {"added"}
        assert ledger.estate() == estate_with()
        [version] = ledger.schedules()["library"]
        assert (version.number, version.origin, version.actor) == (1, Origin.ESTATE, "ada")
        assert version.hours == estate_with().venues[0].hours
        messages = announced(ledger)
        assert [m.topic for m in messages] == [schedule_topic("library"), schedule_topic("canteen")]
        assert json.loads(messages[0].payload)["schedules"][0]["version"] == 1

    def test_the_same_estate_again_changes_nothing(
        self, ledger: Ledger, clock: ManualClock
    ) -> None:
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        announced(ledger)
        assert import_estate(ledger, estate_with(), actor="ada", clock=clock) == []
        assert len(ledger.schedules()["library"]) == 1
        assert announced(ledger) == []

    def test_hours_that_changed_in_the_file_hold_from_today(
        self, ledger: Ledger, clock: ManualClock
    ) -> None:
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        announced(ledger)
        clock.move_to(MONDAY + timedelta(days=7))
        changes = import_estate(ledger, estate_with(hours=LATER_HOURS), actor="bo", clock=clock)
        assert [(c.id, c.field) for c in changes] == [("library", "hours")]
        latest = ledger.schedules()["library"][-1]
        assert (latest.number, latest.effective_from) == (2, date(2026, 11, 30))
        assert latest.hours == WeeklyHours.parse(LATER_HOURS)
        assert [m.topic for m in announced(ledger)] == [schedule_topic("library")]

    def test_planned_hours_stay_when_the_file_says_what_it_said(
        self, ledger: Ledger, clock: ManualClock
    ) -> None:
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        planned = estate_with(hours=LATER_HOURS).venues[0]
        versions = ledger.schedules()["library"]
        ledger.add_schedule(entered(planned, versions, MONDAY, "planner"), [])
        import_estate(ledger, estate_with(name="City Library"), actor="ada", clock=clock)
        assert [v.hours for v in ledger.schedules()["library"]][-1] == planned.hours
        assert len(ledger.schedules()["library"]) == 2

    @pytest.mark.parametrize(
        "change", [{"name": "City Library"}, {"special_days": [{"day": "2026-12-25"}]}]
    )
    def test_what_doors_show_beside_the_hours_is_announced_anew(
        self, change: dict[str, Any], ledger: Ledger, clock: ManualClock
    ) -> None:
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        [before, _] = announced(ledger)
        clock.move_to(MONDAY + timedelta(minutes=1))
        import_estate(ledger, estate_with(**change), actor="ada", clock=clock)
        [again] = announced(ledger)
        assert (again.topic, again.retain) == (before.topic, True)
        assert again.key != before.key
        assert again.payload != before.payload
        assert len(ledger.schedules()["library"]) == 1

    def test_the_announcement_of_a_venue_that_went_is_cleared_and_its_history_kept(
        self, ledger: Ledger, clock: ManualClock
    ) -> None:
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        announced(ledger)
        without = sound()
        without["venues"].pop()
        without["rooms"].pop()
        without["link_groups"].clear()
        import_estate(ledger, check(without), actor="ada", clock=clock)
        [message] = announced(ledger)
        assert (message.topic, message.payload) == (schedule_topic("canteen"), b"")
        assert message.retain
        assert len(ledger.schedules()["canteen"]) == 1
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        assert [v.number for v in ledger.schedules()["canteen"]] == [1, 2]

    def test_nothing_is_stored_when_the_hours_changed_meanwhile(
        self, ledger: Ledger, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import_estate(ledger, estate_with(), actor="ada", clock=clock)
        stale = ledger.schedules()
        venue = ledger.estate().venues[0]
        ledger.add_schedule(entered(venue, stale["library"], MONDAY, "bo"), [])
        monkeypatch.setattr(ledger, "schedules", lambda: stale)
        with pytest.raises(Conflict, match="exists already"):
            import_estate(ledger, estate_with(hours=LATER_HOURS), actor="ada", clock=clock)
        assert ledger.estate() == estate_with()


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(load(None, [f"data_dir={tmp_path / 'data'}"]))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a sound estate, and one with two faults."""
    write_estate(estate_with(), tmp_path / "sound.yaml")
    (tmp_path / "faulty.yaml").write_text("areas: [{id: a b, name: ''}]\n")
    return tmp_path


def run(context: Context, *words: object, answer: str = "") -> Result:
    return CliRunner().invoke(
        commands.app, list(map(str, words)), obj=context, input=answer, catch_exceptions=False
    )


class TestCommands:
    def test_check_sums_up_what_is_sound(self, context: Context, files: Path) -> None:
        result = run(context, "check", files / "sound.yaml")
        assert result.exit_code == 0
        counts = {
            words[1]: words[3]
            for line in result.stdout.splitlines()
            if len(words := line.replace("link groups", "link_groups").split()) == 5
        }
        assert counts["venues"] == "2"
        assert (counts["rooms"], counts["link_groups"]) == ("3", "1")

    @pytest.mark.parametrize("command", ["check", "import", "diff"])
    def test_every_fault_is_printed_on_a_line_of_its_own(
        self, command: str, context: Context, files: Path
    ) -> None:
        result = run(context, command, files / "faulty.yaml")
        assert result.exit_code == 1
        lines = result.stderr.splitlines()
        assert lines[0].startswith(f"{files / 'faulty.yaml'}:1 areas[0].id: “a b” is not an id (")
        assert lines[1] == f"{files / 'faulty.yaml'}:1 areas[0].name: is empty"
        assert "the estate has 2 problems" in lines[2]
        assert result.stdout == ""

    @pytest.mark.parametrize("words", [["check", "nowhere.yaml"], ["check"], ["export"]])
    def test_a_wrong_call_ends_with_two(self, words: list[str], context: Context) -> None:
        assert run(context, *words).exit_code == 2

    def test_import_shows_what_changes_and_asks(self, context: Context, files: Path) -> None:
        declined = run(context, "import", files / "sound.yaml", answer="n\n")
        assert declined.exit_code == 1
        assert "+ venues library" in declined.stdout
        assert (
            run(context, "diff", files / "sound.yaml").stdout
            == declined.stdout.partition("Import")[0]
        )
        accepted = run(context, "import", files / "sound.yaml", answer="y\n")
        assert accepted.exit_code == 0
        assert accepted.stdout.endswith("Imported.\n")
        assert "Nothing differs" in run(context, "diff", files / "sound.yaml").stdout

    def test_import_can_go_without_asking(self, context: Context, files: Path) -> None:
        assert run(context, "import", "--yes", files / "sound.yaml").exit_code == 0
        write_estate(estate_with(hours=LATER_HOURS), files / "sound.yaml")
        result = run(context, "import", "-y", files / "sound.yaml")
        assert "~ venues library hours: mon-fri 09:00-17:00" in result.stdout
        assert result.stdout.endswith("Imported.\n")

    @pytest.mark.parametrize("name", ["out.yaml", "out"])
    def test_export_writes_what_import_read(self, name: str, context: Context, files: Path) -> None:
        run(context, "import", "--yes", files / "sound.yaml")
        assert run(context, "export", files / name).exit_code == 0
        assert read_estate(files / name) == estate_with()

    def test_export_replaces_nothing_unless_told_to(self, context: Context, files: Path) -> None:
        before = (files / "sound.yaml").read_text()
        refused = run(context, "export", files / "sound.yaml")
        assert refused.exit_code == 2
        assert "--overwrite" in refused.stderr
        assert (files / "sound.yaml").read_text() == before
        assert run(context, "export", files / "sound.yaml", "--overwrite").exit_code == 0
        assert read_estate(files / "sound.yaml") == Estate()

    def test_export_tells_where_it_cannot_write(self, context: Context, files: Path) -> None:
        refused = run(context, "export", files / "nowhere" / "out.yaml")
        assert refused.exit_code == 2
        assert "No such file or directory" in " ".join(refused.stderr.replace("│", " ").split())
