"""Under-used rooms, with managers' answers, and unmet demand: the page and the JSON."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.access.visitors import needs, require
from console.outputs.paging import Answer, Asked, Links
from console.rooms.flags import Flag, answer, kept
from console.rooms.unmet import UnmetReport, unmet_report
from console.web.rendering import Pages
from console.web.services import Services
from console.words import rooms as room_words
from console.words.i18n import LANGUAGES
from console.words.rooms import room_names
from domain.estate import Estate
from domain.people import Permission
from domain.planning import Fact
from domain.ports import Ledger
from policies.underuse.flags import Feedback, Phase

Note = Annotated[str, Form(max_length=500)]


class ReasonOut(Answer):
    """A reason as a code and its facts, and in words by language."""

    code: str
    facts: Mapping[str, Fact]
    text: Mapping[str, str]


class UnderusedOut(Answer):
    """What is said of a room."""

    room: str
    venue: str
    department: str
    month: str
    """In which it was said first."""
    phase: Phase
    utilisation: float | None
    """Person-hours by capacity-hours of open time; null where the counts cannot be trusted."""
    low: float | None
    high: float | None
    unused_hours: float
    """Place-hours a week that nobody used."""
    reasons: list[ReasonOut]


class UnderusedRoomsOut(Answer):
    """All that is said of rooms, most unused first."""

    month: str
    """The latest month looked at; "" before the first."""
    rooms: list[UnderusedOut]


def router(pages: Pages) -> APIRouter:
    """`/under-used` and the answers."""
    routes = APIRouter(prefix="/under-used", dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("")
    def show_rooms(request: Request) -> HTMLResponse:
        estate, language = services.ledger.estate(), pages.language(request)
        month, flags = standing(services.ledger, estate)
        return pages.page(
            request,
            "rooms/underused.html",
            month=month,
            flags=flags,
            rooms=room_names(language, estate),
            venues={v.id: v.name_in(language.code) for v in estate.venues},
            answers=tuple(Feedback),
        )

    @routes.post("/{room}/{feedback}", dependencies=[needs(Permission.DECIDE)])
    def answer_flag(
        request: Request, room: str, feedback: Feedback, note: Note = ""
    ) -> RedirectResponse:
        venue = services.ledger.estate().room(room).venue
        actor, now = require(request, Permission.DECIDE, venue).name, services.clock.now()
        answer(services.ledger, room, feedback, actor=actor, at=now, note=note.strip())
        return RedirectResponse("/under-used", 303)

    return routes


def api(services: Services) -> APIRouter:
    """`/api/v1/under-used` and `/api/v1/unmet`."""
    routes = APIRouter(prefix="/api/v1", dependencies=[needs(Permission.READ)])

    @routes.get("/under-used")
    def under_used(links: Links, paging: Asked) -> UnderusedRoomsOut:
        """Rooms that are used far less than they should be, why, and what might be done."""
        said = underused(services.ledger)
        return said.model_copy(update={"rooms": list(links.page(said.rooms, paging))})

    @routes.get("/unmet")
    def unmet(links: Links, paging: Asked) -> UnmetReport:
        """People whom no venue serves, by the latest plan, and rooms that could serve them."""
        report = unmet_report(services.ledger)
        return report.model_copy(update={"unmet": tuple(links.page(report.unmet, paging))})

    return routes


def underused(ledger: Ledger) -> UnderusedRoomsOut:
    """What is said of rooms at present."""
    estate = ledger.estate()
    return underused_out(*standing(ledger, estate), estate)


def underused_out(month: str, flags: Iterable[Flag], estate: Estate) -> UnderusedRoomsOut:
    """What stands, with its reasons in words; as of `standing`."""
    names = {code: room_names(language, estate) for code, language in LANGUAGES.items()}
    return UnderusedRoomsOut(month=month, rooms=[_out(flag, names) for flag in flags])


def standing(ledger: Ledger, estate: Estate) -> tuple[str, list[Flag]]:
    """The latest month looked at, and the flags that stand of rooms of the estate."""
    _, now = kept(ledger)
    return now.month, [flag for flag in now.flags if flag.room in estate.room_by_id]


def _out(flag: Flag, names: Mapping[str, Mapping[str, str]]) -> UnderusedOut:
    return UnderusedOut(
        **flag.model_dump(exclude={"reasons"}),
        reasons=[
            ReasonOut(
                code=reason.code,
                facts=reason.facts,
                text={
                    code: room_words.reason(language, reason, names[code])
                    for code, language in LANGUAGES.items()
                },
            )
            for reason in flag.reasons
        ],
    )
