"""Who asks, and whether they may: every route names a permission, with `needs`.

::

    @routes.post("/venues/{venue_id}/rollback", dependencies=[needs(Permission.DECIDE)])
    def take_back(request: Request, venue_id: str) -> …:
        visitor = require(request, Permission.DECIDE, venue_id)
        roll_back(…, actor=visitor.name)

`needs` lets nobody in who may not do this anywhere, and no form that is not ours; `require` asks
for the venue too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from console.access.forms import check_form
from console.access.secret import digest, new_secret
from console.access.sessions import Cookies, Sessions
from console.words.i18n import mark
from domain.accounts import ApiToken
from domain.clock import Clock, SystemClock
from domain.errors import Forbidden, LoginNeeded, NotFound
from domain.estate import Estate
from domain.people import Grant, Permission, Person, Role, allowed
from domain.ports import Ledger

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
EVERYBODY = Grant(person="", role=Role.VIEWER)
"""What whoever reaches the pages may do where reading is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever asks."""

    person: Person | None = None
    grants: tuple[Grant, ...] = ()
    estate: Callable[[], Estate] = Estate
    secret: str = field(default="", repr=False)
    """Of the session's cookie."""
    session: str = ""
    """Digest of it."""
    token: ApiToken | None = None
    """With which a program asks for the person."""

    @property
    def name(self) -> str:
        """What the audit log calls them; "" for strangers."""
        return self.person.id if self.person else ""

    def may(self, permission: Permission, venue: str | None = None) -> bool:
        """Whether they may do this: in `venue`, or anywhere where none is given."""
        if permission is Permission.OPEN:
            return True
        if permission is Permission.OWN:
            return self.person is not None and self.token is None
        estate = Estate() if venue is None else self.estate()
        if self.token is not None:
            cap = Grant(person=self.name, role=self.token.role, scope=self.token.scope)
            if not cap.allows(permission, estate, venue):
                return False
        return allowed(self.grants, permission, estate, venue)

    def mine(self, permission: Permission = Permission.DECIDE) -> frozenset[str]:
        """Ids of the venues in which they may do this; empty where that is all of them, or none.

        Lists begin with these for those who answer for a part of the estate.
        """
        venues = self.estate().venues
        found = frozenset(v.id for v in venues if self.may(permission, v.id))
        return found if len(found) < len(venues) else frozenset()


class Access:
    """Recognises visitors and lets them pass, or not.

    Args:
        ledger: holds the accounts.
        open_reading: whether everybody who reaches the pages may read them.
        url: where the console is from outside; empty: where the request says.
        clock: by which sessions and tokens age; default the machine's.
    """

    def __init__(
        self, ledger: Ledger, *, open_reading: bool, url: str = "", clock: Clock | None = None
    ) -> None:
        self.ledger, self.accounts = ledger, ledger.accounts
        self.open_reading, self.url = open_reading, url
        self.clock = clock or SystemClock()
        self.cookies = Cookies(url)
        self.sessions = Sessions(self.accounts, self.clock, self.cookies)

    async def admit(self, request: Request, permission: Permission) -> None:
        """Let a request pass to its route. Raises `Forbidden` or `LoginNeeded`."""
        if not hasattr(request.state, "visitor"):
            request.state.visitor = await run_in_threadpool(self._recognised, request)
        visitor = require(request, permission)
        if request.method not in SAFE_METHODS and visitor.token is None:
            if visitor.person is None and permission is not Permission.OPEN:
                raise _stranger()
            token = (await request.form()).get("token", "")
            secret = visitor.secret or self.sessions.before(request)
            check_form(request, secret, str(token), self.url)

    def form_secret(self, request: Request) -> str:
        """What the forms of this browser are tied to: its session, or a secret it is given."""
        return visitor_of(request).secret or self.sessions.before(request) or new_secret()

    def _recognised(self, request: Request) -> Visitor:
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._program(bearer.strip())
        found = self.sessions.find(request)
        if found is None:
            return self.of(None)
        secret, session = found
        return self.of(session.person, secret=secret, session=session.digest)

    def _program(self, bearer: str) -> Visitor:
        token = self.accounts.token(digest(bearer))
        visitor = self.of(token.person, token=token) if token else Visitor()
        if token is None or token.expires_at <= self.clock.now() or visitor.person is None:
            raise LoginNeeded(mark("This token is unknown, or has expired."))
        return visitor

    def of(self, person_id: str | None, **more: Any) -> Visitor:
        """The visitor that somebody is; a stranger where they have no account that is active."""
        person = self._active(person_id) if person_id else None
        grants = tuple(self.accounts.grants(person.id)) if person else ()
        if self.open_reading:
            grants += (EVERYBODY,)
        known = more if person else {}
        return Visitor(person=person, grants=grants, estate=self.ledger.estate, **known)

    def _active(self, person_id: str) -> Person | None:
        try:
            person = self.accounts.person(person_id)
        except NotFound:
            return None
        return person if person.active else None


class Gate:
    """A dependency that lets through whoever has a permission somewhere."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> None:
        await cast("Access", request.app.state.access).admit(request, self.permission)


def needs(permission: Permission) -> Any:
    """For `dependencies=[…]` of a route or of a router."""
    return Depends(Gate(permission))


def visitor_of(request: Request) -> Visitor:
    """Who asks, as the gate of the route recognised them; a stranger before any gate."""
    return cast("Visitor", getattr(request.state, "visitor", Visitor()))


def require(request: Request, permission: Permission, venue: str | None = None) -> Visitor:
    """The visitor, who may do this: in `venue`, or anywhere where none is given.

    Raises `LoginNeeded` for strangers and `Forbidden` for all others who may not.
    """
    visitor = visitor_of(request)
    if not visitor.may(permission, venue):
        if visitor.person is None:
            raise _stranger()
        raise Forbidden(mark("Your account may not do this here."))
    return visitor


def _stranger() -> LoginNeeded:
    return LoginNeeded(mark("Log in first: this is not for everybody."))
