"""The sensors: how each is, which wait for a room, and which messages could not be read."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from console.access.visitors import needs
from console.outputs.paging import Asked, Links
from console.sensors.report import RejectionOut, SensorReport
from console.web.rendering import Pages
from console.web.services import Services
from domain.people import Permission
from policies.findings import State

UTC = ZoneInfo("UTC")


def router(pages: Pages) -> APIRouter:
    """`/sensors`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("/sensors")
    def show_sensors(request: Request) -> HTMLResponse:
        estate, report = services.ledger.estate(), services.sensors()
        language = pages.language(request).code
        return pages.page(
            request,
            "sensors.html",
            report=report,
            rejections=[RejectionOut.of(group) for group in services.ledger.rejections()],
            fine=sum(s.state is State.FINE for s in report.sensors),
            rooms={r.id: r.name_in(language) for r in estate.rooms},
            venues={v.id: v.name_in(language) for v in estate.venues},
            zones={v.id: v.tz for v in estate.venues},
            utc=UTC,
        )

    return routes


def api(services: Services) -> APIRouter:
    """`/api/v1/sensors` and `/api/v1/rejections`."""
    routes = APIRouter(prefix="/api/v1", dependencies=[needs(Permission.READ)])

    @routes.get("/sensors")
    def sensors(links: Links, paging: Asked) -> SensorReport:
        """Every sensor ever registered, and what is wrong with it; all that wait for a room."""
        report = services.sensors()
        return report.model_copy(update={"sensors": tuple(links.page(report.sensors, paging))})

    @routes.get("/rejections")
    def rejections(links: Links, paging: Asked) -> list[RejectionOut]:
        """Messages that could not be read, alike ones together, the most frequent first."""
        groups = links.page(services.ledger.rejections(), paging)
        return [RejectionOut.of(group) for group in groups]

    return routes
