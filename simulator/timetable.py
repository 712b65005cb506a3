"""From the hours of a business day to seconds of it."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.calendars import instant
from domain.estate import Venue
from domain.hours import DayHours
from simulator.visits import DAY_S, LINGER_S, NEVER, SLOT_S, Counts, Indices, Openings, Seconds


@dataclass(frozen=True, slots=True)
class Frames:
    """One business day of some venues; arrays (venues,)."""

    start_s: Seconds
    """Seconds since 1970 UTC."""
    length_s: Counts
    openings: Openings

    @property
    def closes_s(self) -> Counts:
        """Last closing, seconds after the start; 0 on a day without opening."""
        ends_s = np.where(self.openings.end_s == NEVER, 0, self.openings.end_s)
        return np.asarray(ends_s.max(axis=1, initial=0), np.int64)

    @property
    def slots(self) -> int:
        """Quarter-hours that the day has.

        Raises `ValueError` when the days are not all of one length.
        """
        length_s = np.unique(self.length_s)
        if len(length_s) > 1:
            raise ValueError("the business days are not all of one length")
        return int(length_s.max(initial=0)) // SLOT_S

    @property
    def open_share(self) -> NDArray[np.float64]:
        """Share of each slot for which a room is open; (venues, slots that the day has)."""
        return self.openings.share(self.slots)

    def of(self, venue: Indices) -> "Frames":
        """Those of some venues, e.g. of each room's."""
        blocks = Openings(self.openings.start_s[venue], self.openings.end_s[venue])
        return Frames(self.start_s[venue], self.length_s[venue], blocks)


def frames(venues: Sequence[Venue], day: date, hours: Sequence[DayHours]) -> Frames:
    """The business day of each venue, and its opening blocks as far as they lie in it.

    The building is empty when the day ends: where a block would last longer, it ends `LINGER_S`
    before. On the day of a clock change quarter-hours are counted on from the day's start; nobody
    comes in an hour beyond the 24th.
    """
    spans = [_span(day, v.zone, v.day_starts) for v in venues]
    blocks = [
        _plain(h, v.day_starts) if length_s == DAY_S else _blocks(h, v.day_starts, day, v.zone)
        for v, h, (_, length_s) in zip(venues, hours, spans, strict=True)
    ]
    most = max(map(len, blocks), default=0)
    padded = np.full((len(blocks), most, 2), NEVER, dtype=np.int32)
    for row, its in enumerate(blocks):
        if its:
            padded[row, : len(its)] = its
    start_s, length_s = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    return Frames(start_s, length_s, Openings(padded[..., 0], padded[..., 1]))


@functools.lru_cache(maxsize=1024)
def _span(day: date, zone: str, day_starts: int) -> tuple[int, int]:
    """Start of a business day, and its length."""
    start = instant(day, day_starts, ZoneInfo(zone))
    following = instant(day + timedelta(days=1), day_starts, ZoneInfo(zone))
    return int(start.timestamp()), int((following - start).total_seconds())


@functools.lru_cache(maxsize=4096)
def _plain(hours: DayHours, day_starts: int) -> tuple[tuple[int, int], ...]:
    """Blocks of a day without clock change."""
    edges = (tuple(60 * (minute - day_starts) for minute in block) for block in hours)
    return _within(edges, DAY_S)


def _blocks(hours: DayHours, day_starts: int, day: date, zone: str) -> tuple[tuple[int, int], ...]:
    """Blocks of a day on which clocks change."""
    tz = ZoneInfo(zone)
    start_s, length_s = _span(day, zone, day_starts)
    edges = (tuple(int(instant(day, m, tz).timestamp()) - start_s for m in b) for b in hours)
    return _within(edges, min(length_s, DAY_S))


def _within(edges: Iterable[tuple[int, ...]], length_s: int) -> tuple[tuple[int, int], ...]:
    clipped = (tuple(min(max(e, 0), length_s - LINGER_S) for e in block) for block in edges)
    return tuple((opens, closes) for opens, closes in clipped if opens < closes)
