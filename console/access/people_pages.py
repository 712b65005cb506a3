"""Who has an account and which roles: add, grant, revoke, make a new link, close."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.access.links import make_link
from console.access.login_pages import Text
from console.access.visitors import needs, require
from console.web.rendering import Pages
from domain.accounts import LinkKind
from domain.errors import Conflict, InvalidInput, NotFound
from domain.people import Grant, Permission, Person, Role, Scope, ScopeKind, check_id

VENUES_OFFERED = 500
"""More are typed, not chosen: a list of thousands helps nobody."""

Name = Annotated[str, Form(min_length=1, max_length=120)]
GivenRole = Annotated[Role, Form()]


def router(pages: Pages) -> APIRouter:
    """`/people` and what lies below it."""
    routes = APIRouter(prefix="/people", dependencies=[needs(Permission.PEOPLE)])
    access, accounts = pages.access, pages.access.accounts

    @routes.get("")
    def show_people(request: Request) -> HTMLResponse:
        return people_page(pages, request)

    @routes.post("")
    def add_person(
        request: Request, name: Name, account: Name, role: GivenRole, scope: Text, email: Text = ""
    ) -> Response:
        actor, now = _actor(request), access.clock.now()

        def add() -> HTMLResponse:
            person = Person(
                id=check_id(account),
                name=name.strip(),
                email=email.strip().lower(),
                created_at=now,
            )
            grant = _grant(pages, person.id, role, scope)
            accounts.add_person(person, [grant], actor=actor)
            return _linked(pages, request, person.id)

        return _or_why(pages, request, add)

    @routes.post("/{person_id}/grant")
    def grant(request: Request, person_id: str, role: GivenRole, scope: Text) -> Response:
        actor, now = _actor(request), access.clock.now()

        def give() -> Response:
            accounts.grant(_grant(pages, person_id, role, scope), actor=actor, at=now)
            return RedirectResponse("/people", 303)

        return _or_why(pages, request, give)

    @routes.post("/{person_id}/revoke")
    def revoke(request: Request, person_id: str, role: GivenRole, scope: Text) -> Response:
        actor, now = _actor(request), access.clock.now()

        def take() -> Response:
            taken = Grant(person=person_id, role=role, scope=Scope.parse(scope))
            accounts.revoke(taken, actor=actor, at=now)
            return RedirectResponse("/people", 303)

        return _or_why(pages, request, take)

    _account_routes(routes, pages)
    return routes


def _account_routes(routes: APIRouter, pages: Pages) -> None:
    access, accounts = pages.access, pages.access.accounts

    @routes.post("/{person_id}/link")
    def link(request: Request, person_id: str) -> HTMLResponse:
        return _linked(pages, request, person_id)

    @routes.post("/{person_id}/close")
    def close(request: Request, person_id: str) -> Response:
        return _set_active(request, person_id, is_active=False)

    @routes.post("/{person_id}/reopen")
    def reopen(request: Request, person_id: str) -> Response:
        return _set_active(request, person_id, is_active=True)

    def _set_active(request: Request, person_id: str, *, is_active: bool) -> Response:
        actor, now = _actor(request), access.clock.now()

        def change() -> Response:
            person = replace(accounts.person(person_id), active=is_active)
            accounts.change_person(person, actor=actor, at=now)
            return RedirectResponse("/people", 303)

        return _or_why(pages, request, change)


def people_page(
    pages: Pages,
    request: Request,
    refused: str = "",
    status: int = 200,
    link: tuple[str, str] = ("", ""),
) -> HTMLResponse:
    """Everybody; `link` is somebody's id and their one-time link, shown once."""
    accounts, estate = pages.access.accounts, pages.services.ledger.estate()
    grants = accounts.grants()
    response = pages.page(
        request,
        "access/people.html",
        status,
        refused=refused,
        linked=link[0],
        link=link[1],
        people=[(p, [g for g in grants if g.person == p.id]) for p in accounts.people()],
        roles=tuple(Role),
        estate=estate,
        scopes=[
            ("everything", ""),
            *((f"{ScopeKind.AREA}:{a.id}", a) for a in estate.areas),
            *((f"{ScopeKind.DEPARTMENT}:{d.id}", d) for d in estate.departments),
            *((f"{ScopeKind.VENUE}:{v.id}", v) for v in estate.venues[:VENUES_OFFERED]),
        ],
    )
    if link[1]:
        response.headers["cache-control"] = "no-store"
    return response


def _linked(pages: Pages, request: Request, person_id: str) -> HTMLResponse:
    """The page with a new link of somebody's."""
    access = pages.access
    path = make_link(
        access.accounts,
        person_id,
        LinkKind.PASSWORD,
        actor=_actor(request),
        at=access.clock.now(),
    )
    here = access.url or f"{request.url.scheme}://{request.url.netloc}"
    return people_page(pages, request, link=(person_id, here + path))


def _grant(pages: Pages, person_id: str, role: Role, scope: str) -> Grant:
    """Raises `InvalidInput` for a part that the estate does not have."""
    wanted = Grant(person=person_id, role=role, scope=Scope.parse(scope))
    if not wanted.scope.is_in(pages.services.ledger.estate()):
        raise InvalidInput(f"the estate has no {wanted.scope}", hint="choose from the list")
    return wanted


def _or_why(pages: Pages, request: Request, change: Callable[[], Response]) -> Response:
    """Do it, or say on the same page why it cannot be."""
    try:
        return change()
    except (InvalidInput, Conflict, NotFound) as error:
        return people_page(pages, request, str(error), 409 if isinstance(error, Conflict) else 400)


def _actor(request: Request) -> str:
    return require(request, Permission.PEOPLE).name
