"""Serves the pages in the current thread, until Ctrl-C."""

import contextlib
import socket
import urllib.request
from http import HTTPStatus
from urllib.error import HTTPError

from pydantic import ValidationError

from console.outputs.paging import MOST
from console.public.settings import PublicSettings
from console.sensors.report import SensorReport
from console.web.app import create_app
from console.web.server import Server
from console.web.services import Services, ServiceStatus, Source
from domain.errors import Forbidden, InvalidSettings, StoreUnavailable
from ingest.spool import damaged
from openhours.entering.estates import EstateDesk
from openhours.measuring.uplift import UpliftDesk
from openhours.planning.forecasts import Forecasts
from openhours.planning.what_if import WhatIfDesk
from openhours.receiving.sensors_report import SensorReporter
from openhours.running.metrics import exposition
from openhours.running.service import Service
from openhours.settings.model import Settings

ANSWER_WITHIN_S = 60.0


def listen(settings: Settings) -> socket.socket:
    """The socket of the pages. Visitors who come before `serve` wait for it.

    Raises `InvalidSettings` when the port is taken.
    """
    console = settings.console
    family = socket.AF_INET6 if ":" in console.host else socket.AF_INET
    try:
        return socket.create_server((console.host, console.port), family=family)
    except OSError as error:
        raise InvalidSettings(
            f"cannot listen on {console.host}:{console.port}: {error.strerror}",
            where="console.port",
            hint="use another one: OPENHOURS_CONSOLE__PORT=8801 or --set console.port=8801",
        ) from error


def address(settings: Settings) -> str:
    """Where people find the pages."""
    return settings.console.url.rstrip("/") or _own_address(settings)


def _own_address(settings: Settings) -> str:
    """Where the pages are on this machine."""
    return settings.here


def report_of_the_service(settings: Settings, unavailable: StoreUnavailable) -> SensorReport:
    """The sensors as the running service reports them, for it alone can open the store.

    Raises `unavailable` where no service answers, `Forbidden` where it asks for a login.
    """
    url = f"{_own_address(settings)}/api/v1/sensors?limit={MOST}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWER_WITHIN_S) as answer:
            return SensorReport.model_validate_json(answer.read())
    except HTTPError as error:
        if error.code != HTTPStatus.UNAUTHORIZED:
            raise unavailable from None
        raise Forbidden(
            "the running service holds the store, and tells it only to those who log in",
            where=url,
            hint="ask it with a token of yours: curl -H 'Authorization: Bearer …' URL",
        ) from None
    except (OSError, ValidationError):
        raise unavailable from None


def status_of(running: Service, source: Source, clock_speed: float = 1.0) -> ServiceStatus:
    """How the service is doing now."""
    state = running.subscriber.state
    return ServiceStatus(
        broker_connected=state.connected,
        messages=state.received,
        rejected=state.rejected,
        storing=not state.store_problem,
        waiting=state.waiting + state.spooled,
        damaged=len(damaged(running.settings.spool_folder)),
        flooding=state.flooding,
        last_message=state.last_message_at,
        source=source,
        clock_speed=clock_speed,
    )


def services_of(running: Service, source: Source, clock_speed: float = 1.0) -> Services:
    """What the pages of a running service show and act on."""
    sensors = SensorReporter(running.ledger, running.timeseries, running.clock).report
    return Services(
        ledger=running.ledger,
        timeseries=running.timeseries,
        clock=running.clock,
        status=lambda: status_of(running, source, clock_speed),
        sensors=sensors,
        metrics=lambda visits: exposition(running, sensors, visits),
        forecast=Forecasts(running.ledger).of,
        what_if=WhatIfDesk(running.planning, running.clock),
        estates=EstateDesk(running.ledger, running.clock),
        uplift=UpliftDesk(running.ledger, running.timeseries, running.clock),
        report=running.reports.report,
        entrance=running.settings.entrance,
        channels=running.messages.channels,
        public=PublicSettings(**running.settings.public.model_dump()),
    )


def serve(
    running: Service, listener: socket.socket, source: Source, clock_speed: float = 1.0
) -> None:
    """Run the pages until Ctrl-C or a termination signal."""
    console = running.settings.console
    app = create_app(services_of(running, source, clock_speed), trusted_hosts=console.hosts)
    server = Server(app, console.host, console.port, console.trusted_proxies)
    with contextlib.suppress(KeyboardInterrupt):
        server.run([listener])
