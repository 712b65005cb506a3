"""The web application: pages, live stream, feeds and JSON, over the services it is given."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from console.access import audit_pages, link_pages, login_pages, me_pages, oidc_pages, people_pages
from console.access.oidc import Provider
from console.access.passwords import Passwords
from console.access.throttle import Throttle
from console.access.visitors import Access
from console.estate import pages as estate_pages
from console.linkage import pages as linkage_pages
from console.live import board_page, overflow
from console.live.making import BoardMaker
from console.live.parts import parts, renderer
from console.live.stream import LiveBoard
from console.messages import pages as message_pages
from console.outputs import api, counts_csv, deciding, description, entities, files, places
from console.proposals import decisions
from console.proposals import pages as proposal_pages
from console.public import pages as public_pages
from console.reports import pages as report_pages
from console.rooms import pages as room_pages
from console.sensors import action_pages as sensor_action_pages
from console.sensors import pages as sensor_pages
from console.trials import decisions as trial_decisions
from console.trials import pages as trial_pages
from console.venues import limits_page
from console.venues import pages as venue_pages
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
    ahead = ThreadPoolExecutor(1, thread_name_prefix="habits")
    maker = BoardMaker(services.ledger, services.timeseries, ahead)
    live = LiveBoard(
        make=lambda: maker.board(services.clock.now()),
        parts=lambda board: parts(board, services.status()),
        render=renderer(pages),
    )
    app = FastAPI(
        title="openhours",
        summary="Opening hours that follow the people.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.live, app.state.ahead = live, ahead
    app.state.access = access
    visits = Visits(watchers=lambda: live.watchers)
    people: list[APIRouter] = [
        board_page.router(pages, live),
        venue_pages.router(pages, live),
        limits_page.router(pages),
        public_pages.router(pages, live, services.public),
        proposal_pages.router(pages),
        decisions.router(pages),
        trial_decisions.router(pages),
        trial_pages.router(pages),
        linkage_pages.router(pages),
        sensor_pages.router(pages),
        sensor_action_pages.router(pages),
        room_pages.router(pages),
        estate_pages.router(pages),
        report_pages.router(pages),
        report_pages.own_router(pages),
        login_pages.router(pages, passwords, throttle),
        link_pages.router(pages, passwords),
        me_pages.router(pages, passwords, throttle),
        people_pages.router(pages),
        audit_pages.router(pages),
        message_pages.router(pages),
        probes.router(services, visits),
    ]
    if entrance.oidc:
        people.append(oidc_pages.router(pages, Provider(entrance.oidc)))
    programs = (
        api.router(services),
        deciding.router(services),
        places.router(services, live),
        files.router(services),
        counts_csv.router(services),
        entities.router(services, live),
        sensor_pages.api(services),
        overflow.api(live),
        room_pages.api(services),
        trial_decisions.api(services),
    )
    for router in people:
        app.include_router(router, include_in_schema=False)
    for router in programs:
        app.include_router(router)
    description.install(app, pages)
    app.mount("/static", StaticFiles(directory=STATIC))
    error_pages.install(app, pages)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(trusted_hosts))
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CountVisits, visits=visits)
    return app
