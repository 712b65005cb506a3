"""The map of the venues: their coordinates on a plain ground, and the walks between linked ones."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from console.live.board import Board, VenueNow
from domain.estate import Venue

WIDTH, MARGIN = 1000.0, 60.0
"""Of the drawing, in its own units."""
NAMED = 30
"""Venues that a map has room for the names of."""
LEAST_SPREAD_DEG = 1e-3
"""Venues nearer to one another than some hundred metres are not drawn further apart than they are.
"""
SOME, BUSY, FULL = 0.3, 0.6, 0.9
"""Shares of the capacity at which the colour of a dot changes."""


class Dot(NamedTuple):
    """One venue on the map."""

    venue: Venue
    x: float
    y: float
    level: int | None
    """How full its fullest room is, 0 to 3; None: not known, or no room has a capacity."""
    is_open: bool
    is_unknown: bool
    """Nothing is known of one of its rooms."""
    is_named: bool
    """The map has room for its name."""


class Walk(NamedTuple):
    """A walk between a hub and a satellite."""

    x1: float
    y1: float
    x2: float
    y2: float
    minutes: float


@dataclass(frozen=True, slots=True)
class TownMap:
    """Dots and walks on a ground of `WIDTH` by `height`."""

    height: float
    dots: tuple[Dot, ...]
    walks: tuple[Walk, ...]
    without_place: int
    """Venues whose coordinates nobody has entered."""


def town_map(board: Board) -> TownMap:
    """The venues of a board that have coordinates, north up, distances true in the middle.

    The projection is equirectangular about the mean latitude.
    """
    placed = [v for v in board.venues if v.venue.latitude is not None]
    placed = [v for v in placed if v.venue.longitude is not None]
    missing = len(board.venues) - len(placed)
    if not placed:
        return TownMap(WIDTH / 2, (), (), missing)
    north = [float(v.venue.latitude or 0) for v in placed]
    squeeze = math.cos(math.radians(sum(north) / len(north)))
    east = [float(v.venue.longitude or 0) * squeeze for v in placed]
    scale = (WIDTH - 2 * MARGIN) / max(_spread(east), _spread(north), LEAST_SPREAD_DEG)
    left, top = (min(east) + max(east)) / 2, max(north)

    at = {
        v.venue.id: (
            round(WIDTH / 2 + (x - left) * scale, 1),
            round(MARGIN + (top - y) * scale, 1),
        )
        for v, x, y in zip(placed, east, north, strict=True)
    }
    walks = tuple(
        Walk(*at[group.hub], *at[s.venue], s.walk_minutes)
        for group in board.estate.link_groups
        for s in group.satellites
        if group.hub in at and s.venue in at
    )
    height = max(_spread(north) * scale + 2 * MARGIN, WIDTH / 4)
    named = len(placed) <= NAMED
    dots = tuple(_dot(v, *at[v.venue.id], named) for v in placed)
    return TownMap(round(height, 1), dots, walks, missing)


def _dot(venue: VenueNow, x: float, y: float, is_named: bool) -> Dot:  # noqa: FBT001 - a field
    share = max((r.share for r in venue.rooms if r.share is not None), default=None)
    level = None if share is None else sum(share >= edge for edge in (SOME, BUSY, FULL))
    unknown = any(r.unknown for r in venue.rooms)
    return Dot(venue.venue, x, y, level, venue.is_open, unknown, is_named)


def _spread(values: list[float]) -> float:
    return max(values) - min(values)
