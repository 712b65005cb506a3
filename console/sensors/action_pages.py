"""What is done on the sensors page."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from console.access.visitors import needs, require
from console.sensors import acting, rereading
from console.sensors.pages import sensors_page
from console.web.rendering import Pages
from domain.errors import Conflict, InvalidInput, NotFound
from domain.estate import Estate
from domain.hand_counts import HandCount, HeadCount
from domain.people import Permission

Text = Annotated[str, Form(max_length=500)]
Id = Annotated[str, Form(max_length=120)]
People = Annotated[int, Form(ge=0, le=100_000)]


def router(pages: Pages) -> APIRouter:
    """What lies below `/sensors`."""
    routes = APIRouter(prefix="/sensors")
    services = pages.services
    operate = [needs(Permission.OPERATE)]

    @routes.post("/register", dependencies=operate)
    def register(
        request: Request,
        sensor: Text,
        room: Id,
        kind: Id,
        interval_s: Annotated[int, Form()],
        sign: Annotated[Literal["1", "-1"], Form()] = "1",
        beyond: Id = "",
    ) -> Response:
        actor = require(request, Permission.OPERATE).name
        written = {"id": sensor, "room": room, "kind": kind, "interval_s": interval_s}
        written |= {"sign": int(sign)} | ({"beyond": beyond} if beyond else {})
        return _done(
            pages,
            request,
            "registered",
            lambda: acting.register(services, written, actor=actor),
        )

    @routes.post("/turn", dependencies=operate)
    def turn(request: Request, sensor: Id, sign: Annotated[Literal["1", "-1"], Form()]) -> Response:
        actor = require(request, Permission.OPERATE).name
        return _done(
            pages,
            request,
            "turned",
            lambda: acting.turn(services, sensor, int(sign), actor=actor),
        )

    @routes.post("/read-again", dependencies=operate)
    def read_again(request: Request, reason: Text) -> Response:
        actor, now = require(request, Permission.OPERATE).name, services.clock.now()
        rereading.ask(services.ledger, reason, now, actor=actor)
        return RedirectResponse("/sensors?done=asked#rejected", 303)

    _count_routes(routes, pages)
    return routes


def _count_routes(routes: APIRouter, pages: Pages) -> None:
    services, count_there = pages.services, [needs(Permission.COUNT)]

    @routes.post("/count-door", dependencies=count_there)
    def count_door(
        request: Request,
        sensor: Id,
        start: Id,
        end: Id,
        entered: People,
        left: People,
        note: Text = "",
    ) -> Response:
        def keep() -> None:
            estate = services.ledger.estate()
            room = estate.sensor(sensor).room
            actor, zone = _counter(request, estate, room), estate.venue(estate.room(room).venue).tz
            count = HandCount(
                sensor=sensor,
                start=acting.instant(start, zone),
                end=acting.instant(end, zone),
                entered=entered,
                left=left,
                actor=actor,
                note=note.strip(),
            )
            acting.count_at_door(services, count)

        return _done(pages, request, "counted", keep)

    @routes.post("/count-heads", dependencies=count_there)
    def count_heads(
        request: Request, room: Id, at: Id, present: People, note: Text = ""
    ) -> Response:
        def keep() -> None:
            estate = services.ledger.estate()
            zone = estate.venue(estate.room(room).venue).tz
            actor = _counter(request, estate, room)
            count = HeadCount(
                room=room,
                at=acting.instant(at, zone),
                present=present,
                actor=actor,
                note=note.strip(),
            )
            acting.count_in_room(services, count)

        return _done(pages, request, "counted", keep)


def _counter(request: Request, estate: Estate, room: str) -> str:
    """Who counts in a room. Raises `NotFound`, and what `require` raises."""
    return require(request, Permission.COUNT, estate.room(room).venue).name


def _done(pages: Pages, request: Request, what: str, act: Callable[[], None]) -> Response:
    """Do it, or say on the same page why it cannot be."""
    try:
        act()
    except (InvalidInput, Conflict, NotFound) as error:
        status = 409 if isinstance(error, Conflict) else 400
        problems = error.problems if isinstance(error, InvalidInput) else (error.problem,)
        return sensors_page(pages, request, status, refused=[str(p) for p in problems])
    return RedirectResponse(f"/sensors?done={what}", 303)
