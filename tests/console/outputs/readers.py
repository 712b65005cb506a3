"""Independent readers of what is published: from each format to the instants that are open.

None uses anything of ours. Where a format has wall-clock times, they are read as RFC 5545 says: a
time that the clocks skip with the offset before, one that comes twice at its first coming.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar
from opening_hours import OpeningHours, State

Opened = Iterator[tuple[datetime, datetime]]
DAY = timedelta(days=1)
ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def utc(day: date, wall: str | time, zone: ZoneInfo, *, nights: int = 0) -> datetime:
    at = wall if isinstance(wall, time) else time.fromisoformat(wall)
    return datetime.combine(day + nights * DAY, at, zone).astimezone(UTC)


def dates(first: date, days: int) -> Iterator[date]:
    """The dates asked for, and the one before, whose night they share."""
    return (first + n * DAY for n in range(-1, days + 1))


def of_calendar(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    del zone
    events = recurring_ical_events.of(Calendar.from_ical(text)).between(
        first - 2 * DAY, first + (days + 2) * DAY
    )
    for event in events:
        if isinstance(event["DTSTART"].dt, datetime):
            yield event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC)


def of_schema_org(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    """As search engines document it."""
    said = json.loads(text)
    for day in dates(first, days):
        special = [s for s in said["specialOpeningHoursSpecification"] if holds(s, day)]
        weekly = [
            s
            for s in said["openingHoursSpecification"]
            if holds(s, day) and ENGLISH[day.weekday()] in s["dayOfWeek"]
        ]
        for spec in special or weekly:
            opens, closes = spec["opens"], spec["closes"]
            if opens == closes == "00:00":
                continue
            if (opens, closes) == ("00:00", "23:59"):
                closes = "00:00"
            yield utc(day, opens, zone), utc(day, closes, zone, nights=int(closes <= opens))


def holds(spec: Mapping[str, Any], day: date) -> bool:
    return str(spec.get("validFrom", "")) <= str(day) <= str(spec.get("validThrough", "9999"))


def of_osm(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    start = datetime.combine(first - DAY, time())
    for begins, ends, state, _ in OpeningHours(text.decode()).intervals(
        start=start, end=start + (days + 2) * DAY
    ):
        if state is State.OPEN:
            yield (
                begins.replace(tzinfo=zone).astimezone(UTC),
                ends.replace(tzinfo=zone).astimezone(UTC),
            )


def of_google(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    said = json.loads(text)
    special: dict[date, list[Any]] = {}
    for period in said["specialHours"]["specialHourPeriods"]:
        special.setdefault(date(**period["startDate"]), []).append(period)
    for day in dates(first, days):
        if day in special:
            for period in special[day]:
                if not period.get("closed"):
                    yield (
                        google(day, period["openTime"], zone),
                        google(date(**period["endDate"]), period["closeTime"], zone),
                    )
            continue
        for period in said["regularHours"]["periods"]:
            if period["openDay"] == ENGLISH[day.weekday()].upper():
                closes = [name.upper() for name in ENGLISH].index(period["closeDay"])
                nights = (closes - day.weekday()) % 7
                yield (
                    google(day, period["openTime"], zone),
                    google(day + nights * DAY, period["closeTime"], zone),
                )


def google(day: date, said: Mapping[str, int], zone: ZoneInfo) -> datetime:
    midnight = said.get("hours", 0) == 24
    wall = time(0 if midnight else said.get("hours", 0), said.get("minutes", 0))
    return utc(day, wall, zone, nights=int(midnight))


def of_hsds(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    del zone
    codes = [name[:2].upper() for name in ENGLISH]
    for day in dates(first, days):
        for row in json.loads(text)["schedules"]:
            if not row["valid_from"] <= day.isoformat() <= row["valid_to"]:
                continue
            if codes[day.weekday()] in row["byday"].split(","):
                begins = datetime.fromisoformat(f"{day}T{row['opens_at']}")
                ends = datetime.fromisoformat(f"{day}T{row['closes_at']}")
                yield (
                    begins.astimezone(UTC),
                    (ends if ends > begins else ends + DAY).astimezone(UTC),
                )


def of_csv(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    del zone, first, days
    for row in csv.DictReader(io.StringIO(text.decode())):
        yield datetime.fromisoformat(row["opens"]), datetime.fromisoformat(row["closes"])


def of_announcement(text: bytes, zone: ZoneInfo, first: date, days: int) -> Opened:
    """As docs/published.md says of the retained message."""
    said = json.loads(text)
    special = {s["day"]: s["hours"] for s in said["special_days"]}
    for day in dates(first, days):
        held = [s for s in said["schedules"] if s["effective_from"] <= day.isoformat()]
        week = {k: v for key, v in held[-1]["hours"].items() for k in weekdays(key)}
        for start, end in re.findall(
            r"(\d\d:\d\d)-(\d\d:\d\d)", special.get(str(day), week[day.weekday()])
        ):
            nights = 0 if minutes(end) > minutes(start) else 1
            yield wall_instant(day, start, zone), wall_instant(day + nights * DAY, end, zone)


def weekdays(key: str) -> range:
    names = [name[:3].lower() for name in ENGLISH]
    first, _, last = key.partition("-")
    return range(names.index(first), names.index(last or first) + 1)


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def wall_instant(day: date, text: str, zone: ZoneInfo) -> datetime:
    nights, minute = divmod(minutes(text), 1440)
    return utc(day, time(minute // 60, minute % 60), zone, nights=nights)
