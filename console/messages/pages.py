"""How one wants messages: the page, its form, and a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from console.access.visitors import needs, require, visitor_of
from console.messages.channels import addresses_of
from console.messages.compose import PREFERENCES, hello
from console.messages.envelope import addressed
from console.web.rendering import Pages
from console.words.i18n import mark
from domain.errors import InvalidInput
from domain.hours import minute_text, parse_clock
from domain.messages import Address, Delivery, Message, Preferences
from domain.people import Permission, Person
from policies.messages.audience import zone_of

Text = Annotated[str, Field(max_length=200)]
_REFUSED = mark("That cannot be kept. Write times as 08:00 and the time zone as Asia/Shanghai.")
LATEST = 10
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Way:
    """A channel as the form shows it."""

    name: str
    needs_address: bool
    to: str
    is_used: bool


class Given(BaseModel):
    """The form. `channel` and `to` go in pairs."""

    delivery: Delivery
    digest_at: Text
    quiet_from: Text
    quiet_to: Text
    zone: Text = ""
    channel: list[Text] = Field([], max_length=50)
    to: list[Text] = Field([], max_length=50)


def router(pages: Pages) -> APIRouter:
    """`/me/messages`."""
    routes = APIRouter(prefix=PREFERENCES, dependencies=[needs(Permission.OWN)])
    ledger, clock = pages.services.ledger, pages.access.clock

    @routes.get("")
    def show(request: Request, done: str = "") -> HTMLResponse:
        return _page(pages, request, _wanted(pages, _me(request)), done=done)

    @routes.post("")
    def keep(request: Request, given: Annotated[Given, Form()]) -> Response:
        me = _me(request).id
        try:
            wanted = Preferences(
                person=me,
                addresses=tuple(_chosen(pages, given)),
                zone=given.zone.strip(),
                quiet_from=parse_clock(given.quiet_from),
                quiet_to=parse_clock(given.quiet_to),
                delivery=given.delivery,
                digest_at=parse_clock(given.digest_at),
            )
        except InvalidInput:
            before = _wanted(pages, _me(request))
            why = pages.language(request).text(_REFUSED)
            return _page(pages, request, before, refused=why, status=400)
        ledger.messages.put_preferences(wanted, actor=me, at=clock.now())
        return RedirectResponse(f"{PREFERENCES}?done=kept", 303)

    @routes.post("/test")
    def test(request: Request) -> RedirectResponse:
        person, language = _me(request), pages.language(request)
        url, now = pages.services.entrance.url or str(request.base_url).rstrip("/"), clock.now()
        said, key = hello(language, url), f"{person.id}:test:{now:%Y-%m-%dT%H:%M:%S.%f}"
        letters = addressed(
            said,
            key=key,
            person=person.id,
            language=language,
            addresses=addresses_of(person, _wanted(pages, person), pages.services.channels),
            at=now,
            is_urgent=True,
        )
        message = Message(
            key=key, person=person.id, at=now, subject=said.subject, notices=(), is_digest=False
        )
        ledger.messages.tell(message, [letter.outgoing() for letter in letters])
        return RedirectResponse(f"{PREFERENCES}?done=test", 303)

    return routes


def _page(
    pages: Pages,
    request: Request,
    wanted: Preferences,
    *,
    done: str = "",
    refused: str = "",
    status: int = 200,
) -> HTMLResponse:
    person = _me(request)
    used = {a.channel: a.to for a in addresses_of(person, wanted, pages.services.channels)}
    estate = pages.services.ledger.estate()
    sendings = pages.services.ledger.messages.sendings(LOOKED_AT)
    return pages.page(
        request,
        "messages/messages.html",
        status,
        wanted=wanted,
        ways=[
            Way(name, channel.needs_address, used.get(name, ""), name in used)
            for name, channel in pages.services.channels.items()
        ],
        sendings=[s for s in sendings if s.person == person.id][:LATEST],
        deliveries=tuple(Delivery),
        minute_text=minute_text,
        zone=ZoneInfo(wanted.zone or zone_of(visitor_of(request).grants, estate)),
        done=done,
        refused=refused,
    )


def _chosen(pages: Pages, given: Given) -> Iterator[Address]:
    """The channels that got an address, or were ticked. Raises `InvalidInput`."""
    known = pages.services.channels
    for name, to in zip(given.channel, given.to, strict=False):
        if name not in known:
            raise InvalidInput(f"there is no channel “{name}”")
        if to.strip():
            yield Address(name, to.strip() if known[name].needs_address else "")


def _wanted(pages: Pages, person: Person) -> Preferences:
    chosen = pages.services.ledger.messages.preferences()
    return chosen.get(person.id, Preferences(person=person.id))


def _me(request: Request) -> Person:
    person = require(request, Permission.OWN).person
    assert person is not None  # noqa: S101 - a stranger owns nothing, says `Visitor.may`
    return person
