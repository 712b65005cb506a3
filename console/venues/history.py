"""What a venue's page shows of the past: the curve of a day, and the usual week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from console.live.present import day_began, to_us
from console.venues.by_day import ByDay, by_day
from domain.calendars import (
    SLOT_MINUTES,
    SLOTS_A_DAY,
    day_types,
    instant,
    slot_mask,
)
from domain.estate import Estate, Venue
from domain.hand_counts import HandChecks
from domain.hours import DayHours, WeeklyHours, clock_text
from domain.planning import ScheduleVersion
from domain.ports import TimeSeriesStore
from domain.schedules import openings_of
from domain.sensor_bins import BIN_US
from policies.demand.ahead import Inside
from policies.flows import venue_bins

Floats = NDArray[np.float64]

WEEKS = 8
"""Weeks that count as recent."""
LEVELS = 8
"""Shades of the heat map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """People in a venue by business day and quarter-hour, oldest day first, today last."""

    venue: Venue
    days: tuple[date, ...]
    present: Floats
    """(days, 96) people present at the end of the quarter-hour; NaN where unknown or to come."""
    band: tuple[Floats, Floats] | None = None
    """(96,) lower and upper end of today's 80 % band."""
    now_slot: int
    """Quarter-hours of today that have ended."""

    @property
    def today(self) -> Floats:
        return np.asarray(self.present[-1])

    @property
    def yesterday(self) -> Floats:
        return np.asarray(self.present[-2])

    def usual(self) -> Floats:
        """(96,) mean over the earlier days of today's type; NaN where none is known."""
        types = self._types()
        return mean_of(self.present[:-1][types[:-1] == types[-1]])

    def week(self) -> Floats:
        """(7, 96) mean over the earlier ordinary Mondays, Tuesdays…; NaN where none is known."""
        types = self._types()[:-1]
        return np.stack([mean_of(self.present[:-1][types == day]) for day in range(7)])

    def _types(self) -> NDArray[np.int8]:
        return day_types(self.days, self.venue.country, self.venue.subdivision)

    @property
    def weeks(self) -> int:
        """How many weeks have something known in them, today left out."""
        known = np.flatnonzero(~np.isnan(self.present[:-1]).all(axis=1))
        return len({self.days[n].isocalendar()[:2] for n in known})


