"""Webhooks: JSON by HTTP POST, with a key to drop repeats by and a signature to trust it by."""

import hmac
import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from typing import IO
from urllib.parse import unquote, urlsplit

from console.messages.envelope import Envelope
from domain.errors import ChannelUnavailable, InvalidSettings, Refused

WITHIN_S = 20.0
NEVER_TAKEN = frozenset({400, 413, 422})
"""Answers about the message itself. All others are about the way, which may be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A receiver of our own JSON. `secret` signs what is sent, and is not sent."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    needs_address: bool = False

    @classmethod
    def parse(cls, url: str) -> "Webhook":
        """From webhook+https://HOST/PATH#SECRET. Raises `InvalidSettings`, which repeats none."""
        parts = urlsplit(url.removeprefix("webhook+"))
        if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.fragment:
            raise InvalidSettings(
                "the address of the webhook is not complete",
                hint="write webhook+https://HOST/PATH#SECRET",
            )
        return cls(url=parts._replace(fragment="").geturl(), secret=unquote(parts.fragment))

    def send(self, envelope: Envelope) -> None:
        """Return once the receiver has answered 2xx. Raises `ChannelUnavailable` or `Refused`."""
        body = json.dumps(
            envelope.model_dump(mode="json", exclude={"html", "channel"}), ensure_ascii=False
        ).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked in `parse`
            self.url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "User-Agent": "openhours",
                "X-Openhours-Key": envelope.key,
                "X-Openhours-Signature": f"sha256={signature(self.secret, body)}",
            },
        )
        try:
            with _OPENER.open(request, timeout=WITHIN_S):
                return
        except urllib.error.HTTPError as error:
            what = f"the webhook answers {error.code}"
            raise (
                Refused(what) if error.code in NEVER_TAKEN else ChannelUnavailable(what)
            ) from None
        except OSError as error:
            raise ChannelUnavailable(
                f"the webhook does not answer: {type(error).__name__}"
            ) from None


def signature(secret: str, body: bytes) -> str:
    """HMAC-SHA-256 of the body, in hexadecimal (RFC 2104)."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is signed for one address is not carried to another."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        del req, fp, code, msg, headers, newurl


_OPENER = urllib.request.build_opener(_NoRedirect)
