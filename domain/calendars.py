"""Dates and zones: from wall-clock hours to instants, and from instants to local slots."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

from domain.hours import DayHours, SpecialDay, WeeklyHours

SLOT_MINUTES = 15
SLOTS_A_DAY = 96
HOLIDAY = 7
"""Day type of a public holiday; 0 to 6 are Monday to Sunday."""
DAY_TYPES = 8

Instants = NDArray[np.datetime64]
"""Instants in UTC as numpy datetime64."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_us(at: datetime) -> int:
    """Microseconds from 1970 UTC to the aware instant `at`, exactly."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_epoch_us(time_us: int) -> datetime:
    """The instant, in UTC, of `epoch_us`."""
    return _EPOCH + timedelta(microseconds=time_us)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of wall-clock `minute` of business day `day`.

    A wall time that a clock change skips is read with the offset before the change; one that comes
    twice is its first coming (as RFC 5545 has it).
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def hours_on(day: date, week: WeeklyHours, special: Iterable[SpecialDay] = ()) -> DayHours:
    """The blocks of one date, special days first."""
    return next((s.blocks for s in special if s.day == day), week.days[day.weekday()])


def openings(
    first: date, days: int, week: WeeklyHours, zone: ZoneInfo, special: Iterable[SpecialDay] = ()
) -> list[tuple[datetime, datetime]]:
    """Open intervals [start, end), in UTC, of `days` business days from `first`.

    They are in order and do not overlap, even where a clock change skips part of the hours.
    """
    by_day = {s.day: s for s in special}
    found: list[tuple[datetime, datetime]] = []
    for n in range(days):
        day = first + timedelta(days=n)
        blocks = by_day[day].blocks if day in by_day else week.days[day.weekday()]
        for block in blocks:
            start, end = instant(day, block.start, zone), instant(day, block.end, zone)
            if found:
                start = max(start, found[-1][1])
            if start < end:
                found.append((start, end))
    return found


def is_open(
    at: datetime, week: WeeklyHours, zone: ZoneInfo, special: Iterable[SpecialDay] = ()
) -> bool:
    """Whether the hours say open at the aware instant `at`."""
    yesterday = at.astimezone(zone).date() - timedelta(days=1)
    return any(start <= at < end for start, end in openings(yesterday, 3, week, zone, special))


@functools.lru_cache(maxsize=256)
def _public_holidays(
    country: str, subdivision: str | None, year: int
) -> tuple[frozenset[date], frozenset[date]]:
    """Free dates and make-up working days of a year."""
    calendar = holidays.country_holidays(country, subdiv=subdivision, years=year)
    return frozenset(calendar), frozenset(calendar.weekend_workdays)


def holiday_name(day: date, country: str, subdivision: str | None = None) -> str:
    """What a public holiday is called there; empty for other days."""
    return str(holidays.country_holidays(country, subdiv=subdivision, years=day.year).get(day, ""))


def day_types(
    days: Iterable[date], country: str, subdivision: str | None = None
) -> NDArray[np.int8]:
    """Day type of each date: weekday 0 to 6, or `HOLIDAY`; shape (days,).

    A make-up working day (a weekend day worked for a holiday, as in China) counts as a Friday.
    An empty `country` knows no holidays.
    """
    types = []
    for day in days:
        free, workdays = (
            _public_holidays(country, subdivision, day.year) if country else (frozenset(), ())
        )
        types.append(4 if day in workdays else HOLIDAY if day in free else day.weekday())
    return np.array(types, dtype=np.int8)


@dataclass(frozen=True, slots=True)
class LocalSlots:
    """Where each of a row of instants falls in a venue's business days. All arrays (instants,)."""

    day: NDArray[np.datetime64]
    """Business day, datetime64[D]."""
    slot: NDArray[np.intp]
    """Quarter-hour of the business day, 0 at `day_starts`."""


def _utc_offset_s(epoch_s: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(epoch_s, zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def local_slots(start: Instants, zone: ZoneInfo, day_starts: int) -> LocalSlots:
    """Business day and quarter-hour of UTC instants; `day_starts` is minutes after midnight.

    On the day of a clock change two instants may share a slot, or a slot may have none.
    """
    seconds = start.astype("datetime64[s]").astype(np.int64)
    quarters, inverse = np.unique(seconds // 900, return_inverse=True)
    offsets = np.array([_utc_offset_s(int(q) * 900, zone) for q in quarters], dtype=np.int64)
    wall = seconds + offsets[inverse] - day_starts * 60
    return LocalSlots(
        day=(wall // 86_400).astype("datetime64[D]"),
        slot=((wall % 86_400) // (SLOT_MINUTES * 60)).astype(np.intp),
    )


def slot_mask(
    day: DayHours, day_starts: int, slot_minutes: int = SLOT_MINUTES
) -> NDArray[np.bool_]:
    """Which slots of a business day lie wholly in `day`'s blocks; shape (1440 / slot_minutes,)."""
    starts = day_starts + slot_minutes * np.arange(1440 // slot_minutes)
    mask = np.zeros(len(starts), dtype=np.bool_)
    for block in day:
        mask |= (starts >= block.start) & (starts + slot_minutes <= block.end)
    return mask


def week_mask(
    week: WeeklyHours, day_starts: int, slot_minutes: int = SLOT_MINUTES
) -> NDArray[np.bool_]:
    """`slot_mask` of the seven days; shape (7, slots)."""
    return np.stack([slot_mask(day, day_starts, slot_minutes) for day in week.days])


def next_monday(day: date) -> date:
    """The first Monday on or after `day`."""
    return day + timedelta(days=-day.weekday() % 7)
