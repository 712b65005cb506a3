"""Venues, demand and profiles for the tests of planner and proposals."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.estate import Limits, Venue
from domain.hours import WeeklyHours
from policies.profile import DemandProfile

Floats = NDArray[np.float64]

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
"""A Wednesday."""
TIME_OF_DAY = 4 + np.arange(96) / 4
"""Hour at which each slot starts."""


def hours(**days: str) -> WeeklyHours:
    """`hours(mon_fri="09:00-17:00")`."""
    return WeeklyHours.parse({k.replace("_", "-"): v for k, v in days.items()})


def venue_with(today: WeeklyHours, **limits: Any) -> Venue:
    return Venue(
        id="hall",
        name="Hall",
        type="activity_room",
        area="street",
        zone="Europe/Zurich",
        hours=today,
        limits=Limits(**limits),
    )


def arrivals(*peaks: tuple[float, float, float]) -> Floats:
    """Arrivals in each slot, (7, 96), every day alike; peaks of (hour, width in hours, an hour)."""
    day = sum(
        size / 4 * np.exp(-0.5 * ((TIME_OF_DAY - hour) / width) ** 2) for hour, width, size in peaks
    )
    return np.tile(np.asarray(day), (7, 1))


def profile_of(
    rate: Floats,
    *,
    spread: float | Floats = 0.1,
    seen: float | Floats = 8.0,
    weeks: float = 8.0,
    venue: str = "hall",
) -> DemandProfile:
    """A profile of one venue with its rate known to ± `spread`, holidays as Sundays."""
    full = np.vstack([rate, rate[6:]])
    spread_table, seen_table = (
        np.vstack([table, table[6:]])
        for table in (np.broadcast_to(spread, (7, 96)), np.broadcast_to(seen, (7, 96)))
    )
    return DemandProfile(
        venues=(venue,),
        rate=full[None],
        low=(full * (1 - spread_table))[None],
        high=(full * (1 + spread_table))[None],
        seen=seen_table[None].astype(np.float64),
        healthy_weeks=np.array([weeks]),
    )
