"""NGSI-LD entities of all venues and rooms, for a context broker to fetch."""

from typing import Any, Literal

from anyio import from_thread
from fastapi import APIRouter, Request

from console.access.visitors import needs
from console.live.stream import LiveBoard
from console.outputs.files import JsonLd
from console.outputs.ngsi import building, crowd
from console.outputs.paging import Asked, Links
from console.outputs.schema_org import schema_org
from console.web.services import Services
from domain.errors import NotFound
from domain.people import Permission


def router(services: Services, live: LiveBoard) -> APIRouter:
    """`/api/v1/ngsi-ld/entities`."""
    routes = APIRouter(tags=["formats"], dependencies=[needs(Permission.READ)])
    ledger = services.ledger

    @routes.get("/api/v1/ngsi-ld/entities", response_class=JsonLd)
    def entities(
        request: Request,
        links: Links,
        paging: Asked,
        type: Literal["Building", "CrowdFlowObserved"] = "Building",  # noqa: A002 - its name there
    ) -> JsonLd:
        """NGSI-LD entities of one type: venues with their hours, or rooms with their people."""
        board, _ = from_thread.run(live.board)
        if type == "CrowdFlowObserved":
            rooms = [(venue, room) for venue in board.venues for room in venue.rooms]
            found = [crowd(*pair, board.at) for pair in links.page(rooms, paging)]
            return JsonLd(found, headers=links.headers)
        areas = {area.id: area for area in ledger.estate().areas}
        versions, base = ledger.schedules(), str(request.base_url)

        def hours(venue_id: str) -> dict[str, Any]:
            venue = board.venue_by_id[venue_id]
            url = f"{base}venues/{venue_id}"
            try:
                return schema_org(venue, versions.get(venue_id, ()), board.at, url)
            except NotFound:
                return {}

        found = [
            building(state, hours(state.venue.id), areas, board.at)
            for state in links.page(board.venues, paging)
        ]
        return JsonLd(found, headers=links.headers)

    return routes
