"""How far venues are from each other on foot, and how many people walk that far."""

from collections.abc import Iterable, Sequence

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
    direct, via_hub = _direct_minutes(venues), from_hub[:, None] + from_hub
    direct[0] = direct[:, 0] = np.nan
    minutes: Floats = np.where(np.isnan(direct), via_hub, direct)
    np.fill_diagonal(minutes, 0.0)
    return minutes


def walks_between(venues: Sequence[Venue], groups: Iterable[LinkGroup] = ()) -> Floats:
    """Minutes on foot between any venues; shape (venues, venues), NaN where unknown, 0 at home.

    Within a link group they are those of `walk_minutes`, else by the straight line.

    Args:
        venues: in the order wanted.
        groups: all whose members are among the venues.
    """
    minutes = _direct_minutes(venues)
    row = {v.id: n for n, v in enumerate(venues)}
    for group in groups:
        at = [row[group.hub], *(row[walk.venue] for walk in group.satellites)]
        minutes[np.ix_(at, at)] = walk_minutes(group, [venues[n] for n in at])
    np.fill_diagonal(minutes, 0.0)
    return minutes


def walking_shares(minutes: Floats) -> Floats:
    """Share of the people who make each walk: exp(−minutes / 8), none beyond 15 minutes.

    Args:
        minutes: of any walks; nobody makes one of unknown length, NaN.
    """
    near = minutes <= LONGEST_WALK_MINUTES
    return np.where(near, np.exp(-minutes / DECAY_MINUTES), 0.0)


def _direct_minutes(venues: Sequence[Venue]) -> Floats:
    """By 1.3 times the straight line on the sphere (haversine); NaN where coordinates are missing.

    Shape (venues, venues).
    """
    places = np.array([(v.latitude, v.longitude) for v in venues], dtype=np.float64)  # None is NaN
    north, east = np.radians(places.reshape(-1, 2)).T
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    metres = 2 * _EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return np.asarray(metres * _DETOUR / _METRES_A_MINUTE)
