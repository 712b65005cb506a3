"""How far linked venues are from each other on foot, and how many people walk that far."""

import math
from collections.abc import Sequence

import numpy as np

from domain.estate import LinkGroup, Venue
from policies.hours.weeks import Floats

LONGEST_WALK_MINUTES = 15.0
"""Nobody walks further to another venue."""
DECAY_MINUTES = 8.0
"""A walk of so many minutes is made by a share 1/e of the people."""
_DETOUR = 1.3
"""A way through streets over the straight line."""
_METRES_A_MINUTE = 4500 / 60
"""4.5 km/h."""
_EARTH_RADIUS_M = 6_371_009


def walk_minutes(group: LinkGroup, venues: Sequence[Venue]) -> Floats:
    """Minutes on foot between the members of a group, hub first; shape (members, members).

    From the hub they are the estate's. Between two satellites they are 1.3 times the straight
    line at 4.5 km/h where both have coordinates, else the way via the hub, which is no shorter
    than the way itself.

    Args:
        group: with the satellites' walks from the hub.
        venues: the members in the group's order: the hub, then its satellites.
    """
    from_hub = np.array([0.0, *(walk.walk_minutes for walk in group.satellites)])
    minutes: Floats = from_hub[:, None] + from_hub
    for i, a in enumerate(venues):
        minutes[i, i] = 0.0
        for j in range(1, i):
            metres = _straight_line_m(a, venues[j])
            if metres is not None:
                minutes[i, j] = minutes[j, i] = metres * _DETOUR / _METRES_A_MINUTE
    return minutes


def walking_shares(minutes: Floats) -> Floats:
    """Share of the people who make each walk: exp(−minutes / 8), none beyond 15 minutes.

    Args:
        minutes: (members, members) as `walk_minutes` has them.
    """
    near = minutes <= LONGEST_WALK_MINUTES
    return np.asarray(np.exp(-minutes / DECAY_MINUTES) * near, dtype=np.float64)


def _straight_line_m(a: Venue, b: Venue) -> float | None:
    """Metres on the sphere (haversine); None where coordinates are missing."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north_a, north_b = math.radians(a.latitude), math.radians(b.latitude)
    east = math.radians(b.longitude - a.longitude)
    half = math.sin((north_b - north_a) / 2) ** 2
    half += math.cos(north_a) * math.cos(north_b) * math.sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))
