"""The sensors: how each is, which wait for a room, and which messages could not be read."""

from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from console.access.visitors import needs, visitor_of
from console.outputs.paging import Asked, Links
from console.sensors import rereading
from console.sensors.report import RejectionOut, SensorReport
from console.web.rendering import Pages
from console.web.services import Services
from domain.people import Permission
from domain.readings import COUNTED
from policies.findings import State

UTC = ZoneInfo("UTC")


def router(pages: Pages) -> APIRouter:
    """`/sensors`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])

    @routes.get("/sensors")
    def show_sensors(
        request: Request, done: Annotated[str, Query(max_length=20)] = ""
    ) -> HTMLResponse:
        return sensors_page(pages, request, done=done)

    return routes


def sensors_page(
    pages: Pages, request: Request, status: int = 200, done: str = "", refused: Sequence[str] = ()
) -> HTMLResponse:
    """All sensors; `done` is what was just done here, `refused` why it was not."""
    services, visitor = pages.services, visitor_of(request)
    estate, report = services.ledger.estate(), services.sensors()
    language = pages.language(request).code
    counted_at = {v.id for v in estate.venues if visitor.may(Permission.COUNT, v.id)}
    return pages.page(
        request,
        "sensors/sensors.html",
        status,
        done=done,
        refused=refused,
        report=report,
        # the report is a minute old at most, and knows of nothing that was done since
        waiting_sensors=[w for w in report.waiting if w.sensor not in estate.sensor_by_id],
        rejections=[RejectionOut.of(group) for group in services.ledger.rejections()],
        fine=sum(s.state is State.FINE for s in report.sensors),
        rooms={r.id: r.name_in(language) for r in estate.rooms},
        venues={v.id: v.name_in(language) for v in estate.venues},
        zones={v.id: v.tz for v in estate.venues},
        kinds=COUNTED,
        all_rooms=estate.rooms,
        counted_rooms=[r for r in estate.rooms if r.venue in counted_at],
        counted_doors=[s for s in estate.sensors if estate.room(s.room).venue in counted_at],
        rereading_waits=rereading.waits(services.ledger),
        reread=rereading.last(services.ledger),
        utc=UTC,
    )


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
