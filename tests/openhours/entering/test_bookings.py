"""Bookings from a file to hours that stay open."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import InvalidInput
from domain.estate_rules import check
from openhours.commands import bookings as commands
from openhours.context import Context
from openhours.entering.bookings_csv import read_bookings
from openhours.settings.model import load
from tests.contract.samples import NOON
from tests.domain.documents import sound

ESTATE = check(sound())
ROOM = ESTATE.rooms[0]
VENUE = ESTATE.venue(ROOM.venue)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    made = Context(load(None, [f"data_dir={tmp_path / 'data'}"]))
    made.ledger.put_estate(ESTATE, [], [], actor="test", at=NOON)
    return made


def run(context: Context, *words: object) -> Result:
    fresh = Context(context.settings)  # a command closes its ledger
    return CliRunner().invoke(
        commands.app, list(map(str, words)), obj=fresh, catch_exceptions=False
    )


def file_of(folder: Path, *rows: str) -> Path:
    file = folder / "bookings.csv"
    file.write_text("\n".join(["venue,room,start,end,title", *rows]), encoding="utf-8")
    return file


def test_times_without_an_offset_are_by_the_venues_clock(tmp_path: Path) -> None:
    rows = (
        f"{VENUE.id},,2126-11-24 18:00,2126-11-24 20:00,choir",
        f",{ROOM.id},2126-11-24T18:00+00:00,2126-11-24T20:00+00:00,",
    )
    whole, room = read_bookings(file_of(tmp_path, *rows), ESTATE)
    assert whole.start == datetime(2126, 11, 24, 18, tzinfo=VENUE.tz)
    assert (whole.room, whole.title) == (None, "choir")
    assert (room.venue, room.room) == (VENUE.id, ROOM.id)
    assert room.end == datetime(2126, 11, 24, 20, tzinfo=UTC)


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    rows = (
        "nowhere,,2126-11-24 18:00,2126-11-24 20:00,",
        f"{VENUE.id},,in the evening,2126-11-24 20:00,",
        f"{VENUE.id},,2126-11-24 18:00,2126-11-24 17:00,",
        f"{VENUE.id},cellar,2126-11-24 18:00,2126-11-24 19:00,",
    )
    with pytest.raises(InvalidInput) as caught:
        read_bookings(file_of(tmp_path, *rows), ESTATE)
    said = [str(p) for p in caught.value.problems]
    assert len(said) == 4
    assert [f":{n}" in text for n, text in enumerate(said, start=2)] == [True] * 4


def test_a_file_is_kept_whole_and_listed(context: Context, tmp_path: Path) -> None:
    file = file_of(tmp_path, f"{VENUE.id},{ROOM.id},2126-11-24 18:00,2126-11-24 20:00,choir [1]")
    assert "Bookings kept: 1." in run(context, "import", file).stdout
    assert "choir [1]" in run(context, "list").stdout
    run(context, "import", file_of(tmp_path))
    assert Context(context.settings).ledger.bookings() == []
