"""The way in and out, with a password."""

from datetime import timedelta
from math import ceil
from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.access.passwords import Passwords
from console.access.throttle import Throttle
from console.access.visitors import needs
from console.web.rendering import Pages
from console.words.i18n import mark
from domain.people import Permission

log = structlog.get_logger(__name__)

Text = Annotated[str, Form(max_length=300)]


def router(pages: Pages, passwords: Passwords, throttle: Throttle) -> APIRouter:
    """`/login` and `/logout`."""
    routes = APIRouter()
    access = pages.access
    public = [needs(Permission.OPEN)]

    @routes.get("/login", dependencies=public)
    def show_login(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002
        return login_page(pages, request, safe_path(next))

    @routes.post("/login", dependencies=public)
    def log_in(
        request: Request,
        account: Text,
        password: Text,
        next: Text = "/",  # noqa: A002
    ) -> Response:
        name, address, to = account.strip().lower(), address_of(request), safe_path(next)
        person = access.of(name).person
        # what is no account may be a password, typed into the wrong field
        seen = log.bind(account=name if person else "unknown", address=address)
        if wait := throttle.attempt(name, address, access.clock.now()):
            seen.warning("login held up")
            return held_up(pages, request, to, name, wait)
        is_right = passwords.is_right(name, password)
        if not (is_right and person):
            seen.warning("login refused")
            refused = pages.language(request).text(mark("The account or the password is wrong."))
            return login_page(pages, request, to, name, refused, 403)
        throttle.succeeded(name, address)
        return entered(pages, request, name, "password", to)

    @routes.post("/logout", dependencies=[needs(Permission.OWN)])
    def log_out(request: Request) -> RedirectResponse:
        response = RedirectResponse("/login", 303)
        access.sessions.end(request, response)
        return response

    return routes


def entered(pages: Pages, request: Request, person: str, how: str, to: str) -> RedirectResponse:
    """Somebody is in: a new session, and on to where they wanted to go."""
    reads = pages.access.of(person).may(Permission.READ)
    response = RedirectResponse(to if reads or to != "/" else "/me", 303)
    pages.access.sessions.open(request, response, person, how)
    return response


def held_up(pages: Pages, request: Request, to: str, account: str, wait: timedelta) -> HTMLResponse:
    """The form again, and when to try."""
    minutes = ceil(wait / timedelta(minutes=1))
    refused = pages.language(request).ngettext(
        mark("Too many attempts. Try again in {n} minute."),
        mark("Too many attempts. Try again in {n} minutes."),
        minutes,
    )
    response = login_page(pages, request, to, account, refused, 429)
    response.headers["retry-after"] = str(ceil(wait.total_seconds()))
    return response


def login_page(
    pages: Pages, request: Request, to: str, account: str = "", refused: str = "", status: int = 200
) -> HTMLResponse:
    """The form; `refused` says why somebody is not in."""
    return pages.page(
        request,
        "access/login.html",
        status,
        next=to,
        account=account,
        refused=refused,
        oidc=pages.services.entrance.house,
    )


def safe_path(text: str) -> str:
    """A path of this console, whatever was asked for: nobody is sent elsewhere after a login."""
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_path and text.isprintable() and "\\" not in text else "/"


def address_of(request: Request) -> str:
    """Where the visitor comes from, as the server or a proxy that it trusts says."""
    return request.client.host if request.client else ""
