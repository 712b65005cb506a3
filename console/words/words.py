"""Sentences and names for people, in English and Chinese: hours, verdicts, states."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from console.live.board import Board, RoomNow, Trend, Unknown, VenueNow
from console.live.town_map import Dot
from console.venues.history import Cell, Curve
from console.web.services import ServiceStatus, Source
from console.words.i18n import Language, mark
from domain.hours import DAY_MINUTES, Block, DayHours, WeeklyHours, clock_text
from domain.planning import Origin, ScheduleVersion, Status, Verdict

VERDICTS = {
    Verdict.CHANGE: mark("Change"),
    Verdict.KEEP: mark("Keep"),
    Verdict.NOT_ENOUGH_DATA: mark("Not enough data"),
}
STATUSES = {
    Status.OPEN: mark("Waits for a decision"),
    Status.APPROVED: mark("Approved"),
    Status.REJECTED: mark("Rejected"),
    Status.SUPERSEDED: mark("Superseded"),
    Status.CLOSED: mark("Nothing to decide"),
}
TYPES = {
    "activity_room": mark("Activity room"),
    "canteen": mark("Canteen"),
    "library": mark("Library"),
    "service_centre": mark("Service centre"),
    "sports_hall": mark("Sports hall"),
}
TRENDS = {
    Trend.RISING: mark("rising"),
    Trend.FALLING: mark("falling"),
    Trend.STEADY: mark("steady"),
}

FILTERS = {
    "open": mark("Waiting"),
    "decided": mark("Decided"),
    "keep": mark("Hours kept"),
    "not_enough_data": mark("Not enough data"),
    "all": mark("All"),
}


def verdict(lang: Language, value: Verdict) -> str:
    """What a run says of a venue, as a table entry."""
    return lang.text(VERDICTS[value])


def status(lang: Language, value: Status) -> str:
    """What became of a proposal, as a table entry."""
    return lang.text(STATUSES[value])


def trend(lang: Language, value: Trend) -> str:
    """Where a room's occupancy is going."""
    return lang.text(TRENDS[value])


def venue_type(lang: Language, value: str) -> str:
    """Name of a venue type; one of the estate's own is shown as it is written."""
    return lang.text(TYPES[value]) if value in TYPES else value.replace("_", " ")


def days(lang: Language, indices: Iterable[int], *, short: bool = False) -> str:
    """Days of the week, runs joined: "Monday to Friday, Sunday", “周一至周五、周日”."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    if runs == [list(range(7))]:
        return lang.text(mark("Every day"))
    return lang.text(mark(", ")).join(_run(lang, run, short=short) for run in runs)


def _run(lang: Language, run: list[int], *, short: bool) -> str:
    first, last = lang.weekday(run[0], short=short), lang.weekday(run[-1], short=short)
    if len(run) == 1:
        return first
    if len(run) == 2:
        return lang.text(mark("{first} and {last}"), first=first, last=last)
    return lang.text(mark("{first} to {last}"), first=first, last=last)


def block(lang: Language, value: Block) -> str:
    """One block of hours, "09:00–17:30"."""
    end = clock_text(value.end)
    if value.end > DAY_MINUTES:
        end = lang.text(mark("{time} next day"), time=end)
    return f"{clock_text(value.start)}–{end}"


def hours(lang: Language, day: DayHours) -> str:
    """The hours of one day, or that it is closed."""
    if not day:
        return lang.text(mark("closed"))
    return lang.text(mark(", ")).join(block(lang, b) for b in day)


def week(lang: Language, value: WeeklyHours) -> list[tuple[str, str]]:
    """A week as pairs of days and their hours, days with equal hours joined."""
    by_hours: dict[DayHours, list[int]] = {}
    for index, day in enumerate(value.days):
        by_hours.setdefault(day, []).append(index)
    return [(days(lang, indices), hours(lang, day)) for day, indices in by_hours.items()]


def week_line(lang: Language, value: WeeklyHours) -> str:
    """A week in one line."""
    return lang.text(mark("; ")).join(f"{d} {h}" for d, h in week(lang, value))


def opening(lang: Language, venue: VenueNow, now: datetime) -> str:
    """Whether a venue is open, and until or from when."""
    if venue.changes_at is None:
        return lang.text(mark("Open without end") if venue.is_open else mark("Closed"))
    zone = venue.venue.tz
    clock = lang.clock(venue.changes_at, zone)
    ahead = (venue.changes_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if venue.is_open:
        return lang.text(mark("Open until {time}"), time=clock)
    if ahead == 0:
        return lang.text(mark("Closed, opens {time}"), time=clock)
    if ahead == 1:
        return lang.text(mark("Closed, opens tomorrow {time}"), time=clock)
    local = venue.changes_at.astimezone(zone)
    day = lang.weekday(local.weekday()) if ahead < 7 else lang.day(local.date(), year=False)
    return lang.text(mark("Closed, opens {day} {time}"), day=day, time=clock)


def unknown(lang: Language, room: RoomNow, venue: VenueNow, now: datetime) -> str:
    """Why a room's occupancy is not known."""
    match room.unknown:
        case Unknown.NO_SENSOR:
            return lang.text(mark("no sensor"))
        case Unknown.NEVER_HEARD:
            return lang.text(mark("no message yet"))
        case Unknown.GAP:
            return lang.text(mark("readings of today are missing or stand still"))
        case _:
            since = since_when(lang, room.last_heard or now, venue, now)
            return lang.text(mark("no message since {when}"), when=since)


