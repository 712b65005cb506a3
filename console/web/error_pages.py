"""What people see when something is not there, not allowed, or not working."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from console.web.headers import HEADERS
from console.web.rendering import Pages
from console.words.i18n import mark
from domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LoginNeeded,
    NotFound,
    OpenhoursError,
    Unavailable,
)

_FOR_PROGRAMS = re.compile(r"/api/|/health|/\w+/[^/]+/(schedule|counts)\.")

log = structlog.get_logger(__name__)


class _Message(NamedTuple):
    heading: str
    text: str


MESSAGES: Mapping[int, _Message] = {
    400: _Message(
        mark("This request cannot be understood"),
        mark("Something in it is missing or too long. Go back and try again."),
    ),
    403: _Message(
        mark("You may not do this"),
        mark("Somebody who looks after the accounts can give you a role for it."),
    ),
    404: _Message(
        mark("There is nothing here"),
        mark("The address is wrong, or what it named has left the estate."),
    ),
    405: _Message(
        mark("This cannot be done here"),
        mark("The page exists, but not for what was asked of it."),
    ),
    409: _Message(
        mark("Somebody was faster"),
        mark("What you saw is no longer so; nothing was changed. Open the page anew."),
    ),
    500: _Message(
        mark("Something went wrong"),
        mark("This is a fault of the program. The log of the service says more."),
    ),
    503: _Message(
        mark("A part of the service does not answer"),
        mark("Nothing is lost: readings wait at the broker. Try again in a moment."),
    ),
}
_STATUS: tuple[tuple[type[OpenhoursError], int], ...] = (
    (InvalidInput, 400),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
)


def install(app: FastAPI, pages: Pages) -> None:
    """Turn errors into pages, or into JSON below `/api`."""

    def refuse(request: Request, error: Exception) -> Response:
        what = error.problem.what if isinstance(error, Forbidden) else ""
        refused = what if _is_api(request) else pages.language(request).text(what)
        return _answer(pages, request, 403, refused)

    def ask_in(request: Request, error: Exception) -> Response:
        if _is_api(request) or "authorization" in request.headers:
            challenge = {"www-authenticate": "Bearer"}
            return problem(request, 401, str(error), challenge)
        page = f"{request.url.path}?{request.url.query}" if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(page.removesuffix('?'), safe='/')}", 303)

    def known(request: Request, error: Exception) -> Response:
        status = next((s for kind, s in _STATUS if isinstance(error, kind)), 500)
        if status >= 500:
            log.error("request failed", path=request.url.path, reason=str(error))
        return _answer(pages, request, status, str(error))

    def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return _answer(pages, request, 500, "")
        response = _answer(pages, request, error.status_code, "")
        response.headers.update(error.headers or {})  # of 405, what is allowed
        return response

    def invalid(request: Request, error: Exception) -> Response:
        faults = error.errors() if isinstance(error, RequestValidationError) else ()
        said = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults)
        return _answer(pages, request, 400, said if _is_api(request) else "")

    def unknown(request: Request, error: Exception) -> Response:
        del error  # the server logs it whole
        return _answer(pages, request, 500, "")

    app.add_exception_handler(LoginNeeded, ask_in)
    app.add_exception_handler(Forbidden, refuse)
    app.add_exception_handler(OpenhoursError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unknown)


def _answer(pages: Pages, request: Request, status: int, detail: str) -> Response:
    if _is_api(request):
        return problem(request, status, detail)
    message = MESSAGES.get(status, MESSAGES[500])
    language = pages.language(request)
    html = pages.bare(
        request,
        "message.html",
        status=status,
        heading=language.text(message.heading),
        text=language.text(message.text),
        detail=detail,
    )
    # an unforeseen error is answered outside the middleware that adds these
    return HTMLResponse(html, status, headers=HEADERS)


def problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """An error for programs: problem details (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": MESSAGES.get(status, MESSAGES[500]).heading,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    return JSONResponse(body, status, headers, "application/problem+json")


def _is_api(request: Request) -> bool:
    """Whether a program asks, not a person."""
    return bool(_FOR_PROGRAMS.match(request.url.path))
