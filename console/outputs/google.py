"""A venue's hours as `regularHours` and `specialHours` of a Google Business Profile location.

Source: reference of the Business Information API, v1, `Location`, `TimePeriod` and
`SpecialHourPeriod`. It knows the hours in force only; those to come it must be told later.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from console.outputs.civil import DAY, eras
from domain.estate import Venue
from domain.hours import DAY_MINUTES, Block, DayHours
from domain.planning import ScheduleVersion

NOON = 12 * 60
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def business_profile(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime
) -> dict[str, Any]:
    """The body of an update of `regularHours,specialHours`, as things stand at `at`.

    Raises `NotFound` where no version holds at `at`.
    """
    found = eras(venue, versions, at, cut=False)
    if any(_ends_too_late(hours) for era in found for hours in era.exceptions.values()):
        found = eras(venue, versions, at, cut=True)
    return {
        "regularHours": {
            "periods": [
                _period(day, block) for day, hours in enumerate(found[0].week) for block in hours
            ]
        },
        "specialHours": {
            "specialHourPeriods": [
                period
                for era in found
                for day, hours in era.exceptions.items()
                for period in _special(day, hours)
            ]
        },
    }


def _period(day: int, block: Block) -> dict[str, Any]:
    nights, closes = _closing(block)
    return {
        "openDay": _DAYS[day],
        "openTime": _time(block.start),
        "closeDay": _DAYS[(day + nights) % 7],
        "closeTime": _time(closes),
    }


def _special(day: date, hours: DayHours) -> Iterator[dict[str, Any]]:
    if not hours:
        yield {"startDate": _date(day), "closed": True}
    for block in _less_than_a_day(hours):
        nights, closes = _closing(block)
        yield {
            "startDate": _date(day),
            "openTime": _time(block.start),
            "endDate": _date(day + nights * DAY),
            "closeTime": _time(closes),
        }


def _ends_too_late(hours: DayHours) -> bool:
    """Whether an exception would end at noon of the next day or later, which is not taken."""
    return any(block.end >= DAY_MINUTES + NOON for block in hours)


def _less_than_a_day(hours: DayHours) -> Iterator[Block]:
    """An exception may not last for 24 hours; two halves may."""
    for block in hours:
        if block == (0, DAY_MINUTES):
            yield from (Block(0, NOON), Block(NOON, DAY_MINUTES))
        else:
            yield block


def _closing(block: Block) -> tuple[int, int]:
    """Nights until it closes, and the minute of that day; midnight is the end of the day before."""
    return (1, block.end - DAY_MINUTES) if block.end > DAY_MINUTES else (0, block.end)


def _time(minute: int) -> dict[str, int]:
    return {"hours": minute // 60, "minutes": minute % 60}


def _date(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}
