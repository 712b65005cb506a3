"""The live pages: list, map and wall screen, and the stream that keeps them moving."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from anyio import from_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from console.access.visitors import needs, visitor_of
from console.live.board import VenueNow
from console.live.choice import A_PAGE, Choice, Order, View, areas_now, by_area, fullest_first
from console.live.parts import AREAS, MAP
from console.live.stream import LiveBoard
from console.live.town_map import town_map
from console.web.rendering import Pages
from domain.people import Permission

WALL_VENUES = 240
"""On a wall screen, at most; the fullest of more."""
Text = Annotated[str, Query(max_length=200)]
STREAM_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


def router(pages: Pages, live: LiveBoard) -> APIRouter:
    """`/` and `/live/events`."""
    routes = APIRouter(dependencies=[needs(Permission.READ)])

    @routes.get("/")
    def show_board(  # noqa: PLR0913 - one for each field of the form
        request: Request,
        q: Text = "",
        area: Text = "",
        department: Text = "",
        order: Order = Order.NAME,
        view: View = View.LIST,
        *,
        trouble: bool = False,
        mine: bool = False,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> HTMLResponse:
        board, revision = from_thread.run(live.board)
        answers_for = visitor_of(request).mine()
        choice = Choice(
            text=q,
            area=area,
            department=department,
            trouble=trouble,
            order=order,
            only=answers_for if mine else None,
        )
        found = choice.venues(board)
        shown = _shown(found, view, page)
        places = [v.venue.id for v in shown] if view is not View.MAP else [MAP]
        with_areas = view is View.LIST and choice.is_all and len(found) > A_PAGE
        return pages.page(
            request,
            f"live/{'board' if view is View.LIST else view}.html",
            board=board,
            choice=choice,
            view=view,
            groups=list(by_area(board, shown)) if order is Order.NAME else [(None, shown)],
            areas=areas_now(board) if with_areas else [],
            found=found,
            has_some=0 < len(answers_for) < len(board.venues),
            pager=_pager(request, len(found), page) if view is View.LIST else None,
            map=town_map(board) if view is View.MAP else None,
            events=_events(request, pages, revision, [*places, *([AREAS] if with_areas else [])]),
            address=_address(request),
        )

    @routes.get("/live/events")
    async def watch_board(
        request: Request,
        since: Annotated[str, Query()] = "",
        show: Annotated[str, Query(max_length=40_000)] = "",
        last_event_id: Annotated[str, Header()] = "",
    ) -> StreamingResponse:
        language, places = pages.language(request).code, frozenset(show.split(",")) - {""}
        events = live.watch(language, last_event_id or since, places)
        return StreamingResponse(events, media_type="text/event-stream", headers=STREAM_HEADERS)

    return routes


def _shown(found: Sequence[VenueNow], view: View, page: int) -> Sequence[VenueNow]:
    """The venues of this page."""
    if view is View.LIST:
        return found[(page - 1) * A_PAGE : page * A_PAGE]
    if view is View.WALL and len(found) > WALL_VENUES:
        kept = {v.venue.id for v in fullest_first(found)[:WALL_VENUES]}
        return [v for v in found if v.venue.id in kept]
    return found


def _events(request: Request, pages: Pages, revision: str, places: Sequence[str]) -> str:
    """Where the stream of a page is."""
    asked = {"lang": pages.language(request).code, "since": revision, "show": ",".join(places)}
    return f"/live/events?{urlencode(asked, safe=',/')}"


def _pager(request: Request, venues: int, page: int) -> Mapping[str, Any] | None:
    """This page, how many there are, and the addresses of its neighbours."""
    pages = -(-venues // A_PAGE)
    if pages < 2:
        return None
    address = _address(request)
    return {
        "page": page,
        "pages": pages,
        "first": (page - 1) * A_PAGE + 1,
        "last": min(page * A_PAGE, venues),
        "venues": venues,
        "before": address(page=page - 1) if page > 1 else None,
        "after": address(page=page + 1) if page < pages else None,
    }


def _address(request: Request) -> Any:
    """Makes addresses like this one with other parameters, but not its page number."""
    kept = [(k, v) for k, v in request.query_params.items() if k not in {"page", "lang"} and v]

    def address(**other: object) -> str:
        query = {**dict(kept), **{k: str(v) for k, v in other.items()}}
        return f"?{urlencode({k: v for k, v in query.items() if v})}"

    return address