def past(
    timeseries: TimeSeriesStore,
    estate: Estate,
    venue: Venue,
    versions: Sequence[ScheduleVersion],
    now: datetime,
    hand: HandChecks,
    weeks: int = WEEKS,
) -> Past:
    """People in the venue over the last weeks, an even number. Raises `StoreUnavailable`."""
    began = day_began(venue, now)
    today = began.astimezone(venue.tz).date()
    days = tuple(today - timedelta(days=n) for n in range(7 * weeks, -1, -1))
    start = instant(days[0], venue.day_starts, venue.tz)
    rooms = estate.rooms_by_venue[venue.id]
    sensors = {s.id: s for room in rooms for s in estate.sensors_by_room[room.id]}
    quarter = timedelta(minutes=SLOT_MINUTES)
    end = now - (now - began) % quarter
    first_slot, end_slot = to_us(start) // BIN_US - SLOTS_A_DAY, to_us(end) // BIN_US
    said = timeseries.bins(sensors, first_slot, end_slot)
    openings = {venue.id: openings_of(venue, versions, days[0], len(days))}
    found = ByDay.unknown(len(days))
    if rooms and end > start:
        bins = venue_bins(said, rooms, sensors.values(), start, end, openings)
        of_venue = hand.in_spaces({room.id: venue.id for room in rooms})
        found = by_day(bins, venue, days, of_venue)
    return Past(
        venue=venue,
        days=days,
        present=found.present,
        band=(found.low, found.high),
        now_slot=(end - began) // quarter,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Today against yesterday and the usual, cut to the hours in which anything happens."""

    times: tuple[str, ...]
    today: tuple[float | None, ...]
    yesterday: tuple[float | None, ...]
    usual: tuple[float | None, ...]
    expected: tuple[float | None, ...]
    """For the rest of the day; None where nothing is forecast."""
    low: tuple[float | None, ...]
    """Lower end of the 80 % band: of today's people, then of those expected."""
    high: tuple[float | None, ...]
    open: tuple[tuple[str, str], ...]
    """First and last time of each opening of today."""
    unknown: tuple[tuple[str, str], ...]
    """The same of each gap while open."""
    capacity: int | None

    @property
    def has_data(self) -> bool:
        return any(v is not None for v in (*self.today, *self.yesterday, *self.usual))

    @property
    def hourly(self) -> list[tuple[str, tuple[float | None, ...]]]:
        """Time and the four numbers, at whole hours."""
        numbers = (self.today, self.yesterday, self.usual, self.expected)
        rows = zip(self.times, *numbers, strict=True)
        return [(time, numbers) for time, *numbers in rows if time.endswith(":00")]  # type: ignore[misc]


def curve(seen: Past, today: DayHours, capacity: int | None, ahead: Inside | None = None) -> Curve:
    """The curve of today, whose hours are `today`; `ahead` is what is expected of the day."""
    starts = seen.venue.day_starts
    to_come = np.arange(SLOTS_A_DAY) >= seen.now_slot
    unknown = np.full(SLOTS_A_DAY, np.nan)
    expected, low, high = (
        np.where(to_come, told, now)
        for told, now in zip(
            (ahead.expected, ahead.low, ahead.high) if ahead else (unknown,) * 3,
            (unknown, *(seen.band or (unknown, unknown))),
            strict=True,
        )
    )
    rows = [seen.today, seen.yesterday, seen.usual(), expected]
    opened = slot_mask(today, starts)
    shown = opened | np.any([np.nan_to_num(r) >= 0.5 for r in rows], axis=0)
    first, end = _window(shown, SLOTS_A_DAY)
    ends = [clock_text(starts + SLOT_MINUTES * (s + 1)) for s in range(SLOTS_A_DAY)]
    gap = np.isnan(seen.today) & opened & ~to_come
    return Curve(
        times=tuple(ends[first:end]),
        today=_numbers(seen.today[first:end]),
        yesterday=_numbers(seen.yesterday[first:end]),
        usual=_numbers(rows[2][first:end]),
        expected=_numbers(expected[first:end]),
        low=_numbers(low[first:end]),
        high=_numbers(high[first:end]),
        open=_runs(opened, ends, first),
        unknown=_runs(gap, ends, first),
        capacity=capacity,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the usual week."""

    weekday: int
    minute: int
    mean: float | None
    level: int
    """0 to `LEVELS` − 1."""
    is_open: bool


@dataclass(frozen=True, slots=True)
class Heat:
    """The usual week as a table of hours."""

    weeks: int
    levels: int
    hours: tuple[int, ...]
    """First minute of each column."""
    rows: tuple[tuple[Cell, ...], ...]


def heat(seen: Past, hours: WeeklyHours) -> Heat:
    """The usual week against the weekly `hours` in force."""
    starts = seen.venue.day_starts
    means = hourly(seen.week())
    opened = np.stack([slot_mask(d, starts).reshape(24, 4).any(axis=1) for d in hours.days])
    first, end = _window(np.any(opened | (np.nan_to_num(means) >= 0.5), axis=0), 24)
    top = max(float(np.nanmax(means, initial=0)), 1.0)
    rows = tuple(
        tuple(
            Cell(
                weekday=day,
                minute=starts + 60 * hour,
                mean=None if np.isnan(means[day, hour]) else float(means[day, hour]),
                level=int(min(np.nan_to_num(means[day, hour]) / top * LEVELS, LEVELS - 1)),
                is_open=bool(opened[day, hour]),
            )
            for hour in range(first, end)
        )
        for day in range(7)
    )
    return Heat(seen.weeks, LEVELS, tuple(starts + 60 * h for h in range(first, end)), rows)


def mean_of(values: Floats) -> Floats:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0).sum(axis=0)
    return np.asarray(np.divide(total, np.where(known.any(axis=0), count, np.nan)))


def hourly(days: Floats) -> Floats:
    """(days, 24) mean of the known quarter-hours of each hour, from (days, 96)."""
    return mean_of(days.reshape(len(days), 24, 4).transpose(2, 0, 1))


def _window(shown: NDArray[np.bool_], whole: int) -> tuple[int, int]:
    """First and end of a stretch that holds all that is `shown`; a working day if nothing is."""
    at = np.flatnonzero(shown)
    if not len(at):
        return whole // 6, whole * 3 // 4
    margin = whole // 48
    return max(int(at[0]) - margin, 0), min(int(at[-1]) + 1 + margin, whole)


def _numbers(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(v) else round(float(v), 1) for v in values)


def _runs(mask: NDArray[np.bool_], times: Sequence[str], first: int) -> tuple[tuple[str, str], ...]:
    """First and last time of each run of `mask`, as the axis has them."""
    found = []
    for is_run, slots in groupby(range(len(mask)), lambda i: bool(mask[i])):
        run = list(slots)
        if is_run:
            found.append((times[max(run[0] - 1, first)], times[run[-1]]))
    return tuple(found)
