"""What part of the demand of each quarter-hour is not served, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from policies.unmet.week import by_business_day, by_clock

Floats = NDArray[np.float64]

FAR_MINUTES = 60.0
"""Who would have to walk longer lives elsewhere: that a venue is open there does not help."""


class Cause(StrEnum):
    """Why people are not served."""

    CLOSED = "closed"
    """Here it is closed, and within an hour's walk there is none with room."""
    FULL = "full"
    """Here it is full, and likewise."""
    TOO_FAR = "too_far"
    """There is one with room, but few walk so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """When venues are open and full, and how far they are from each other."""

    open: Floats
    """(venues, 7, 96) share of the slot for which it is open."""
    full: Floats
    """(venues, 7, 96) share of that time for which it is full; NaN where unknown."""
    walk_minutes: Floats
    """(venues, venues) from each to each that can stand in for it; NaN where that is none."""
    walk_share: Floats
    """(venues, venues) part of the people who walk that far; 0 where nothing stands in."""
    day_starts: Sequence[int]
    """Minutes after midnight."""


def lost_shares(places: Places) -> Mapping[Cause, Floats]:
    """Part of the demand that is not served, by cause; (venues, 7, 96), NaN where unknown.

    With a the share of the time in which a venue does not take people in, s that in which the
    others do, and w the part of the people who walk there::

        lost = a (1 − max w s)          of it too far = a (max s − max w s)

    and the rest by whether this venue is closed or full. The best of the others counts alone: of
    several, people know one. They are taken to be open at the same moments within a slot as this
    one is not.
    """
    space = by_clock(np.nan_to_num(places.open * (1 - places.full)), places.day_starts)
    near, reach = np.zeros_like(space), np.zeros_like(space)
    within = places.walk_minutes <= FAR_MINUTES
    np.fill_diagonal(within, val=False)
    # Row by row: all pairs at once would not fit for a city.
    for row, others in enumerate(within):
        if others.any():
            there = space[others]
            near[row] = (places.walk_share[row, others, None] * there).max(axis=0)
            reach[row] = there.max(axis=0)
    near, reach = (by_business_day(x, places.day_starts) for x in (near, reach))
    closed = 1 - places.open
    full = np.where(places.open > 0, places.open * places.full, 0)
    return {
        Cause.CLOSED: closed * (1 - reach),
        Cause.FULL: full * (1 - reach),
        Cause.TOO_FAR: (closed + full) * (reach - near),
    }
