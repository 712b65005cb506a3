"""To the other house and back."""

from dataclasses import replace

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console.access.login_pages import entered, login_page, safe_path
from console.access.oidc import Provider, Vouched
from console.access.visitors import needs
from console.web.rendering import Pages
from console.words.i18n import mark
from domain.accounts import Accounts
from domain.errors import Forbidden
from domain.people import Permission, Person

log = structlog.get_logger(__name__)


def router(pages: Pages, provider: Provider) -> APIRouter:
    """`/login/oidc`, where somebody leaves, and `/login/oidc/back`, where they return."""
    routes = APIRouter(prefix="/login/oidc", dependencies=[needs(Permission.OPEN)])
    access = pages.access

    @routes.get("")
    def leave(request: Request, next: str = "/") -> Response:  # noqa: A002
        secret = access.form_secret(request)
        url = provider.start(_back(pages, request), secret, safe_path(next), access.clock.now())
        response = RedirectResponse(url, 303)
        access.sessions.give_before(request, response, secret)
        return response

    @routes.get("/back")
    def come_back(request: Request) -> Response:
        now, secret = access.clock.now(), access.form_secret(request)
        try:
            vouched, to = provider.finish(_back(pages, request), secret, request.query_params, now)
        except Forbidden as error:
            log.warning("login refused", reason=str(error))
            why = mark("The login was not completed. Try again.")
            return login_page(pages, request, "/", "", pages.language(request).text(why), 403)
        person = known(access.accounts, vouched)
        if person is None:
            log.warning("login refused", subject=vouched.subject, reason="no account")
            why = mark("You have no account here. Ask somebody who looks after the accounts.")
            return login_page(pages, request, "/", "", pages.language(request).text(why), 403)
        if not person.subject:
            bound = replace(person, subject=vouched.subject)
            access.accounts.change_person(bound, actor=person.id, at=now)
        return entered(pages, request, person.id, "OpenID Connect", to)

    return routes


def known(accounts: Accounts, vouched: Vouched) -> Person | None:
    """The account of somebody: theirs from an earlier login, else the one with their address.

    An address binds once: whoever has it later is not let in as its former owner.
    """
    people = [p for p in accounts.people() if p.active]
    theirs = (p for p in people if p.subject == vouched.subject)
    by_email = (p for p in people if vouched.email and p.email == vouched.email and not p.subject)
    return next(theirs, None) or next(by_email, None)


def _back(pages: Pages, request: Request) -> str:
    here = pages.access.url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{here}/login/oidc/back"
