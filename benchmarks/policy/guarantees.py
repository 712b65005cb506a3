"""Whether decided hours keep what venues were promised, by rules written once more, in minutes."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from domain.estate import Limits, Venue
from domain.hours import DayHours, WeeklyHours
from simulator.loop import ClosedLoop

_ROUNDING = 1e-6


def broken(
    loop: ClosedLoop,
    before: Mapping[str, WeeklyHours],
    decided: Mapping[str, tuple[date, WeeklyHours]],
) -> list[str]:
    """What hours that were decided just now do not keep, in words.

    Args:
        loop: on the eve of `loop.monday`.
        before: by venue id, the hours that would have held.
        decided: by venue id, when the new ones take effect and what they are.
    """
    found = []
    for name, (since, hours) in decided.items():
        venue = loop.estate.venue(name)
        if since < loop.monday + timedelta(days=venue.limits.notice_days - 1):
            found.append(f"{name}: {since} is within the notice period")
        found += [f"{name}: {what}" for what in _broken(venue, before[name], hours)]
    return found


def broken_on_dates(
    loop: ClosedLoop, announced: Mapping[str, Mapping[date, DayHours]]
) -> list[str]:
    """What hours of single dates do not keep, in words."""
    found = []
    for name, hours in announced.items():
        venue, then = loop.estate.venue(name), dict(loop.coming[name])
        for day, now in hours.items():
            since = max((d for d in then if d <= day), default=None)
            week = loop.hours[name] if since is None else then[since]
            was, core = week.days[day.weekday()], venue.limits.core.days[day.weekday()]
            what = [*_window(venue.limits, was, now, core)]
            if now != was:
                what += _blocks(venue.limits, now)
            if _minutes(was) - _minutes(now):
                what.append("closes what the week has open")
            found += [f"{name}: {day} {w}" for w in what]
    return found


def _broken(venue: Venue, before: WeeklyHours, hours: WeeklyHours) -> Iterator[str]:
    limits = venue.limits
    for day in range(7):
        was, now, core = before.days[day], hours.days[day], limits.core.days[day]
        if missing := _minutes(core) - _minutes(now):
            yield f"core hours of day {day} are closed for {len(missing)} minutes"
        if now != was:
            for what in (*_window(limits, was, now, core), *_blocks(limits, now)):
                yield f"day {day} {what}"
            if far := _too_far(limits, was, now, core):
                yield f"day {day} moves an edge by {far} minutes"
    most = limits.staff_hours
    if most is None:
        most = max(venue.hours.minutes, before.minutes) * limits.staff / 60
    staffed = hours.minutes * limits.staff / 60
    if hours.minutes > before.minutes and staffed > most + _ROUNDING:
        yield f"{staffed:g} staffed hours a week, {most:g} are paid for"


def _window(limits: Limits, was: DayHours, now: DayHours, core: DayHours) -> Iterator[str]:
    outside = {m for m in _minutes(now) if not limits.earliest <= m < limits.latest}
    if outside - _minutes(was) - _minutes(core):
        yield "is open outside earliest and latest"


def _blocks(limits: Limits, now: DayHours) -> Iterator[str]:
    if len(now) > limits.max_blocks:
        yield f"has {len(now)} blocks"
    for start, end in now:
        if not limits.min_block_minutes <= end - start <= limits.max_block_minutes:
            yield f"has a block of {end - start} minutes"
    for one, other in pairwise(now):
        if other.start - one.end < limits.min_gap_minutes:
            yield f"has a gap of {other.start - one.end} minutes"


def _too_far(limits: Limits, was: DayHours, now: DayHours, core: DayHours) -> int:
    """Minutes by which an edge moves beyond the largest change, where it can be told; else 0.

    Edges that only move to keep core hours may go further.
    """
    reach = limits.max_change_minutes
    if reach is None or len(now) != len(was) or _minutes(core) & (_minutes(now) - _minutes(was)):
        return 0
    moved = (
        abs(new - old) for a, b in zip(now, was, strict=True) for new, old in zip(a, b, strict=True)
    )
    far = max(moved, default=0)
    return far if far > reach else 0


def _minutes(day: DayHours) -> set[int]:
    return {minute for start, end in day for minute in range(start, end)}
