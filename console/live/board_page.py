"""The live board: the page, and the stream that keeps it moving."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from anyio import from_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from console.access.visitors import needs
from console.live.board import Board
from console.live.stream import LiveBoard
from console.web.rendering import Pages
from domain.people import Permission


def router(pages: Pages, live: LiveBoard) -> APIRouter:
    """`/` and `/live/events`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])

    @routes.get("/")
    def show_board(request: Request) -> HTMLResponse:
        board, revision = from_thread.run(live.board)
        return pages.page(request, "board.html", board=board, revision=revision)

    @routes.get("/live/events", response_class=EventSourceResponse)
    async def watch_board(
        request: Request,
        since: Annotated[str, Query()] = "",
        last_event_id: Annotated[str, Header()] = "",
    ) -> AsyncIterator[ServerSentEvent]:
        language = pages.language(request).code
        async for event in live.watch(language, last_event_id or since):
            yield event

    return routes


def parts(pages: Pages, board: Board, language: str) -> Iterator[tuple[str, str]]:
    """The parts of the page that move, with the id they have in it."""
    macros: Any = pages.environments[language].get_template("parts.html").module
    yield "clock", str(macros.clock(board))
    yield "summary", str(macros.summary(board))
    yield "service", str(macros.service_line(pages.services.status()))
    for venue in board.venues:
        yield f"state-{venue.venue.id}", str(macros.venue_state(venue, board.at))
        yield f"overflow-{venue.venue.id}", str(macros.overflow(venue, board))
        for room in venue.rooms:
            yield f"room-{room.room.id}", str(macros.room_row(room, venue, board.at))
