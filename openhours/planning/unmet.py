"""Unmet demand of an estate: which venues stand in for which, when all are open and full."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from console.rooms.unmet import CandidateOut, TwinsOut, UnmetOut, UnmetReport
from domain.bins import Bins
from domain.calendars import SLOTS_A_DAY, week_mask
from domain.estate import Estate, Venue
from domain.hours import WEEKDAYS, WeeklyHours, clock_text
from openhours.planning.history import RoomHistory
from openhours.rooms.underuse import usual_of, walks_of
from policies.demand.observed import OTHER_STAY_MINUTES, STAY_MINUTES
from policies.links.twins import find_twins
from policies.links.walks import walking_shares
from policies.profile import DemandProfile
from policies.unmet.candidates import CROWDED, Idle, candidates
from policies.unmet.layer import unmet_layer
from policies.unmet.losses import Places, lost_shares
from policies.unmet.table import Unmet, unmet_table

Floats = NDArray[np.float64]


def unmet_of(
    profile: DemandProfile,
    bins: Bins,
    venues: Sequence[Venue],
    estate: Estate,
    hours: Mapping[str, WeeklyHours],
    idle: Idle,
    at: datetime,
) -> UnmetReport:
    """Whom no venue serves, with rooms that could.

    Venues stand in for one another that are of one type or in one link group.

    Args:
        profile: demand of the venues.
        bins: of the same venues, with how full they were; the last eight weeks count.
        venues: in the profile's order.
        estate: theirs.
        hours: in force, by venue.
        idle: rooms and their usual week.
        at: the moment of the report.
    """
    walk = walks_of(estate, venues)
    apart = ~_stand_in(venues, estate)
    places = Places(
        open=_open(venues, hours),
        full=usual_of(bins, bins.full, venues).present,
        walk_minutes=np.where(apart, np.nan, walk),
        walk_share=np.where(apart, 0.0, walking_shares(walk)),
        day_starts=[v.day_starts for v in venues],
    )
    lost = lost_shares(places)
    row = {v.id: n for n, v in enumerate(venues)}
    rows = [
        _row(unmet, row[unmet.venue], venues, places, idle)
        for unmet in unmet_table(profile, venues, lost)
    ]
    return UnmetReport(
        at=at,
        unmet=tuple(rows),
        layer=unmet_layer(profile, venues, lost),
        twins=tuple(twins_of(estate, idle)),
    )


def idle_rooms(
    estate: Estate, hours: Mapping[str, WeeklyHours], histories: Iterable[RoomHistory]
) -> Idle:
    """All rooms, open by some hours and as full as the last weeks say; unknown without sensors."""
    row = {room.id: n for n, room in enumerate(estate.rooms)}
    venues = [estate.venue_by_id[room.venue] for room in estate.rooms]
    present = np.full((len(row), 7, SLOTS_A_DAY), np.nan)
    for some in histories:
        at = [row[room.id] for room in some.rooms]
        present[at] = usual_of(some.bins, some.present, some.venues).present
    return Idle(rooms=estate.rooms, venues=venues, present=present, open=_open(venues, hours))


def twins_of(estate: Estate, idle: Idle) -> Iterator[TwinsOut]:
    """Rooms of one type, within a walk, whose people would fit into one of them all week."""
    minutes = walks_of(estate, idle.venues)
    week = (len(idle.rooms), 7, SLOTS_A_DAY)
    usual = idle.taken_by_clock.reshape(week)
    busy = usual + CROWDED * np.sqrt(usual)
    room = np.array([r.capacity or math.nan for r in idle.rooms])
    found = find_twins(
        [v.type for v in idle.venues], minutes, room, busy, idle.open_by_clock.reshape(week) > 0
    )
    for twins in found:
        yield TwinsOut(
            kept=idle.rooms[twins.kept].id,
            spared=idle.rooms[twins.spared].id,
            walk_minutes=float(minutes[twins.kept, twins.spared]),
            fullest=twins.fullest,
            hours=twins.hours,
        )


def _open(venues: Sequence[Venue], hours: Mapping[str, WeeklyHours]) -> Floats:
    """(venues, 7, 96) whether each is open."""
    weeks = [week_mask(hours[v.id], v.day_starts) for v in venues]
    return np.array(weeks, dtype=np.float64).reshape(-1, 7, SLOTS_A_DAY)


def _stand_in(venues: Sequence[Venue], estate: Estate) -> NDArray[np.bool_]:
    """(venues, venues) whether one can stand in for the other."""
    types = np.array([v.type for v in venues])
    found = types[:, None] == types
    for group in estate.link_groups:
        members = {group.hub, *(walk.venue for walk in group.satellites)}
        inside = np.array([v.id in members for v in venues])
        found |= inside[:, None] & inside
    return np.asarray(found)


def _row(unmet: Unmet, row: int, venues: Sequence[Venue], places: Places, idle: Idle) -> UnmetOut:
    """A stretch with its candidates."""
    near = [n for n in np.flatnonzero(places.walk_share[row] > 0).tolist() if n != row]
    found = candidates(
        unmet,
        idle,
        walk_minutes={venues[n].id: float(places.walk_minutes[row, n]) for n in near},
        walk_share={venues[n].id: float(places.walk_share[row, n]) for n in near},
        stay_minutes=STAY_MINUTES.get(unmet.type, OTHER_STAY_MINUTES),
        fits=frozenset(venues[n].type for n in near),
    )
    low, mean, high = unmet.people
    return UnmetOut(
        venue=unmet.venue,
        type=unmet.type,
        day=WEEKDAYS[unmet.day],
        start=clock_text(unmet.start),
        end=clock_text(unmet.end),
        cause=unmet.cause,
        people=mean,
        low=low,
        high=high,
        candidates=tuple(CandidateOut.model_validate(c) for c in found),
    )
