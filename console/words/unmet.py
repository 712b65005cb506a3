"""Sentences on unmet demand: who is not served, why, and which room could."""

from collections.abc import Mapping

from rich.markup import escape
from rich.table import Table

from console.rooms.unmet import CandidateOut, UnmetOut, UnmetReport
from console.words import words
from console.words.i18n import Language, mark
from console.words.rooms import room_names
from domain.estate import Estate
from domain.hours import WEEKDAYS
from policies.unmet.losses import Cause

CAUSES: Mapping[Cause, str] = {
    Cause.CLOSED: mark("closed"),
    Cause.FULL: mark("full"),
    Cause.TOO_FAR: mark("too far"),
}
TABLE = (
    mark("Venue"),
    mark("When"),
    mark("People a week"),
    mark("Why"),
    mark("Who could serve them"),
)


def cause(lang: Language, value: Cause) -> str:
    """Why people are not served."""
    return lang.text(CAUSES[value])


def candidate(lang: Language, value: CandidateOut, names: Mapping[str, str]) -> str:
    """A room that could serve some of them, given the names of rooms."""
    said = lang.text(
        mark(
            "{room}, {walk_minutes} minutes away, has {places} places then and could serve about"
            " {people} of them."
        ),
        room=names.get(value.room, value.room),
        walk_minutes=lang.number(value.walk_minutes),
        places=lang.number(value.places),
        people=lang.number(value.people),
    )
    if value.open_share >= 1:
        return said
    closed = lang.text(mark("It would have to be opened."))
    return lang.text(mark("{first} {then}"), first=said, then=closed)


def when(lang: Language, value: UnmetOut) -> str:
    """The stretch of the week."""
    return f"{_day(lang, value)} {value.start}–{value.end}"


def unmet_table(report: UnmetReport, estate: Estate, lang: Language) -> Table:
    """For a terminal: a row for each stretch of a weekday, most people first."""
    table = Table(*map(lang.text, TABLE), show_lines=True)
    venues = {v.id: v.name_in(lang.code) for v in estate.venues}
    rooms = room_names(lang, estate)
    for unmet in report.unmet:
        low, high = lang.number(unmet.low), lang.number(unmet.high)
        kind = words.venue_type(lang, unmet.type)
        table.add_row(
            escape(f"{venues.get(unmet.venue, unmet.venue)}\n{kind}"),
            when(lang, unmet),
            f"{lang.number(unmet.people)}\n({low} … {high})",
            cause(lang, unmet.cause),
            escape("\n".join(candidate(lang, c, rooms) for c in unmet.candidates)),
        )
    return table


def _day(lang: Language, value: UnmetOut) -> str:
    return lang.weekday(WEEKDAYS.index(value.day))
