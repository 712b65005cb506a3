"""What machines ask: whether to send visitors here, and the metrics."""

from fastapi import APIRouter, Response
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.access.visitors import needs
from console.outputs.api import do_stores_answer
from console.web.services import Services, Visits
from domain.people import Permission

ELSEWHERE = "other"
"""The route of what matches none, so that nobody can make labels without end."""


class Ready(BaseModel):
    """Whether the service does its work, and what it lacks."""

    ready: bool
    lacks: list[str]


def router(services: Services, visits: Visits) -> APIRouter:
    """`/ready` and `/metrics`."""
    routes = APIRouter()

    @routes.get("/ready", dependencies=[needs(Permission.OPEN)])
    def ready(response: Response) -> Ready:
        """200 while counts come in and are stored, else 503. `/health` says more."""
        service = services.status()
        lacks = [
            what
            for what, is_there in {
                "broker": service.broker_connected,
                "stores": do_stores_answer(services),
                "storing": service.storing,
            }.items()
            if not is_there
        ]
        response.status_code = 503 if lacks else 200
        return Ready(ready=not lacks, lacks=lacks)

    @routes.get("/metrics", dependencies=[needs(Permission.READ)])
    def metrics() -> Response:
        """In Prometheus' text format."""
        return Response(services.metrics(visits), media_type="text/plain; version=0.0.4")

    return routes


class CountVisits:
    """ASGI middleware that counts requests by route and status code."""

    def __init__(self, app: ASGIApp, visits: Visits) -> None:
        self._app, self._visits = app, visits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", ELSEWHERE)
                self._visits.requests[route, message["status"]] += 1
            await send(message)

        await self._app(scope, receive, counted)
