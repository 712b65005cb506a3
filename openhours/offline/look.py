"""What is to be said of rooms on the morning of a day: those under-used, and unmet demand."""

from dataclasses import dataclass

import numpy as np

from console.rooms.flags import Kept
from console.rooms.pages import UnderusedRoomsOut, underused_out
from console.rooms.unmet import UnmetReport
from domain.bins import Bins
from domain.estate import Estate
from domain.schedules import latest
from openhours.offline.known import Known
from openhours.planning.history import RoomHistory, capacity_of
from openhours.planning.unmet import idle_rooms, unmet_of
from openhours.rooms.underuse import USUAL_WEEKS, Thresholds, flags, last_weeks
from policies.occupancy import occupancy
from policies.underuse.flags import Standings


@dataclass(frozen=True, slots=True)
class Look:
    """Whom no venue serves, and which rooms nobody uses."""

    under_used: Kept
    """What stands; it changes once a month."""
    unmet: UnmetReport
    estate: Estate
    """Where the rooms are named."""

    @property
    def rooms(self) -> UnderusedRoomsOut:
        """The under-used rooms that stand, with reasons in words."""
        return underused_out(self.under_used.month, self.under_used.flags, self.estate)


def looked(seen: Known, before: Kept, thresholds: Thresholds | None = None) -> Look:
    """Look at the rooms; equal arguments, equal words.

    Args:
        seen: what is known.
        before: what the look before left; an empty one before the first. In a month that has been
            looked at, its flags stay.
        thresholds: utilisation that rooms should have; None: as `Thresholds` has it.
    """
    after = before
    if before.month < f"{seen.as_of:%Y-%m}":
        digests, standings = flags(
            seen.rooms, seen.estate, before.standings, seen.as_of, thresholds
        )
        after = before.followed_by(Standings.from_json(standings), digests)
    return Look(under_used=after, unmet=_unmet(seen), estate=seen.estate)


def _unmet(seen: Known) -> UnmetReport:
    hours = {v.id: latest(seen.schedules[v.id]).hours for v in seen.estate.venues}
    idle = idle_rooms(seen.estate, hours, [_lately(last_weeks(seen.rooms, USUAL_WEEKS), seen)])
    return unmet_of(
        seen.demand.profile, seen.venues, seen.watched, seen.estate, hours, idle, seen.at
    )


def _lately(bins: Bins, seen: Known) -> RoomHistory:
    rooms = [seen.estate.room(room) for room in bins.rooms]
    venues = [seen.estate.venue(room.venue) for room in rooms]
    present = occupancy(bins, venues, capacity=capacity_of(rooms)).present
    return RoomHistory(rooms=rooms, venues=venues, bins=bins, present=np.asarray(present))
