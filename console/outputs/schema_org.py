"""A venue's hours in the words of schema.org, as JSON-LD for search engines.

Source: https://schema.org/OpeningHoursSpecification, and what search engines document of it: a
closing time before the opening is of the next day, 00:00 to 00:00 is closed all day, and 00:00 to
23:59 is open all day.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from console.outputs.civil import Era, eras, special_names
from domain.estate import Venue
from domain.hours import DAY_MINUTES, Block, minute_text
from domain.planning import ScheduleVersion

TYPES: Mapping[str, str] = {
    "library": "Library",
    "sports_hall": "SportsActivityLocation",
    "service_centre": "GovernmentOffice",
    "canteen": "FoodEstablishment",
    "day_care": "ChildCare",
}
"""Types of ours that schema.org has; all others are a `CivicStructure`."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOSED = {"opens": "00:00", "closes": "00:00"}


def schema_org(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime, url: str
) -> dict[str, Any]:
    """The venue as a JSON-LD document: hours in force at `at`, those to come, and special days.

    Args:
        venue: whose hours.
        versions: all of the venue's.
        at: aware instant.
        url: where its page is; names the thing.

    Raises `NotFound` where no version holds at `at`.
    """
    found = eras(venue, versions, at, cut=False)
    names = special_names(venue)
    body: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(venue.type, "CivicStructure"),
        "@id": url,
        "url": url,
        "name": venue.name,
        "openingHoursSpecification": [spec for era in found for spec in _weekly(era)],
        "specialOpeningHoursSpecification": [
            spec
            for era in found
            for day, hours in era.exceptions.items()
            for spec in _special(day, hours, names.get(day, ""))
        ],
    }
    if venue.name_zh:
        body["alternateName"] = {"@value": venue.name_zh, "@language": "zh"}
    if venue.latitude is not None and venue.longitude is not None:
        body["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": venue.latitude,
            "longitude": venue.longitude,
        }
    return body


def _weekly(era: Era) -> Iterator[dict[str, Any]]:
    """One specification for each block, with the weekdays that have it; closed days have none."""
    weekdays: dict[Block, list[str]] = {}
    for name, hours in zip(_DAYS, era.week, strict=True):
        for block in hours:
            weekdays.setdefault(block, []).append(name)
    bounds = {"validFrom": era.first, "validThrough": era.last}
    valid = {key: day.isoformat() for key, day in bounds.items() if day}
    for block, days in weekdays.items():
        yield _spec({"dayOfWeek": days} | _times(block) | valid)


def _special(day: date, hours: Sequence[Block], name: str) -> Iterator[dict[str, Any]]:
    valid = {"validFrom": day.isoformat(), "validThrough": day.isoformat()}
    named = {"name": name} if name else {}
    for times in map(_times, hours) if hours else [_CLOSED]:
        yield _spec(times | valid | named)


def _spec(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"@type": "OpeningHoursSpecification", **said}


def _times(block: Block) -> dict[str, str]:
    is_all_day = block == (0, DAY_MINUTES)
    closes = DAY_MINUTES - 1 if is_all_day else block.end % DAY_MINUTES
    return {"opens": minute_text(block.start), "closes": minute_text(closes)}
