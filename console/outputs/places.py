"""Venues and rooms as JSON: what there is, and how full it is now."""

from datetime import datetime

from anyio import from_thread
from fastapi import APIRouter

from console.access.visitors import needs
from console.live.board import Board, RoomNow, Trend, Unknown, VenueNow
from console.live.stream import LiveBoard
from console.outputs.paging import NOT_FOUND, Answer, Asked, Links
from console.web.services import Services
from domain.people import Permission


class RoomOut(Answer):
    """One room now."""

    room: str
    venue: str
    name: str
    capacity: int | None
    occupancy: float | None
    """People present; null is unknown, which is not zero."""
    low: float | None
    """Lower end of the band in which it lies four times of five."""
    high: float | None
    unknown: Unknown | None
    trend: Trend | None
    last_heard: datetime | None
    is_open: bool


class RoomsOut(Answer):
    """Rooms now."""

    at: datetime
    rooms: list[RoomOut]


class VenueOut(Answer):
    """One venue now."""

    venue: str
    name: str
    name_zh: str
    type: str
    area: str
    department: str | None
    zone: str
    """IANA zone of its clocks."""
    latitude: float | None
    longitude: float | None
    is_open: bool
    changes_at: datetime | None
    """When it closes, if it is open, else when it opens; null: not in the next two weeks."""
    occupancy: float | None
    """People in the rooms that are known; null where none is."""
    rooms: list[str]


class VenuesOut(Answer):
    """Venues now."""

    at: datetime
    venues: list[VenueOut]


def router(services: Services, live: LiveBoard) -> APIRouter:
    """`/api/v1/venues` and `/api/v1/rooms`."""
    routes = APIRouter(prefix="/api/v1", dependencies=[needs(Permission.READ)])

    def board() -> Board:
        return from_thread.run(live.board)[0]

    @routes.get("/venues")
    def venues(links: Links, paging: Asked, area: str | None = None) -> VenuesOut:
        """Every venue, by name; of one area."""
        now = board()
        found = [v for v in now.venues if area in {None, v.venue.area}]
        return VenuesOut(at=now.at, venues=[_venue(v) for v in links.page(found, paging)])

    @routes.get("/venues/{venue_id}", responses=NOT_FOUND)
    def venue(venue_id: str) -> VenueOut:
        """One venue."""
        return _venue(board().venue(venue_id))

    @routes.get("/rooms")
    def rooms(links: Links, paging: Asked, venue: str | None = None) -> RoomsOut:
        """Every room as it is known now; of one venue."""
        now = board()
        found = [(v, room) for v in now.venues for room in v.rooms if venue in {None, v.venue.id}]
        return RoomsOut(at=now.at, rooms=[_room(*pair) for pair in links.page(found, paging)])

    @routes.get("/rooms/{room_id}", responses=NOT_FOUND)
    def room(room_id: str) -> RoomOut:
        """One room."""
        venue = board().venue(services.ledger.estate().room(room_id).venue)
        return next(_room(venue, r) for r in venue.rooms if r.room.id == room_id)

    return routes


def _venue(state: VenueNow) -> VenueOut:
    venue = state.venue
    return VenueOut(
        venue=venue.id,
        name=venue.name,
        name_zh=venue.name_zh,
        type=venue.type,
        area=venue.area,
        department=venue.department,
        zone=venue.zone,
        latitude=venue.latitude,
        longitude=venue.longitude,
        is_open=state.is_open,
        changes_at=state.changes_at,
        occupancy=state.inside,
        rooms=[room.room.id for room in state.rooms],
    )


def _room(venue: VenueNow, room: RoomNow) -> RoomOut:
    return RoomOut(
        room=room.room.id,
        venue=venue.venue.id,
        name=room.room.name,
        capacity=room.room.capacity,
        occupancy=room.occupancy,
        low=room.low,
        high=room.high,
        unknown=room.unknown,
        trend=room.trend,
        last_heard=room.last_heard,
        is_open=venue.is_open,
    )
