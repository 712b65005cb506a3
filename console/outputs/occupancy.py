"""How full a room is, as its doors, lights and signs are told by broker."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from console.live.board import RoomNow, Unknown, VenueNow
from console.outputs.paging import Answer


class OccupancyOut(Answer):
    """One room at one moment."""

    room: str
    venue: str
    name: str
    at: datetime
    until: datetime
    """Not to be relied on after that."""
    is_open: bool
    occupancy: int | None
    """People present; null is unknown, which is not zero."""
    to: int
    """Rounded up to a multiple of this; so 0 is nobody, and never few."""
    capacity: int | None
    unknown: Unknown | None

    @property
    def lasting(self) -> Mapping[str, object]:
        """What makes a message worth sending: all of it but its time."""
        return self.model_dump(exclude={"at", "until"})


def occupancy_out(
    venue: VenueNow, room: RoomNow, at: datetime, until: datetime, blur: int
) -> OccupancyOut:
    """What is told of a room.

    Args:
        venue: the room's.
        room: as it is known.
        at: aware instant of that.
        until: how long it holds.
        blur: people to whose next multiple the number is rounded up; 1: it is told as it is.
    """
    known = room.occupancy
    return OccupancyOut(
        room=room.room.id,
        venue=venue.venue.id,
        name=room.room.name,
        at=at,
        until=until,
        is_open=venue.is_open,
        occupancy=None if known is None else blur * ceil(round(known) / blur),
        to=blur,
        capacity=room.room.capacity,
        unknown=room.unknown,
    )
