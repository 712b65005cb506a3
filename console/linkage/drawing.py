"""Where the venues of a group lie on its map."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from domain.estate import LinkGroup, Venue

WIDTH, HEIGHT = 640.0, 360.0
_MARGIN = 70.0


@dataclass(frozen=True, slots=True)
class Place:
    """A venue on the map, in the drawing's units."""

    venue: Venue
    x: float
    y: float
    walk_minutes: float
    """From the hub; 0 for the hub."""


def places(group: LinkGroup, venues: Sequence[Venue]) -> list[Place]:
    """The members of a group: north up where all have coordinates, else around the hub.

    Args:
        group: with its walks.
        venues: the hub, then the satellites in the group's order.
    """
    walks = [0.0, *(w.walk_minutes for w in group.satellites)]
    at = _north_up(venues) or _around(walks)
    return [Place(v, *xy, walk) for v, xy, walk in zip(venues, _fitted(at), walks, strict=True)]


def _north_up(venues: Sequence[Venue]) -> list[tuple[float, float]]:
    """Kilometres east and south; nothing where coordinates are missing."""
    known = [
        (v.longitude, v.latitude)
        for v in venues
        if v.longitude is not None and v.latitude is not None
    ]
    if len(known) < len(venues):
        return []
    shrink = math.cos(math.radians(known[0][1]))
    return [(east * shrink, -north) for east, north in known]


def _around(walks: Sequence[float]) -> list[tuple[float, float]]:
    """Minutes on foot from the hub, the satellites in even directions."""
    turn = 2 * math.pi / max(len(walks) - 1, 1)
    return [
        (walk * math.cos(n * turn - 0.4), walk * math.sin(n * turn - 0.4))
        for n, walk in enumerate(walks, -1)
    ]


def _fitted(at: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Moved and scaled, alike in both directions, to fill the drawing."""
    xs, ys = zip(*at, strict=True)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    room = WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN
    scale = min(room[0] / wide if wide else math.inf, room[1] / high if high else math.inf)
    scale = scale if math.isfinite(scale) else 0.0
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return [
        (WIDTH / 2 + (x - middle[0]) * scale, HEIGHT / 2 + (y - middle[1]) * scale) for x, y in at
    ]
