"""One's own account: language, password, API tokens, sessions."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.access.login_pages import Text, address_of
from console.access.passwords import Passwords, check_password
from console.access.secret import digest, new_secret
from console.access.throttle import Throttle
from console.access.visitors import Visitor, needs, require
from console.web.rendering import Pages
from console.words.i18n import LANGUAGES, mark
from domain.accounts import ApiToken
from domain.errors import InvalidInput
from domain.people import EVERYTHING, Grant, Permission, Person, Role

TOKEN_DAYS = (30, 90, 365)
TOKEN_PREFIX = "oh_"  # noqa: S105 - by which people and scanners know one
OWN = Permission.OWN


def router(pages: Pages, passwords: Passwords, throttle: Throttle) -> APIRouter:
    """`/me` and what lies below it."""
    routes = APIRouter(prefix="/me", dependencies=[needs(OWN)])
    access, accounts = pages.access, pages.access.accounts

    @routes.get("")
    def show_me(request: Request) -> HTMLResponse:
        return me_page(pages, request)

    @routes.post("/language")
    def choose_language(request: Request, language: Text = "") -> RedirectResponse:
        person = _me(request)
        code = language if language in LANGUAGES else ""
        changed = replace(person, language=code)
        accounts.change_person(changed, actor=person.id, at=access.clock.now())
        return RedirectResponse("/me", 303)

    @routes.post("/password")
    def change_password(request: Request, password: Text, again: Text, current: Text) -> Response:
        me, now = _me(request).id, access.clock.now()
        if throttle.attempt(me, address_of(request), now):
            return me_page(pages, request, mark("Too many attempts. Try again later."), 429)
        if not passwords.is_right(me, current):
            return me_page(pages, request, mark("The password you have now is another."), 403)
        throttle.succeeded(me, address_of(request))
        try:
            check_password(password, me)
        except InvalidInput as error:
            return me_page(pages, request, error.problem.what, 400)
        if password != again:
            return me_page(pages, request, mark("The two are not the same."), 400)
        accounts.set_password(me, passwords.hash(password), actor=me, at=now)
        response = RedirectResponse("/me", 303)
        access.sessions.open(request, response, me, "new password")
        return response

    _token_routes(routes, pages)
    _session_routes(routes, pages)
    return routes


def _token_routes(routes: APIRouter, pages: Pages) -> None:
    access, accounts = pages.access, pages.access.accounts

    @routes.post("/tokens")
    def make_token(
        request: Request,
        name: Annotated[str, Form(min_length=1, max_length=80)],
        rights: Text,
        days: Annotated[int, Form()],
    ) -> HTMLResponse:
        visitor, now, secret = require(request, OWN), access.clock.now(), new_secret()
        wanted = next((g for g in _offered(visitor) if _rights(g) == rights), None)
        if wanted is None or days not in TOKEN_DAYS:
            return me_page(pages, request, mark("Choose from the list."), 400)
        text = TOKEN_PREFIX + secret
        accounts.add_token(
            ApiToken(
                digest=digest(text),
                person=visitor.name,
                name=name.strip(),
                role=wanted.role,
                scope=wanted.scope,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
        )
        return me_page(pages, request, made=text)

    @routes.post("/tokens/{token}/revoke")
    def revoke_token(request: Request, token: str) -> RedirectResponse:
        me = _me(request).id
        accounts.revoke_token(me, token, actor=me, at=access.clock.now())
        return RedirectResponse("/me", 303)


def _session_routes(routes: APIRouter, pages: Pages) -> None:
    access, accounts = pages.access, pages.access.accounts

    @routes.post("/sessions/end")
    def end_all(request: Request) -> RedirectResponse:
        me, response = _me(request).id, RedirectResponse("/login", 303)
        access.sessions.end(request, response)
        accounts.end_sessions(me, None, actor=me, at=access.clock.now())
        return response

    @routes.post("/sessions/{session}/end")
    def end_one(request: Request, session: str) -> RedirectResponse:
        me = _me(request).id
        accounts.end_sessions(me, session, actor=me, at=access.clock.now())
        return RedirectResponse("/me", 303)


def me_page(
    pages: Pages, request: Request, refused: str = "", status: int = 200, made: str = ""
) -> HTMLResponse:
    """The account; `refused` says why something was not done, `made` is a token shown once."""
    visitor, accounts = require(request, OWN), pages.access.accounts
    response = pages.page(
        request,
        "access/me.html",
        status,
        refused=pages.language(request).text(refused) if refused else "",
        made=made,
        has_password=accounts.password(visitor.name) is not None,
        grants=accounts.grants(visitor.name),
        offered=[(_rights(grant), grant) for grant in _offered(visitor)],
        days=TOKEN_DAYS,
        tokens=accounts.tokens(visitor.name),
        sessions=accounts.sessions(visitor.name),
        estate=pages.services.ledger.estate(),
        languages=tuple(LANGUAGES.values()),
        today=pages.access.clock.now(),
        utc=ZoneInfo("UTC"),
    )
    if made:
        response.headers["cache-control"] = "no-store"
    return response


def _me(request: Request) -> Person:
    person = require(request, OWN).person
    assert person is not None  # noqa: S101 - a stranger owns nothing, says `Visitor.may`
    return person


def _offered(visitor: Visitor) -> list[Grant]:
    """What a token may be made for: reading, and each role that its owner has."""
    reading = Grant(person=visitor.name, role=Role.VIEWER, scope=EVERYTHING)
    own = [g for g in visitor.grants if g.person == visitor.name and g != reading]
    return [reading, *own] if visitor.may(Permission.READ) else own


def _rights(grant: Grant) -> str:
    return f"{grant.role}@{grant.scope}"
