"""Who may change things: the manager's link, the signed session, and where a form came from."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from fastapi import Request, Response

from console.words.i18n import mark
from domain.clock import Clock, SystemClock
from domain.errors import Forbidden

ACTOR = "manager"
"""Who the audit log names."""
COOKIE = "openhours_manager"
SESSION = timedelta(hours=12)


class Managers:
    """Lets the manager in by a secret key, and recognises the manager afterwards.

    A session is `issued.nonce.signature`: nothing is kept here, so a restart logs nobody out and a
    new key logs everybody out. Sessions age by the machine's clock, whatever the service's runs at.
    """

    def __init__(self, key: str, clock: Clock | None = None) -> None:
        if len(key) < 16:
            raise ValueError("the manager key needs at least 16 characters")
        self._key = key.encode()
        self._clock = clock or SystemClock()

    def enter(self, key: str, response: Response) -> None:
        """Set the session cookie on `response`. Raises `Forbidden` when the key is wrong."""
        if not hmac.compare_digest(key.encode(), self._key):
            raise Forbidden(mark("This link does not carry the manager’s key."))
        issued = f"{self._now_s()}.{secrets.token_urlsafe(12)}"
        response.set_cookie(
            COOKIE,
            f"{issued}.{self._sign('session', issued)}",
            max_age=int(SESSION.total_seconds()),
            httponly=True,
            samesite="strict",
        )

    def leave(self, response: Response) -> None:
        """Clear the session cookie."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")

    def session(self, request: Request) -> str | None:
        """The manager's session that a request carries; None for everybody else."""
        issued, _, signature = request.cookies.get(COOKIE, "").rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", issued).encode()):
            return None
        age_s = self._now_s() - int(issued.partition(".")[0])
        return issued if 0 <= age_s <= SESSION.total_seconds() else None

    def form_token(self, session: str) -> str:
        """What every form of this session carries, so that no other site can send one."""
        return self._sign("form", session)

    def require(self, request: Request, token: str) -> None:
        """Let a change pass. Raises `Forbidden` without a session, or from another place."""
        session = self.session(request)
        if session is None:
            raise Forbidden(mark("Only the manager may change this."))
        if not (_from_here(request) and hmac.compare_digest(token, self.form_token(session))):
            raise Forbidden(mark("This form was not sent from these pages. Open the page anew."))

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _from_here(request: Request) -> bool:
    """Whether the browser says that the form is our own.

    Another port of this machine is the same *site*, so SameSite does not keep it out; the origin
    does. A client that sends neither header is no browser, and still needs the token.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
