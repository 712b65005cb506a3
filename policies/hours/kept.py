"""Which of a venue's limits given weekly hours keep, to the minute."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from domain.estate import Limits, Venue
from domain.hours import DayHours, WeeklyHours


class Broken(NamedTuple):
    """A limit that hours do not keep."""

    limit: str
    """Field of `domain.estate.Limits`."""
    day: int | None
    """Where, Monday 0; None: in the week as a whole."""


_DAY_RULES: Mapping[str, Callable[[DayHours, DayHours, Limits], bool]] = {
    "core": lambda day, core, _: all(
        any(b.start <= c.start and c.end <= b.end for b in day) for c in core
    ),
    "earliest": lambda day, _, limits: all(b.start >= limits.earliest for b in day),
    "latest": lambda day, _, limits: all(b.end <= limits.latest for b in day),
    "max_blocks": lambda day, _, limits: len(day) <= limits.max_blocks,
    "min_block_minutes": lambda day, _, limits: all(
        b.end - b.start >= limits.min_block_minutes for b in day
    ),
    "max_block_minutes": lambda day, _, limits: all(
        b.end - b.start <= limits.max_block_minutes for b in day
    ),
    "min_gap_minutes": lambda day, _, limits: all(
        b.start - a.end >= limits.min_gap_minutes for a, b in pairwise(day)
    ),
}


def staffed_hours(hours: WeeklyHours, limits: Limits) -> float:
    """Paid hours times the people on duty, a week: a block counts as a shift at least."""
    blocks = (block for day in hours.days for block in day)
    minutes = sum(max(b.end - b.start, limits.min_shift_minutes) for b in blocks)
    return minutes / 60 * limits.staff


def broken_limits(venue: Venue, hours: WeeklyHours) -> frozenset[Broken]:
    """The limits of the venue that `hours` do not keep; the largest change has no say here."""
    limits = venue.limits
    found = {
        Broken(name, day)
        for name, keeps in _DAY_RULES.items()
        for day, (blocks, core) in enumerate(zip(hours.days, limits.core.days, strict=True))
        if not keeps(blocks, core, limits)
    }
    budget = limits.staff_hours
    if budget is not None and staffed_hours(hours, limits) > budget + 1e-9:
        found.add(Broken("staff_hours", None))
    return frozenset(found)


def jumps(before: DayHours, after: DayHours, most_minutes: int | None) -> bool:
    """Whether a day with as many blocks as before has an edge that moved further than it may.

    A block that goes and a break that comes are fine, each for itself; on one day together they
    read as blocks that have moved far.
    """
    if most_minutes is None or len(before) != len(after):
        return False
    edges = zip((e for b in before for e in b), (e for b in after for e in b), strict=True)
    return any(abs(new - old) > most_minutes for old, new in edges)
