"""Login by another house: OpenID Connect's authorization code flow, with PKCE, state and nonce.

OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700, 2.1.
"""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from console.access.entrance import Oidc
from domain.errors import Forbidden, Unavailable

ANSWERS_WITHIN_S = 10.0
LASTS = timedelta(minutes=10)
"""How long somebody may take at the other house."""
WAITING = 1_000
"""Logins under way, at most; the oldest are forgotten first."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures with the provider's own key; a shared secret signs nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom the other house knows."""

    subject: str
    """Issuer and subject: together they name one person for good."""
    email: str
    """Empty unless the other house has verified it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    browser: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    to: str
    since: datetime


class Provider:
    """The other house. Logins under way are kept in memory: a restart has people begin again."""

    def __init__(self, oidc: Oidc) -> None:
        self._oidc = oidc
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._lock = Lock()

    def start(self, back: str, browser: str, to: str, now: datetime) -> str:
        """The address to send somebody to.

        Args:
            back: where the other house sends them afterwards.
            browser: secret of the browser's cookie; nobody else's browser can finish this.
            to: the page that they want to see.
            now: the present.

        Raises `Unavailable` where the other house does not answer.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client(back) as client:
            known = self._about(client)
            url, _ = client.create_authorization_url(
                known["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        waiting = _Waiting(browser=browser, nonce=nonce, verifier=verifier, to=to, since=now)
        with self._lock:
            self._waiting[state] = waiting
            while len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
        return str(url)

    def finish(
        self, back: str, browser: str, answer: Mapping[str, str], now: datetime
    ) -> tuple[Vouched, str]:
        """Whom the other house vouches for, and the page that they wanted to see.

        Raises `Forbidden` for what is not the answer to this browser's question, and for a refusal;
        `Unavailable` where the other house does not answer.
        """
        with self._lock:
            waiting = self._waiting.pop(answer.get("state", ""), None)
        if waiting is None or now - waiting.since > LASTS:
            raise Forbidden("nobody asked for this login, or too long ago")
        if not secrets.compare_digest(waiting.browser, browser):
            raise Forbidden("another browser asked for this login")
        if "code" not in answer:
            raise Forbidden(f"the provider refused: {answer.get('error', 'it gave no reason')}")
        with self._client(back) as client:
            known = self._about(client)
            try:
                tokens = client.fetch_token(
                    known["token_endpoint"], code=answer["code"], code_verifier=waiting.verifier
                )
                keys = _json(client, known["jwks_uri"])
                claims = self._claims(tokens["id_token"], keys, waiting.nonce)
            except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
                raise Forbidden(f"the provider’s answer cannot be trusted: {error}") from error
            except HTTPError as error:
                raise self._away(error) from error
        email = claims.get("email", "") if claims.get("email_verified") is True else ""
        subject = f"{self._oidc.issuer} {claims['sub']}"
        return Vouched(subject=subject, email=str(email).lower()), waiting.to

    def _claims(self, id_token: str, keys: Any, nonce: str) -> dict[str, Any]:
        """What the provider has signed, for us and for this login alone."""
        client_id = self._oidc.client_id
        claims = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self._oidc.issuer},
            aud={"essential": True, "value": client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        if claims.get("azp", client_id) != client_id:
            raise ValueError("it was made for another client")
        return dict(claims)

    def _about(self, client: OAuth2Client) -> dict[str, Any]:
        """What the provider says of itself."""
        url = f"{self._oidc.issuer}/.well-known/openid-configuration"
        try:
            known = _json(client, url)
        except (HTTPError, ValueError) as error:
            raise self._away(error) from error
        if not isinstance(known, dict) or known.get("issuer", "").rstrip("/") != self._oidc.issuer:
            raise Unavailable("the provider calls itself otherwise", where="login.oidc_issuer")
        return known

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            self._oidc.client_id,
            self._oidc.client_secret,
            scope="openid email",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=ANSWERS_WITHIN_S,
        )

    def _away(self, error: Exception) -> Unavailable:
        return Unavailable(
            f"{self._oidc.issuer} does not answer: {error}",
            where="login.oidc_issuer",
            hint="log in with a password or a link meanwhile",
        )


def _json(client: OAuth2Client, url: str) -> Any:
    """What anybody may read: it is asked for without a token."""
    return client.request("GET", url, withhold_token=True).raise_for_status().json()
