"""Which idle room could serve people whom nobody serves."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES
from domain.estate import Room, Venue
from policies.unmet.table import Unmet
from policies.unmet.week import WEEK_SLOTS, by_clock

Floats = NDArray[np.float64]

CROWDED = 1.28
"""Standard deviations above the mean number of people present: enough nine times in ten."""
MOST = 3
"""Candidates named for one stretch."""


@dataclass(frozen=True, kw_only=True)
class Idle:
    """Rooms and how full they usually are."""

    rooms: Sequence[Room]
    venues: Sequence[Venue]
    """The venue of each room."""
    present: Floats
    """(rooms, 7, 96) people present while open in a usual week, NaN where that is not known."""
    open: Floats
    """(rooms, 7, 96) share of the slot for which it is open."""

    @cached_property
    def open_by_clock(self) -> Floats:
        """(rooms, 672) from Monday 00:00."""
        return by_clock(self.open, [v.day_starts for v in self.venues])

    @cached_property
    def taken_by_clock(self) -> Floats:
        """(rooms, 672) places taken; NaN where not known, 0 where closed."""
        present = by_clock(self.present, [v.day_starts for v in self.venues])
        return np.where(self.open_by_clock == 0, 0, present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A room that could serve some of the people of a stretch."""

    room: str
    venue: str
    walk_minutes: float
    places: float
    """Free throughout the stretch."""
    needed: float
    """Places that would do for all."""
    open_share: float
    """Of the stretch, for which its venue is open already."""
    people: float
    """A week, that it could serve: who walks there and finds a place. The score."""


def candidates(
    unmet: Unmet,
    idle: Idle,
    walk_minutes: Mapping[str, float],
    walk_share: Mapping[str, float],
    stay_minutes: float,
    fits: frozenset[str],
) -> tuple[Candidate, ...]:
    """Rooms of other venues that could serve a stretch's people, best first, at most `MOST`.

    Places needed follow from Little's law, L = λ W, and so much more that chance seldom exceeds it:
    L + 1.28 √L. A room whose use then is unknown, or its capacity, is none; one that is closed is
    free, and would have to be opened.

    Args:
        unmet: the stretch.
        idle: all rooms.
        walk_minutes: from the stretch's venue to others, by venue; there is no walk to the rest.
        walk_share: part of the people who walk there, by venue.
        stay_minutes: how long people usually stay.
        fits: venue types whose rooms would do.
    """
    mean = unmet.peak_per_hour * stay_minutes / 60
    needed = max(mean + CROWDED * math.sqrt(mean), 1.0)
    slots = np.arange(unmet.start // SLOT_MINUTES, -(-unmet.end // SLOT_MINUTES))
    slots = (slots + unmet.day * WEEK_SLOTS // 7) % WEEK_SLOTS
    taken = idle.taken_by_clock[:, slots].max(axis=1)
    open_share = idle.open_by_clock[:, slots].mean(axis=1)
    found = []
    for row, (room, venue) in enumerate(zip(idle.rooms, idle.venues, strict=True)):
        can_serve = venue.type in fits and venue.id != unmet.venue and venue.id in walk_minutes
        places = (room.capacity or math.nan) - float(taken[row])
        if can_serve and places >= 1:
            fit = min(1.0, places / needed)
            found.append(
                Candidate(
                    room=room.id,
                    venue=venue.id,
                    walk_minutes=walk_minutes[venue.id],
                    places=places,
                    needed=needed,
                    open_share=float(open_share[row]),
                    people=unmet.people.mean * walk_share[venue.id] * fit,
                )
            )
    worth = [c for c in found if c.people > 0]
    return tuple(sorted(worth, key=lambda c: (-c.people, -c.open_share, c.room))[:MOST])
