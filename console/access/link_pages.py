"""One-time links. Looking at one does not use it: programs that look into messages do that too."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from console.access.login_pages import Text, entered
from console.access.passwords import Passwords, check_password
from console.access.secret import digest
from console.access.visitors import needs
from console.web.rendering import Pages
from console.words.i18n import mark
from domain.accounts import LinkKind
from domain.errors import InvalidInput
from domain.people import Permission

ENTERED = {LinkKind.PASSWORD: "link, new password", LinkKind.ENTER: "link"}


def router(pages: Pages, passwords: Passwords) -> APIRouter:
    """`/link`."""
    routes = APIRouter(dependencies=[needs(Permission.OPEN)])
    access, accounts = pages.access, pages.access.accounts

    @routes.get("/link")
    def show_link(request: Request, key: str = "") -> HTMLResponse:
        return link_page(pages, request, key)

    @routes.post("/link")
    def use_link(request: Request, key: Text, password: Text = "", again: Text = "") -> Response:
        now = access.clock.now()
        link = accounts.link(digest(key), now)
        if link is None:
            return link_page(pages, request, key)
        if link.kind is LinkKind.PASSWORD:
            try:
                check_password(password, link.person)
            except InvalidInput as error:
                return link_page(pages, request, key, error.problem.what)
            if password != again:
                return link_page(pages, request, key, mark("The two are not the same."))
        used = accounts.use_link(digest(key), now)
        if used is None or access.of(used.person).person is None:
            return link_page(pages, request, key)
        if used.kind is LinkKind.PASSWORD:
            hashed = passwords.hash(password)
            accounts.set_password(used.person, hashed, actor=used.person, at=now)
        return entered(pages, request, used.person, ENTERED[used.kind], "/")

    return routes


def link_page(pages: Pages, request: Request, key: str, refused: str = "") -> HTMLResponse:
    """What the link is for, or that it is used up."""
    access = pages.access
    link = access.accounts.link(digest(key), access.clock.now()) if key else None
    person = access.of(link.person).person if link else None
    return pages.page(
        request,
        "access/link.html",
        (400 if refused else 200) if person else 404,
        link=link if person else None,
        name=person.name if person else "",
        key=key,
        refused=pages.language(request).text(refused) if refused else "",
    )
