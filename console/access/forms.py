"""Whether a form is our own: its token belongs to the browser, and its origin is here.

Another port of this machine is the same *site*, so SameSite does not keep it out; the origin does.
A client that sends neither header is no browser, and still needs the token.
"""

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from console.words.i18n import mark
from domain.errors import Forbidden


def form_token(secret: str) -> str:
    """What every form carries in a browser that holds `secret` in a cookie."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def check_form(request: Request, secret: str, token: str, url: str) -> None:
    """Let a form pass that we sent to this browser. Raises `Forbidden`.

    Args:
        request: that carries the form.
        secret: of the browser's cookie; empty: it has none, and nothing passes.
        token: of the form.
        url: where the console is from outside; empty: where the request says.
    """
    if not (
        secret
        and _is_from_here(request, url)
        and hmac.compare_digest(token.encode(), form_token(secret).encode())
    ):
        raise Forbidden(mark("This form was not sent from these pages. Open the page anew."))


def _is_from_here(request: Request, url: str) -> bool:
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    outside = urlsplit(url)
    return origin in {
        f"{request.url.scheme}://{request.headers.get('host', '')}",
        f"{outside.scheme}://{outside.netloc}",
    }
