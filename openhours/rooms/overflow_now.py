"""How linked venues are at one instant, for the look at those that are full."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from console.live.board import Board, RoomNow, VenueNow
from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, epoch_us, from_epoch_us
from domain.estate import Estate, LinkGroup, Sensor, Venue
from domain.planning import ScheduleVersion
from domain.ports import TimeSeriesStore
from domain.readings import CountKind
from domain.schedules import openings_of
from domain.sensor_bins import BIN_US
from policies.demand.observed import usual_stay_minutes
from policies.flows import venue_bins
from policies.links.walks import walk_minutes
from policies.overflow.advice import Now

Floats = NDArray[np.float64]

DAY = timedelta(days=1)
BUSIEST_OF = timedelta(hours=2)
"""People turning away are as many as came in the busiest quarter-hour of so long: once a sign sends
them on, they no longer come through the door."""


def linked(estate: Estate) -> set[str]:
    """Venues with rooms, all of known capacity, that are linked to another such."""
    rooms = estate.rooms_by_venue
    known = {v for v, of_venue in rooms.items() if of_venue and all(r.capacity for r in of_venue)}
    groups = (known.intersection(_members(group)) for group in estate.link_groups)
    return set().union(*(members for members in groups if len(members) > 1))


def now_of(
    board: Board,
    estate: Estate,
    schedules: Mapping[str, Sequence[ScheduleVersion]],
    timeseries: TimeSeriesStore,
    next_look: timedelta,
) -> Now:
    """The linked venues of a board. Raises `StoreUnavailable`.

    The upper end of a venue's band is the sum of its rooms', as if all erred to the same side.

    Args:
        board: all venues as they are known.
        estate: of the board.
        schedules: versions by venue.
        timeseries: tells how many people came in the last hours.
        next_look: how soon it is.
    """
    members = linked(estate)
    shown = [v for v in board.venues if v.venue.id in members]
    venues = [v.venue for v in shown]
    present = np.array([_sum(r.occupancy for r in v.rooms) for v in shown])
    stay = usual_stay_minutes(venues)
    came = _came_a_minute(timeseries, estate, schedules, venues, board.at)
    # Where doors do not say who comes: as many as go.
    came = np.where(np.isnan(came), present / stay, came)
    return Now(
        venues=tuple(v.id for v in venues),
        at_s=board.at.timestamp(),
        capacity=np.array([_sum(r.room.capacity for r in v.rooms) for v in shown]),
        present=present,
        high=np.array([_sum(r.high for r in v.rooms) for v in shown]),
        known_s=np.array([_known_s(v, estate, board.at) for v in shown]),
        open_minutes=np.array([_open_minutes(v, board.at) for v in shown]),
        stay_minutes=stay,
        turning=came * (next_look / timedelta(minutes=1)),
        walk_minutes=_walks(estate, venues),
    )


def _sum(values: Iterable[float | None]) -> float:
    return float(sum(math.nan if value is None else value for value in values))


def _known_s(venue: VenueNow, estate: Estate, at: datetime) -> float:
    """Up to when people who come are in the occupancy of all rooms."""
    return min(_heard_s(r, estate.sensors_by_room[r.room.id], at) for r in venue.rooms)


def _heard_s(room: RoomNow, sensors: Sequence[Sensor], at: datetime) -> float:
    if all(s.kind is CountKind.CHANGE for s in sensors):
        return at.timestamp()  # silence says that nobody came
    return math.nan if room.last_heard is None else room.last_heard.timestamp()


def _open_minutes(venue: VenueNow, at: datetime) -> float:
    if not venue.is_open or venue.changes_at is None:
        return 0.0
    return (venue.changes_at - at) / timedelta(minutes=1)


def _members(group: LinkGroup) -> tuple[str, ...]:
    return (group.hub, *(walk.venue for walk in group.satellites))


def _walks(estate: Estate, venues: Sequence[Venue]) -> Floats:
    """(venues, venues) minutes between members of a group, the least of several; else NaN."""
    row_of = {venue.id: row for row, venue in enumerate(venues)}
    minutes = np.full((len(venues), len(venues)), np.nan)
    for group in estate.link_groups:
        ids = _members(group)
        within = walk_minutes(group, [estate.venue_by_id[v] for v in ids])
        here = [n for n, v in enumerate(ids) if v in row_of]
        at = np.ix_(*[[row_of[ids[n]] for n in here]] * 2)
        minutes[at] = np.fmin(minutes[at], within[np.ix_(here, here)])
    return minutes


def _came_a_minute(
    timeseries: TimeSeriesStore,
    estate: Estate,
    schedules: Mapping[str, Sequence[ScheduleVersion]],
    venues: Sequence[Venue],
    at: datetime,
) -> Floats:
    """(venues,) people who came, in the busiest of the last quarter-hours; NaN: not known."""
    rooms = [room for v in venues for room in estate.rooms_by_venue[v.id]]
    sensors = {s.id: s for room in rooms for s in estate.sensors_by_room[room.id]}
    if not sensors:
        return np.full(len(venues), np.nan)
    start = at - BUSIEST_OF
    end_slot, start_slot = epoch_us(at) // BIN_US, epoch_us(start) // BIN_US
    said = timeseries.bins(sensors, start_slot - SLOTS_A_DAY, end_slot)
    open_by_venue = {
        v.id: openings_of(v, schedules.get(v.id, ()), start.astimezone(v.tz).date() - DAY, 3)
        for v in venues
    }
    end = from_epoch_us(end_slot * BIN_US)
    bins = venue_bins(said, rooms, sensors.values(), start, end, open_by_venue)
    row_of = {venue: row for row, venue in enumerate(bins.rooms)}
    most = np.fmax.reduce(bins.entered, axis=1)
    return np.asarray(most[[row_of[v.id] for v in venues]] / SLOT_MINUTES)
