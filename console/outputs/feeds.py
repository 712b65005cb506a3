"""A venue's hours as an iCalendar feed (RFC 5545), for calendar programs and for other machines.

Each block of a schedule version is one weekly recurring event. What the rule cannot say, special
days and nights on which the clocks change, is taken out of it (EXDATE) and stated on its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Event, Timezone, vRecur

from console.words.i18n import Language, mark
from domain.calendars import instant, openings
from domain.estate import Venue
from domain.hours import DAY_MINUTES, Block, WeeklyHours
from domain.planning import ScheduleVersion
from domain.schedules import timeline

PAST = timedelta(days=28)
"""How far back the feed speaks."""
AHEAD = timedelta(days=2 * 366)
"""How far ahead clock changes are looked for."""
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A version and the days on which it holds, [first, end)."""

    version: ScheduleVersion
    first: date
    end: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)

    def days(self, until: date) -> Iterator[date]:
        end = until if self.end is None else min(self.end, until)
        return (self.first + timedelta(days=n) for n in range(max((end - self.first).days, 0)))


Scheduled = tuple[Venue, Sequence[ScheduleVersion]]
"""A venue with all its versions."""


def calendar(
    venue: Venue, versions: Sequence[ScheduleVersion], language: Language, at: datetime
) -> bytes:
    """The feed as it stands at `at`: hours in force, those to come, and the last weeks'."""
    return joint_calendar(venue.name_in(language.code), [(venue, versions)], language, at)


def joint_calendar(
    name: str, venues: Sequence[Scheduled], language: Language, at: datetime
) -> bytes:
    """One feed of several venues, such as all of an area, under its name."""
    feed = Calendar.new(
        method="PUBLISH",
        prodid="-//openhours//opening hours//EN",
        name=language.text(mark("Opening hours: {venue}"), venue=name),
        refresh_interval=timedelta(hours=6),
    )
    zones = sorted({venue.zone for venue, _ in venues})
    if len(zones) == 1:
        feed.add("X-WR-TIMEZONE", zones[0])
    first = date((at - PAST).year, 1, 1)
    for zone in zones:
        if zone != "UTC":
            feed.add_component(
                Timezone.from_tzid(zone, first_date=first, last_date=date(first.year + 12, 1, 1))
            )
    for venue, versions in venues:
        for event in _events(venue, versions, language, at):
            feed.add_component(event)
    return bytes(feed.to_ical())


