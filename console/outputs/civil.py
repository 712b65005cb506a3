"""A venue's hours by calendar days, as other formats have them.

Our business day may begin after midnight and end on the next date ("24:30-26:00"). Everybody else
names hours by the date on which they begin, or on which they are; exceptions replace whole dates.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from domain.calendars import hours_on
from domain.errors import NotFound
from domain.estate import Venue
from domain.hours import DAY_MINUTES, Block, DayHours
from domain.planning import ScheduleVersion
from domain.schedules import in_force, timeline

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Era:
    """The dates on which one version holds."""

    first: date | None
    """None: it holds already."""
    last: date | None
    """Its last date; None: it holds until further notice."""
    week: tuple[DayHours, ...]
    """Hours of an ordinary week, Monday first."""
    exceptions: Mapping[date, DayHours]
    """Dates whose hours are others, in order; none in the past."""


def eras(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime, *, cut: bool
) -> list[Era]:
    """The hours in force at `at` and all that are to come, in order.

    Args:
        venue: for its zone and special days.
        versions: all of the venue's.
        at: aware instant.
        cut: whether each date has what is open on it, cut at midnight. Otherwise it has what
            begins on it, each shorter than a day and ending on the next date perhaps.

    Raises `NotFound` where no version holds at `at`.
    """
    today = at.astimezone(venue.tz).date()
    held = timeline(versions, today)
    in_force(held, today)
    days = _Days(venue, versions, cut=cut)
    edges = [*(v.effective_from for v in held), None]
    return [
        _era(days, version, (first if first and first > today else None, end), today)
        for version, (first, end) in zip(held, pairwise(edges), strict=True)
    ]


def special_names(venue: Venue) -> dict[date, str]:
    """What special days are called."""
    return {s.day: s.name for s in venue.special_days}


@dataclass(frozen=True, slots=True)
class _Days:
    venue: Venue
    versions: Sequence[ScheduleVersion]
    cut: bool

    def week(self, version: ScheduleVersion) -> tuple[DayHours, ...]:
        days = version.hours.days
        return tuple(_joined(days[n - 1], days[n], cut=self.cut) for n in range(7))

    def on(self, day: date) -> DayHours:
        return _joined(self._business(day - DAY), self._business(day), cut=self.cut)

    def _business(self, day: date) -> DayHours:
        try:
            return hours_on(day, in_force(self.versions, day).hours, self.venue.special_days)
        except NotFound:
            return ()


def _era(
    days: _Days, version: ScheduleVersion, dates: tuple[date | None, date | None], today: date
) -> Era:
    first, end = dates
    week = days.week(version)
    special = {s.day for s in days.venue.special_days}
    looked_at = {*special, *(day + DAY for day in special), first or today}
    begins = first or today - DAY  # last night's hours are not over yet
    known = {
        day: days.on(day)
        for day in sorted(looked_at)
        if begins <= day and (end is None or day < end)
    }
    return Era(
        first=first,
        last=end - DAY if end else None,
        week=week,
        exceptions={
            day: hours
            for day, hours in known.items()
            if day in special or hours != week[day.weekday()]
        },
    )


def _joined(before: DayHours, today: DayHours, *, cut: bool) -> DayHours:
    """What a date has of the business day before it and of its own, in order of beginning."""
    pieces = [
        *(piece for day, piece in _pieces(before, cut=cut) if day == 1),
        *(piece for day, piece in _pieces(today, cut=cut) if day == 0),
    ]
    found: list[Block] = []
    for start, end in sorted(pieces):
        before_ends = found[-1].end if found else 0
        if end > before_ends:
            # what would begin on the next date stays whole, and overlaps
            begins = max(start, before_ends) if before_ends < DAY_MINUTES else start
            found.append(Block(begins, end))
    return tuple(found)


def _pieces(hours: Iterable[Block], *, cut: bool) -> Iterator[tuple[int, Block]]:
    """Blocks by how many dates after the business day's they begin."""
    for start, end in hours:
        is_whole = not cut and end - start < DAY_MINUTES
        begins = start
        while begins < end:
            day = begins // DAY_MINUTES
            midnight = day * DAY_MINUTES
            ends = end if is_whole else min(end, midnight + DAY_MINUTES)
            yield day, Block(begins - midnight, ends - midnight)
            begins = ends
