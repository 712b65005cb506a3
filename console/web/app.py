"""The web application: pages, live stream, feeds and JSON, over the services it is given."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from console.access import audit_pages, link_pages, login_pages, me_pages, oidc_pages, people_pages
from console.access.oidc import Provider
from console.access.passwords import Passwords
from console.access.throttle import Throttle
from console.access.visitors import Access
from console.linkage import pages as linkage_pages
from console.live import board_page, overflow
from console.live.board import BoardMaker
from console.live.stream import LiveBoard
from console.messages import pages as message_pages
from console.outputs import api, counts_csv, deciding, description, entities, files, places
from console.proposals import decisions
from console.proposals import pages as proposal_pages
from console.reports import pages as report_pages
from console.rooms import pages as room_pages
from console.sensors import pages as sensor_pages
from console.venues import pages as venue_pages
from console.venues import trials
from console.web import error_pages, probes
from console.web.headers import SecurityHeaders
from console.web.probes import CountVisits
from console.web.rendering import Pages
from console.web.services import Services, Visits

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
STATIC = Path(__file__).parents[1] / "static"


def create_app(services: Services, *, trusted_hosts: Sequence[str] = LOOPBACK) -> FastAPI:
    """The console. Every route names the permission it needs, with `console.access.visitors.needs`.

    Serve it with `console.web.server.Server`, which ends the live streams when it stops.

    Args:
        services: what the pages show and act on.
        trusted_hosts: host names that requests may carry; any other is refused, which keeps out
            web pages that point a name of their own at this machine.
    """
    entrance = services.entrance
    access = Access(services.ledger, open_reading=entrance.open_reading, url=entrance.url)
    pages = Pages.of(services, access)
    passwords, throttle = Passwords(access.accounts), Throttle()
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
    app.state.access = access
    visits = Visits(watchers=lambda: live.watchers)
    app.include_router(board_page.router(pages, live), include_in_schema=False)
    app.include_router(venue_pages.router(pages, live), include_in_schema=False)
    app.include_router(proposal_pages.router(pages), include_in_schema=False)
    app.include_router(decisions.router(pages), include_in_schema=False)
    app.include_router(linkage_pages.router(pages), include_in_schema=False)
    app.include_router(sensor_pages.router(pages), include_in_schema=False)
    app.include_router(room_pages.router(pages), include_in_schema=False)
    app.include_router(report_pages.router(pages), include_in_schema=False)
    app.include_router(report_pages.own_router(pages), include_in_schema=False)
    for way_in in (
        login_pages.router(pages, passwords, throttle),
        link_pages.router(pages, passwords),
        me_pages.router(pages, passwords, throttle),
        people_pages.router(pages),
        audit_pages.router(pages),
        message_pages.router(pages),
    ):
        app.include_router(way_in, include_in_schema=False)
    if entrance.oidc:
        app.include_router(
            oidc_pages.router(pages, Provider(entrance.oidc)), include_in_schema=False
        )
    app.include_router(probes.router(services, visits), include_in_schema=False)
    app.include_router(api.router(services))
    app.include_router(deciding.router(services))
    app.include_router(places.router(services, live))
    app.include_router(files.router(services))
    app.include_router(counts_csv.router(services))
    app.include_router(entities.router(services, live))
    app.include_router(sensor_pages.api(services))
    app.include_router(overflow.api(live))
    app.include_router(room_pages.api(services))
    app.include_router(trials.router(pages), include_in_schema=False)
    app.include_router(trials.api(services))
    description.install(app, pages)
    app.mount("/static", StaticFiles(directory=STATIC))
    error_pages.install(app, pages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(trusted_hosts))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CountVisits, visits=visits)
    return app
