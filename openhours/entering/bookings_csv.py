"""Bookings from a CSV file."""

from datetime import datetime
from pathlib import Path

from domain.bookings import Booking
from domain.errors import InvalidInput, NotFound, Problem
from domain.estate import Estate
from store.csv_table import Row, read_table

COLUMNS = ("venue", "room", "start", "end", "title")


def read_bookings(file: Path, estate: Estate) -> list[Booking]:
    """The bookings of a file with the columns venue or room, start, end, and title if you like.

    Times without offset are by the wall clock of the venue. Raises `InvalidInput` with every fault.
    """
    problems: list[Problem] = []
    found = []
    for row in read_table(file, COLUMNS, problems):
        try:
            found.append(_booking(row, estate))
        except NotFound as error:
            problems.append(Problem(row.where("venue"), error.problem.what))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput("these bookings cannot be", problems=problems)
    return found


def _booking(row: Row, estate: Estate) -> Booking:
    room = row.cells.get("room")
    venue = estate.venue(row.cells.get("venue") or (estate.room(room).venue if room else ""))
    if room and estate.room(room).venue != venue.id:
        raise _fault(row, "room", f"“{room}” is no room of {venue.id}")
    start, end = (
        given if given.tzinfo else given.replace(tzinfo=venue.tz)
        for given in (_instant(row, "start"), _instant(row, "end"))
    )
    if start >= end:
        raise _fault(row, "end", "the booking does not end after its start")
    return Booking(venue.id, start, end, room, row.cells.get("title", ""))


def _instant(row: Row, field: str) -> datetime:
    try:
        return datetime.fromisoformat(row.cells.get(field, ""))
    except ValueError:
        raise _fault(row, field, f"“{row.cells.get(field, '')}” is no time") from None


def _fault(row: Row, field: str, what: str) -> InvalidInput:
    hint = "write times as 2026-11-24 18:00" if field != "room" else ""
    return InvalidInput(what, problems=[Problem(row.where(field), what, hint)])
