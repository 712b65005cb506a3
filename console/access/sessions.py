"""Sessions: a secret in a cookie, its digest in the ledger, so that all can be ended at once.

A login always makes a new session, whatever cookie the browser came with. Sessions age by the
machine's clock, whatever the service's runs at.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from console.access.secret import digest, new_secret
from domain.accounts import Accounts, Session
from domain.clock import Clock

IDLE = timedelta(hours=12)
"""A session that nobody uses ends after: a working day and its breaks."""
ABSOLUTE = timedelta(days=7)
"""A session ends after, however much it is used."""
TOUCH_EVERY = timedelta(minutes=5)
"""No more than one write for so long: pages are asked for often."""
BEFORE = timedelta(hours=1)
"""How long a login form that nobody has sent yet stays good."""
CLIENT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of a console at `url`; empty: where the request says.

    Over TLS their names begin with `__Host-`: no other host of the domain can set them.
    """

    url: str = ""

    def read(self, request: Request, name: str) -> str:
        """The value, "" where there is none."""
        return request.cookies.get(self._name(request, name), "")

    def put(
        self, request: Request, response: Response, name: str, value: str, age: timedelta
    ) -> None:
        """Set it for the browser alone: no script reads it, no other site's form carries it."""
        response.set_cookie(
            self._name(request, name),
            value,
            max_age=int(age.total_seconds()),
            httponly=True,
            secure=self.is_secure(request),
            samesite="lax",
        )

    def clear(self, request: Request, response: Response, name: str) -> None:
        """Take it away."""
        response.delete_cookie(
            self._name(request, name),
            httponly=True,
            secure=self.is_secure(request),
            samesite="lax",
        )

    def is_secure(self, request: Request) -> bool:
        """Whether people reach the console over TLS."""
        return request.url.scheme == "https" or urlsplit(self.url).scheme == "https"

    def _name(self, request: Request, name: str) -> str:
        return f"__Host-openhours_{name}" if self.is_secure(request) else f"openhours_{name}"


class Sessions:
    """Opens, finds and ends the sessions of browsers."""

    def __init__(self, accounts: Accounts, clock: Clock, cookies: Cookies) -> None:
        self._accounts, self._clock, self._cookies = accounts, clock, cookies

    def open(self, request: Request, response: Response, person_id: str, how: str) -> None:
        """Log somebody in, in place of whoever was logged in with this browser."""
        now, secret = self._clock.now(), new_secret()
        self._accounts.forget_sessions(now - ABSOLUTE, now - IDLE)
        if found := self.find(request):
            before = found[1]
            self._accounts.end_sessions(before.person, before.digest, actor=before.person, at=now)
        session = Session(
            digest=digest(secret),
            person=person_id,
            created_at=now,
            seen_at=now,
            client=request.headers.get("user-agent", "")[:CLIENT_LENGTH],
        )
        self._accounts.open_session(session, how=how)
        self._cookies.put(request, response, "session", secret, ABSOLUTE)
        self._cookies.clear(request, response, "before")

    def find(self, request: Request) -> tuple[str, Session] | None:
        """The secret and the session of a browser that is logged in; None for all others."""
        secret = self._cookies.read(request, "session")
        session = self._accounts.session(digest(secret)) if secret else None
        if session is None:
            return None
        now = self._clock.now()
        if now - session.created_at > ABSOLUTE or now - session.seen_at > IDLE:
            return None
        if now - session.seen_at >= TOUCH_EVERY:
            self._accounts.touch_session(session.digest, now)
        return secret, session

    def end(self, request: Request, response: Response) -> None:
        """Log this browser out."""
        if found := self.find(request):
            session = found[1]
            self._accounts.end_sessions(
                session.person, session.digest, actor=session.person, at=self._clock.now()
            )
        self._cookies.clear(request, response, "session")

    def before(self, request: Request) -> str:
        """The secret of a browser in which nobody is logged in yet, for the forms that do so."""
        return self._cookies.read(request, "before")

    def give_before(self, request: Request, response: Response, secret: str) -> None:
        """Give it such a secret, for a while."""
        self._cookies.put(request, response, "before", secret, BEFORE)
