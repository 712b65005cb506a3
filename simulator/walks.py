"""Who is next door to whom: venues of one link group within a walk, nearest first."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.estate import Estate, LinkGroup, Venue

LONGEST_WALK_MINUTES = 15.0
"""Nobody goes to a neighbour that is farther."""
WALK_SCALE_MINUTES = 8.0
"""The share that walks falls as exp(−walk / this)."""

_METRES_A_MINUTE = 80.0
_DETOUR = 1.3
"""Streets are longer than the line between two doors."""
_EARTH_M = 6_371_000.0


class Neighbours(NamedTuple):
    """Arrays (venues, most neighbours that any has), nearest first."""

    venue: NDArray[np.int32]
    """Index of the neighbour; −1 where there are no more."""
    walk_minutes: NDArray[np.float32]


def neighbours(estate: Estate) -> Neighbours:
    """Whom the people of each venue may go to; satellites of one hub are neighbours too."""
    index = {v.id: i for i, v in enumerate(estate.venues)}
    walks: list[dict[int, float]] = [{} for _ in estate.venues]
    for group in estate.link_groups:
        for one, other, minutes in _pairs(estate, group):
            if minutes <= LONGEST_WALK_MINUTES:
                walks[index[one]][index[other]] = minutes
                walks[index[other]][index[one]] = minutes
    most = max(map(len, walks), default=0)
    venue = np.full((len(walks), most), -1, dtype=np.int32)
    minutes_to = np.full((len(walks), most), np.inf, dtype=np.float32)
    for row, found in enumerate(walks):
        for nth, (other_index, walk) in enumerate(sorted(found.items(), key=lambda f: f[1])):
            venue[row, nth], minutes_to[row, nth] = other_index, walk
    return Neighbours(venue, minutes_to)


def walk_minutes(one: Venue, other: Venue) -> float | None:
    """On foot from door to door by coordinates; None where they are not known."""
    degrees = (one.latitude, one.longitude, other.latitude, other.longitude)
    if None in degrees:
        return None
    south, west, north, east = (math.radians(d or 0.0) for d in degrees)
    across = (east - west) * math.cos((south + north) / 2)
    return math.hypot(north - south, across) * _EARTH_M * _DETOUR / _METRES_A_MINUTE


def _pairs(estate: Estate, group: LinkGroup) -> Iterator[tuple[str, str, float]]:
    for nth, walk in enumerate(group.satellites):
        yield group.hub, walk.venue, walk.walk_minutes
        for other in group.satellites[:nth]:
            by_hub = walk.walk_minutes + other.walk_minutes
            direct = walk_minutes(estate.venue(walk.venue), estate.venue(other.venue))
            yield walk.venue, other.venue, by_hub if direct is None else min(by_hub, direct)
