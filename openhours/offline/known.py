"""What is known on the morning of a day: bins of rooms, of their venues, and the demand in them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import instant
from domain.errors import InvalidInput
from domain.estate import Estate, Venue
from domain.planning import ScheduleVersion
from domain.schedules import openings_of
from openhours.planning.trying import with_trial_days
from policies.demand import DemandEstimate, estimate
from policies.flows import open_share_of
from policies.grid import Grid
from policies.occupancy import Nights, followed_full
from policies.trials.trial import Trial

Floats = NDArray[np.float64]
Schedules = Mapping[str, Sequence[ScheduleVersion]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that a run looks at."""

    estate: Estate
    schedules: Schedules
    as_of: date
    at: datetime
    """The day begins for all; nothing from then on was looked at."""
    rooms: Bins
    """With when their venues were open."""
    watched: Sequence[Venue]
    """Venues that have rooms among these."""
    venues: Bins
    """Of these, with when they were full."""
    demand: DemandEstimate


def known(
    bins: Bins,
    estate: Estate,
    schedules: Schedules,
    as_of: date,
    *,
    history_weeks: int,
    trials: Sequence[Trial],
    nights: Nights | None = None,
) -> Known:
    """What the bins before a day tell; arguments as of `openhours.offline.run.plan`.

    Raises `InvalidInput` where they tell nothing.
    """
    at = max(instant(as_of, v.day_starts, v.tz) for v in estate.venues)
    before = _before(bins, at, history_weeks)
    of = {v.id: with_trial_days(v, trials, schedules[v.id], as_of) for v in estate.venues}
    watched = [v for v in estate.venues if set(before.rooms) & _rooms_of(estate, v)]
    joined = _of_venues(before, estate, watched)
    opened = _with_open(joined, [of[v.id] for v in watched], schedules)
    venues = _with_full(opened, estate, watched, nights or Nights())
    rooms_of = [of[estate.room(room).venue] for room in before.rooms]
    return Known(
        estate=estate,
        schedules=schedules,
        as_of=as_of,
        at=at,
        rooms=_with_open(before, rooms_of, schedules),
        watched=watched,
        venues=venues,
        demand=estimate(venues, watched, estate.school_terms),
    )


def _rooms_of(estate: Estate, venue: Venue) -> set[str]:
    return {room.id for room in estate.rooms_by_venue[venue.id]}


def _before(bins: Bins, at: datetime, weeks: int) -> Bins:
    """The bins of the weeks that end at an instant."""
    end = np.datetime64(at.replace(tzinfo=None), "s")
    used = (bins.start < end) & (bins.start >= end - np.timedelta64(7 * weeks, "D"))
    if not used.any():
        raise InvalidInput(f"there are no bins before {at.isoformat()}")
    arrays = ("entered", "left", "present", "healthy", "open", "full")
    return replace(
        bins, start=bins.start[used], **{name: getattr(bins, name)[:, used] for name in arrays}
    )


def _of_venues(bins: Bins, estate: Estate, venues: Sequence[Venue]) -> Bins:
    """Venues as one space: counts of rooms add up, and are unknown where one room's are.

    The venue is as healthy, and as open, as the least and the most of its rooms; it is full where
    all are.
    """
    row = {room: n for n, room in enumerate(bins.rooms)}
    of_venue = [[row[r.id] for r in estate.rooms_by_venue[v.id] if r.id in row] for v in venues]

    def joined(values: Floats, how: np.ufunc) -> Floats:
        return np.array([how.reduce(values[rows], axis=0) for rows in of_venue])

    return Bins(
        rooms=tuple(v.id for v in venues),
        start=bins.start,
        minutes=bins.minutes,
        entered=joined(bins.entered, np.add),
        left=joined(bins.left, np.add),
        present=joined(bins.present, np.add),
        healthy=joined(bins.healthy, np.minimum),
        open=joined(bins.open, np.fmax),
        full=joined(bins.full, np.minimum),
    )


def _with_open(bins: Bins, venues: Sequence[Venue], schedules: Schedules) -> Bins:
    """The bins, with the schedules' word where nothing says when a venue was open."""
    first = bins.start[0].astype("datetime64[D]").item() - timedelta(days=1)
    days = int((bins.start[-1] - bins.start[0]) / np.timedelta64(1, "D")) + 3
    grid = Grid(int(bins.start[0].astype(np.int64)), len(bins.start))
    openings = [openings_of(v, schedules[v.id], first, days) for v in venues]
    scheduled = open_share_of(openings, grid)
    return replace(bins, open=np.where(np.isnan(bins.open), scheduled, bins.open))


def _with_full(bins: Bins, estate: Estate, venues: Sequence[Venue], known: Nights) -> Bins:
    """The bins, with what occupancy and capacity say where nothing says when a venue was full."""
    if not np.isnan(bins.full).any():
        return bins
    rooms = [estate.rooms_by_venue[v.id] for v in venues]
    capacity = np.array([sum(r.capacity or math.nan for r in its) for its in rooms])
    inferred = followed_full(bins, venues, capacity, known=known).full
    return replace(bins, full=np.where(np.isnan(bins.full), inferred, bins.full))
