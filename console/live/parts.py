"""The parts of the live pages that move, and what each of them says."""

from collections.abc import Callable, Mapping
from typing import Any

from console.live.board import Board
from console.live.choice import areas_now
from console.live.stream import WHOLE, Part
from console.live.town_map import town_map
from console.web.rendering import Pages
from console.web.services import ServiceStatus

AREAS, MAP = "/areas", "/map"
"""Places beside those of venues, whose ids hold no slash."""


def parts(board: Board, service: ServiceStatus) -> dict[str, Part]:
    """All parts by their id in the page."""
    found = {
        "clock": Part(WHOLE, "clock", (board,), board.at.replace(second=0, microsecond=0)),
        "summary": Part(
            WHOLE,
            "summary",
            (board,),
            (round(board.inside), board.open_venues, board.unknown_rooms, board.waiting),
        ),
        "service": Part(WHOLE, "service_line", (service,), service),
    }
    standing = board.standing
    advice = {a.venue: a for a in standing.advice}
    for venue in board.venues:
        place, today = venue.venue.id, board.at.astimezone(venue.venue.tz).date()
        inside = None if venue.inside is None else round(venue.inside)
        state = (venue.is_open, venue.changes_at, inside, today)
        sends = advice.get(place)
        found[f"state-{place}"] = Part(place, "venue_state", (venue, board.at), state)
        said = (sends, standing.at_s) if sends else None
        found[f"overflow-{place}"] = Part(place, "overflow", (venue, board), said)
        for room in venue.rooms:
            given = (room, venue, board.at)
            found[f"room-{room.room.id}"] = Part(place, "room_row", given, (room, today))
    for area in areas_now(board):
        told = (area.area, area.venues, area.open_venues, round(area.inside), area.unknown_rooms)
        found[f"area-{area.area.id}"] = Part(AREAS, "area_row", (area,), told)
    for dot in town_map(board).dots:
        found[f"dot-{dot.venue.id}"] = Part(MAP, "dot", (dot,), dot)
    return found


def renderer(pages: Pages) -> Callable[[Part, str], str]:
    """Draws parts by the templates of the pages."""

    def macros(language: str) -> Any:
        return pages.environments[language].get_template("live/parts.html").module

    by_language: Mapping[str, Any] = {code: macros(code) for code in pages.environments}

    def render(part: Part, language: str) -> str:
        return str(getattr(by_language[language], part.macro)(*part.given))

    return render