def _events(
    venue: Venue, versions: Sequence[ScheduleVersion], language: Language, at: datetime
) -> Iterator[Event]:
    today = at.astimezone(venue.tz).date()
    name = venue.name_in(language.code)
    events = _Events(
        venue=venue,
        open=language.text(mark("{venue}: open"), venue=name),
        closed=language.text(mark("{venue}: closed"), venue=name),
        sequence=max((v.number for v in versions), default=0),
        stamp=max((v.created_at for v in versions), default=at),
    )
    for segment in _segments(venue, versions, today):
        yield from events.of(segment, today + AHEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    """Makes a venue's events; they share their summaries, their sequence number and their stamp."""

    venue: Venue
    open: str
    closed: str
    sequence: int
    stamp: datetime

    def of(self, segment: _Segment, until: date) -> Iterator[Event]:
        """All events of a segment; clock changes are looked for before `until`."""
        venue, hours = self.venue, segment.version.hours
        special = [s for s in venue.special_days if segment.holds(s.day)]
        own = {s.day for s in special}
        uneven = {d for d in segment.days(until) if not _follows_rule(venue, d, hours)} - own
        for block, weekdays in _weekdays_by_block(segment.version).items():
            yield from self._weekly(segment, block, weekdays, own | uneven)
        for day in sorted(uneven):
            yield from self._singles(day, openings(day, 1, hours, venue.tz))
        for given in special:
            opened = openings(given.day, 1, hours, venue.tz, [given])
            yield from self._singles(given.day, opened, given.name)
            if not given.blocks:
                yield self._all_day_closed(given.day, given.name)

    def _weekly(
        self, segment: _Segment, block: Block, weekdays: Sequence[int], without: set[date]
    ) -> Iterator[Event]:
        """The recurring event of one block; none where no day is left for it."""
        zone = self.venue.tz
        first_weeks = (segment.first + timedelta(days=n) for n in range(7 * (len(without) + 1)))
        days = (d for d in first_weeks if d.weekday() in weekdays and d not in without)
        first = next((d for d in days if segment.holds(d)), None)
        if first is None:
            return
        start = _wall(first, block.start).replace(tzinfo=zone)
        carried = block.start // DAY_MINUTES
        rule = vRecur({"FREQ": "WEEKLY", "BYDAY": [_BYDAY[(d + carried) % 7] for d in weekdays]})
        if segment.end is not None:
            rule["UNTIL"] = [instant(segment.end, 0, zone) + timedelta(days=carried, seconds=-1)]
        number = segment.version.number
        event = self._event(f"{self.venue.id}.{number}.{block.start}-{block.end}", self.open)
        event.add("DTSTART", start)
        event.add("DTEND", start + timedelta(minutes=block.end - block.start))
        event.add("RRULE", rule)
        skipped = sorted(d for d in without if d > first and d.weekday() in weekdays)
        if skipped:
            event.add("EXDATE", [_wall(d, block.start).replace(tzinfo=zone) for d in skipped])
        yield event

    def _singles(
        self, day: date, opened: Sequence[tuple[datetime, datetime]], name: str = ""
    ) -> Iterator[Event]:
        """The openings of one day as events that do not recur."""
        for start, end in opened:
            event = self._event(f"{self.venue.id}.{day}.{start:%H%M}", self.open, name)
            event.add("DTSTART", start)
            event.add("DTEND", end)
            yield event

    def _all_day_closed(self, day: date, name: str) -> Event:
        event = self._event(f"{self.venue.id}.{day}.closed", self.closed, name)
        event.add("DTSTART", day)
        event.add("DTEND", day + timedelta(days=1))
        return event

    def _event(self, uid: str, summary: str, description: str = "") -> Event:
        event = Event()
        event.add("UID", f"{uid}@openhours")
        event.add("SUMMARY", summary)
        event.add("SEQUENCE", self.sequence)
        event.add("DTSTAMP", self.stamp)
        event.add("TRANSP", "TRANSPARENT")
        if description:
            event.add("DESCRIPTION", description)
        return event


def _segments(venue: Venue, versions: Sequence[ScheduleVersion], today: date) -> Iterator[_Segment]:
    held = timeline(versions, today - PAST)
    for version, following in zip(held, [*held[1:], None], strict=True):
        # the first version holds since time began; a feed begins when it was entered
        entered = min(version.created_at.astimezone(venue.tz).date(), today)
        first = max(version.effective_from, entered)
        yield _Segment(version, first, following.effective_from if following else None)


def _weekdays_by_block(version: ScheduleVersion) -> dict[Block, list[int]]:
    found: dict[Block, list[int]] = {}
    for weekday, blocks in enumerate(version.hours.days):
        for block in blocks:
            found.setdefault(block, []).append(weekday)
    return found


def _follows_rule(venue: Venue, day: date, hours: WeeklyHours) -> bool:
    """Whether the day's openings begin by the clock and are as long as they look.

    Recurring events keep the exact length of the first (RFC 5545, 3.8.5.3), so they are wrong in a
    night in which the clocks change.
    """
    opened = openings(day, 1, hours, venue.tz)
    begun = [(a.astimezone(venue.tz).replace(tzinfo=None), b - a) for a, b in opened]
    blocks = hours.days[day.weekday()]
    return begun == [(_wall(day, b.start), timedelta(minutes=b.end - b.start)) for b in blocks]


def _wall(day: date, minute: int) -> datetime:
    """Wall-clock time without its zone, which is put on where it is needed."""
    return datetime.combine(day, time.min) + timedelta(minutes=minute)
