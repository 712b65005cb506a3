"""All that a public page shows of a venue at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from console.live.board import Board, VenueNow
from console.live.present import day_began
from console.public.crowd import Busy, Crowd, busy
from console.public.settings import PublicSettings
from console.venues.history import Past, hourly
from domain.calendars import hours_on, slot_mask
from domain.estate import Venue
from domain.hours import DayHours
from domain.planning import ScheduleVersion
from domain.schedules import in_force, timeline
from policies.links.walks import walk_minutes

WITH_SPACE = 0.8
"""A venue has space while no more than this share of its places is taken."""
STEPS = 8
"""Heights that a bar may have: no exact number can be read from it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of a usual day like today."""

    minute: int
    """When it begins, after the business day's midnight."""
    busy: Busy | None
    """None: unknown."""
    step: int
    """Height, 0 to `STEPS`."""
    is_open: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class Nearby:
    """A linked venue with space."""

    venue: Venue
    walk_minutes: int
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A venue as everybody may see it."""

    now: VenueNow
    at: datetime
    busy: Busy | None
    """None: not known."""
    today: DayHours
    week: ScheduleVersion | None
    """Hours in force."""
    coming: ScheduleVersion | None
    """Those that follow."""
    bars: tuple[Bar, ...]
    nearby: Nearby | None

    @property
    def usually(self) -> Crowd | None:
        """How busy it usually is at this hour; None: not known, or closed then."""
        return next((b.busy.crowd for b in self.bars if b.is_now and b.is_open and b.busy), None)


def seen(
    board: Board,
    now: VenueNow,
    past: Past,
    versions: Sequence[ScheduleVersion],
    settings: PublicSettings,
) -> Seen:
    """What may be said of a venue.

    Args:
        board: with the venue and those linked to it.
        now: the venue.
        past: its weeks until today.
        versions: of its hours.
        settings: how much may be said.
    """
    venue, day = now.venue, day_began(now.venue, board.at).astimezone(now.venue.tz).date()
    week = _holds(versions, day)
    today = hours_on(day, week.hours if week else venue.hours, venue.special_days)
    bars, top = _bars(past, today, board.at, settings)
    most = sum(r.room.capacity or 0 for r in now.rooms)
    if not all(r.room.capacity for r in now.rooms):
        most = 0
    people = None if any(r.occupancy is None for r in now.rooms) else now.inside
    later = [v for v in timeline(versions, day) if v.effective_from > day]
    return Seen(
        now=now,
        at=board.at,
        busy=busy(people, most or top, settings),
        today=today,
        week=week,
        coming=later[0] if later else None,
        bars=bars,
        nearby=_nearby(board, venue),
    )


def _holds(versions: Sequence[ScheduleVersion], day: date) -> ScheduleVersion | None:
    held = [v for v in timeline(versions, day) if v.effective_from <= day]
    return in_force(held, day) if held else None


def _bars(
    past: Past, today: DayHours, at: datetime, settings: PublicSettings
) -> tuple[tuple[Bar, ...], float]:
    """The usual day by hours while open, and the most people that come in any hour of the week."""
    starts = past.venue.day_starts
    (usual,) = hourly(past.usual()[None])
    week = hourly(past.week())
    top = float(np.nanmax(np.where(np.isnan(week), 0, week), initial=0))
    opened = np.asarray(slot_mask(today, starts).reshape(24, 4).any(axis=1))
    at_open = np.flatnonzero(opened)
    if not len(at_open) or not top:
        return (), top
    minutes = (at - day_began(past.venue, at)).total_seconds() / 60
    bars = []
    for hour in range(int(at_open[0]), int(at_open[-1]) + 1):
        people = None if np.isnan(usual[hour]) else float(usual[hour])
        told = busy(people, top, settings)
        share = 0.0 if people is None else people / top
        step = 1 if people is not None and people < settings.blur_below else round(share * STEPS)
        bars.append(
            Bar(
                minute=starts + 60 * hour,
                busy=told,
                step=max(step, 1) if told and opened[hour] else 0,
                is_open=bool(opened[hour]),
                is_now=60 * hour <= minutes < 60 * (hour + 1),
            )
        )
    return tuple(bars), top


def _nearby(board: Board, venue: Venue) -> Nearby | None:
    """The nearest linked venue that is open and has space."""
    walks: dict[str, float] = {}
    for group in board.estate.link_groups:
        ids = [group.hub, *(s.venue for s in group.satellites)]
        if venue.id in ids:
            minutes = walk_minutes(group, [board.estate.venue_by_id[v] for v in ids])
            for other, walk in zip(ids, minutes[ids.index(venue.id)], strict=True):
                walks[other] = min(float(walk), walks.get(other, np.inf))
    walks.pop(venue.id, None)
    free = (v for v in board.venues if v.venue.id in walks and v.is_open and _has_space(v))
    best = min(free, key=lambda v: walks[v.venue.id], default=None)
    if best is None:
        return None
    return Nearby(best.venue, max(round(walks[best.venue.id]), 1), best.changes_at)


def _has_space(now: VenueNow) -> bool:
    places = [r.room.capacity for r in now.rooms]
    people = [r.occupancy for r in now.rooms]
    if not places or not all(places) or any(p is None for p in people):
        return False
    return sum(p or 0 for p in people) <= WITH_SPACE * sum(p or 0 for p in places)