def since_when(lang: Language, at: datetime, venue: VenueNow, now: datetime) -> str:
    """A moment of the past: its time where it was today, else its date too."""
    zone = venue.venue.tz
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return lang.clock(at, zone)
    return lang.moment(at, zone)


def origin(lang: Language, version: ScheduleVersion) -> str:
    """Where a schedule version came from."""
    if version.origin is Origin.ESTATE:
        return lang.text(mark("As entered in the estate"))
    if version.origin is Origin.ROLLBACK:
        return lang.text(mark("Takes back version {number}"), number=version.source)
    return lang.text(mark("Approved proposal"))


def actor(lang: Language, name: str) -> str:
    """Who did something."""
    known = {"manager": mark("manager"), "rule": mark("the venue’s rule")}
    return lang.text(known[name]) if name in known else name


def source(lang: Language, service: ServiceStatus) -> str:
    """What is shown on every page while the readings are not those of real doors; else ""."""
    if service.source is Source.LIVE:
        return ""
    said = {
        Source.DEMO: mark("Demonstration: a simulated neighbourhood."),
        Source.REPLAY: mark("Replay of a recording."),
    }[service.source]
    if service.clock_speed in (0, 1):
        return lang.text(said)
    return lang.text(
        mark("{source} Time runs {n} times as fast."),
        source=lang.text(said),
        n=lang.number(service.clock_speed),
    )


def clock(lang: Language, board: Board) -> str:
    """The time of the board: the venues' own, where all have one zone."""
    zones = {venue.venue.zone for venue in board.venues}
    zone = zones.pop() if len(zones) == 1 else "UTC"
    shown = lang.moment(board.at, ZoneInfo(zone))
    return shown if zone != "UTC" else f"{shown} UTC"


def band(lang: Language, room: RoomNow) -> str:
    """How sure a room's occupancy is, in a sentence; "" where it is sure to the person."""
    if room.low is None or room.high is None or room.half_band < 0.5:
        return ""
    return lang.text(
        mark("Four times in five, between {low} and {high} people"),
        low=lang.number(room.low),
        high=lang.number(room.high),
    )


LEVELS = (mark("quiet"), mark("some people"), mark("busy"), mark("nearly full"))
"""How full the fullest room of a venue is, on the map."""


def dot(lang: Language, now: Dot) -> str:
    """What a dot of the map says."""
    said = [lang.text(mark("open") if now.is_open else mark("closed"))]
    if now.level is not None:
        said.append(lang.text(LEVELS[now.level]))
    if now.is_unknown:
        said.append(lang.text(mark("not all rooms known")))
    listed = lang.text(mark(", ")).join(said)
    return lang.text(mark("{venue}: {state}"), venue=now.venue.name_in(lang.code), state=listed)


def fullness(lang: Language, share: float) -> str:
    """How full a room is, in words and percent."""
    if share >= 1:
        return lang.text(mark("full, {share}"), share=lang.percent(share))
    if share >= 0.9:
        return lang.text(mark("nearly full, {share}"), share=lang.percent(share))
    return lang.text(mark("{share} full"), share=lang.percent(share))


def proposal_filter(lang: Language, name: str) -> str:
    """Name of a choice of the list of proposals."""
    return lang.text(FILTERS[name])


def cell(lang: Language, value: Cell) -> str:
    """What an hour of the usual week says, for a tooltip."""
    when = f"{lang.weekday(value.weekday)} {clock_text(value.minute)}"
    if value.mean is None:
        return lang.text(mark("{when}: unknown"), when=when)
    return lang.text(mark("{when}: {n} people"), when=when, n=lang.number(value.mean, 1))


def curve(lang: Language, value: Curve) -> str:
    """What today's curve shows, for those who do not see it."""
    known = [(v, t) for v, t in zip(value.today, value.times, strict=True) if v is not None]
    if not known:
        return lang.text(mark("Nothing is known of today yet."))
    most, at = max(known)
    last, now = known[-1]
    return lang.text(
        mark("People inside today: {last} at {now}, at most {most} at {at}."),
        last=lang.number(last),
        now=now,
        most=lang.number(most),
        at=at,
    )
