"""The web application: pages, live stream, feeds and JSON, over the services it is given."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from console.access import manager_pages
from console.access.security import Managers
from console.live import board_page, overflow
from console.live.board import BoardMaker
from console.live.stream import LiveBoard
from console.outputs import api
from console.proposals import decisions
from console.proposals import pages as proposal_pages
from console.rooms import pages as room_pages
from console.sensors import pages as sensor_pages
from console.venues import pages as venue_pages
from console.venues import trials
from console.web import error_pages
from console.web.headers import SecurityHeaders
from console.web.rendering import Pages
from console.web.services import Services

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
STATIC = Path(__file__).parents[1] / "static"


def create_app(services: Services, *, trusted_hosts: Sequence[str] = LOOPBACK) -> FastAPI:
    """The console. Bind it to loopback: whoever reaches it may read everything.

    Serve it with `console.web.server.Server`, which ends the live streams when it stops.

    Args:
        services: what the pages show and act on.
        trusted_hosts: host names that requests may carry; any other is refused, which keeps out
            web pages that point a name of their own at this machine.
    """
    managers = Managers(services.manager_key)
    pages = Pages.of(services, managers)
    maker = BoardMaker(services.ledger, services.timeseries)
    live = LiveBoard(
        make=lambda: maker.board(services.clock.now()),
        render=lambda board, language: dict(board_page.parts(pages, board, language)),
    )
    app = FastAPI(
        title="openhours",
        summary="Opening hours that follow the people.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.live = live
    app.include_router(board_page.router(pages, live), include_in_schema=False)
    app.include_router(venue_pages.router(pages, live), include_in_schema=False)
    app.include_router(proposal_pages.router(pages), include_in_schema=False)
    app.include_router(decisions.router(pages), include_in_schema=False)
    app.include_router(sensor_pages.router(pages), include_in_schema=False)
    app.include_router(room_pages.router(pages), include_in_schema=False)
    app.include_router(trials.router(pages), include_in_schema=False)
    app.include_router(manager_pages.router(pages), include_in_schema=False)
    app.include_router(api.router(services, live))
    app.include_router(sensor_pages.api(services))
    app.include_router(overflow.api(live))
    app.include_router(room_pages.api(services))
    app.include_router(trials.api(services))
    app.mount("/static", StaticFiles(directory=STATIC))
    error_pages.install(app, pages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(trusted_hosts))
    app.add_middleware(SecurityHeaders)
    return app
