"""What managers make of proposals: most hold, some are rejected, some are moved by a little.

What a manager would do in a week is drawn for every venue and edge, whatever is proposed, so that
two policies meet the same managers.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from domain.calendars import SLOT_MINUTES
from domain.estate import Venue
from domain.hours import Block, DayHours, WeeklyHours
from simulator.profile import Share, Truth
from simulator.streams import Purpose, Streams

_MOST_SLOTS_BACK = 2
"""An edge is moved back by a quarter or half an hour."""


class Habits(Truth):
    """How often managers do not do as is proposed."""

    reject: Share = 0.0
    """Share of proposals that are rejected."""
    soften: Share = 0.0
    """Share of which every moved edge goes 15 or 30 minutes back towards today's hours."""


class Managers:
    """The managers of some venues."""

    def __init__(self, venues: tuple[Venue, ...], habits: Habits, streams: Streams) -> None:
        self._venues, self._habits, self._streams = venues, habits, streams

    def decided(
        self, proposed: Mapping[str, WeeklyHours], today: Mapping[str, WeeklyHours], monday: date
    ) -> dict[str, WeeklyHours]:
        """The hours that will hold, of the venues whose hours change.

        Args:
            proposed: hours by venue id; venues left out keep theirs.
            today: hours that these venues have otherwise.
            monday: of the week in which it is decided.
        """
        draws = self._streams.of(Purpose.MANAGERS, monday).random((2, len(self._venues)))
        found = {}
        for venue, whole, size in zip(self._venues, *draws.tolist(), strict=True):
            if venue.id not in proposed or whole < self._habits.reject:
                continue
            hours, now = proposed[venue.id], today[venue.id]
            if whole < self._habits.reject + self._habits.soften:
                back = SLOT_MINUTES * (1 + int(size * _MOST_SLOTS_BACK))
                hours = softened(hours, now, back, venue)
            if hours != now:
                found[venue.id] = hours
        return found


def softened(proposed: WeeklyHours, now: WeeklyHours, minutes: int, venue: Venue) -> WeeklyHours:
    """Every edge that moved, so many minutes back; days with more or fewer blocks stay as proposed.

    A block never becomes shorter than the venue's limits have it.
    """
    return WeeklyHours(
        tuple(
            _softened_day(p, n, minutes, venue.limits.min_block_minutes)
            for p, n in zip(proposed.days, now.days, strict=True)
        )
    )


def _softened_day(proposed: DayHours, now: DayHours, minutes: int, least: int) -> DayHours:
    if len(proposed) != len(now):
        return proposed
    blocks = [
        Block(*(_back(p, n, minutes) for p, n in zip(moved, held, strict=True)))
        for moved, held in zip(proposed, now, strict=True)
    ]
    fits = all(b.end - b.start >= least for b in blocks)
    apart = all(a.end < b.start for a, b in pairwise(blocks))
    return tuple(blocks) if fits and apart else proposed


def _back(proposed: int, now: int, minutes: int) -> int:
    """`proposed`, moved towards `now` but not beyond it."""
    return proposed + min(max(now - proposed, -minutes), minutes)
