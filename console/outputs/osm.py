"""A venue's hours as the value of an OpenStreetMap `opening_hours` tag.

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. A rule after ";" has
its dates to itself, and readers differ on whether it ends the night before too. So nights are cut
at midnight, and each date's rule says all that is open on it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from console.outputs.civil import Era, eras, special_names
from domain.estate import Venue
from domain.hours import DAY_MINUTES, Block, DayHours, minute_text
from domain.planning import ScheduleVersion

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ALL_DAY: DayHours = (Block(0, DAY_MINUTES),)


def opening_hours(venue: Venue, versions: Sequence[ScheduleVersion], at: datetime) -> str:
    """Hours in force at `at`, those to come, and the special days, with their names as comments.

    Raises `NotFound` where no version holds at `at`.
    """
    names = special_names(venue)
    found = eras(venue, versions, at, cut=True)
    rules = [rule for era in found for rule in _weekly(era)]
    for era in found:
        for day, hours in era.exceptions.items():
            rules.append(f"{_date(day)} {_times(hours)}{_comment(names.get(day, ''))}")
    return "; ".join(rules)


def weekly_rules(week: Sequence[DayHours]) -> Iterator[str]:
    """One rule for all weekdays that have the same hours, closed ones too."""
    if all(hours == _ALL_DAY for hours in week):
        yield "24/7"
        return
    alike: dict[DayHours, list[int]] = {}
    for day, hours in enumerate(week):
        alike.setdefault(hours, []).append(day)
    for hours, days in alike.items():
        yield f"{_weekdays(days)} {_times(hours)}"


def _weekly(era: Era) -> Iterator[str]:
    if era.first is None:
        yield from weekly_rules(era.week)
        return
    for rule in weekly_rules(era.week):
        yield f"{_date(era.first)}+ {rule.replace('24/7', '00:00-24:00')}"


def _weekdays(days: Sequence[int]) -> str:
    """Runs of three or more as a range: "Mo-Th,Sa,Su"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" if len(run) > 2 else ",".join(_DAYS[d] for d in run)
        for run in runs
    )


def _times(hours: DayHours) -> str:
    said = (f"{minute_text(b.start)}-{minute_text(b.end)}" for b in hours)
    return ",".join(said) if hours else "off"


def _date(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02d}"


def _comment(name: str) -> str:
    quoted = name.replace('"', "”")
    return f' "{quoted}"' if name else ""
