"""Looks at the rooms again and again, and of a large estate each time at what may have changed."""

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from console.live.board import RoomNow
from console.live.opened import OpenTimes, Versions
from console.live.present import DayRooms, Known, known_before, present_now, to_us
from console.live.rooms_now import RoomPresent, room_now
from domain.estate import Estate, Room, Venue
from domain.hand_checks import hand_checks
from domain.ports import Ledger, TimeSeriesStore
from domain.sensor_bins import BIN_US
from policies.occupancy import LEARNT_DAYS

FEW = 64
"""Venues that are all looked at each time."""
IN_TURN = 8
"""Of more venues, one of which nothing new was said is looked at every so many times."""
STALE_AFTER = timedelta(seconds=15)
"""Whatever was said, a venue is looked at anew after that, on the service's clock."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How the rooms of a venue were when it was last looked at."""

    at: datetime
    venue: Venue
    heard: tuple[int, ...]
    """Latest word of each of its sensors, 0 where there is none."""
    known: Known
    rooms: tuple[RoomNow, ...]


@dataclass(slots=True)
class Lookout:
    """Knows how full all rooms were when it last looked, and the habits of a quarter-hour.

    With `ahead`, the first looks at many rooms take counts as they are.

    Args:
        ledger: tells what was counted by hand.
        timeseries: where the readings are.
        times: when venues are open.
        ahead: where newer habits are learnt while the last ones serve; None: they are waited for.
    """

    ledger: Ledger
    timeseries: TimeSeriesStore
    times: OpenTimes
    ahead: Executor | None = None
    _looks: dict[str, _Look] = field(default_factory=dict)
    _known: dict[tuple[Room, ...], tuple[int, Known]] = field(default_factory=dict)
    _coming: dict[tuple[Room, ...], tuple[int, Future[Known]]] = field(default_factory=dict)

    def rooms(
        self, estate: Estate, versions: Versions, now: datetime
    ) -> Mapping[str, tuple[RoomNow, ...]]:
        """The rooms of every venue that has some, by venue. Raises `StoreUnavailable`."""
        seen = self.timeseries.last_seen()
        looks: dict[str, _Look] = {}
        known: dict[tuple[Room, ...], tuple[int, Known]] = {}
        for group in DayRooms.by_day(estate, now):
            if group.rooms:
                known[group.rooms] = self._before(estate, group, versions, now)
                looks |= self._group(group, estate, versions, known[group.rooms][1], seen, now)
        self._looks, self._known = looks, known
        return {venue: look.rooms for venue, look in looks.items()}

    def _group(
        self,
        group: DayRooms,
        estate: Estate,
        versions: Versions,
        known: Known,
        seen: Mapping[str, int],
        now: datetime,
    ) -> dict[str, _Look]:
        """The looks at venues of one group: those that are due are made anew."""
        venues = {v.id: v for v in group.venues}
        heard = {
            v: tuple(
                seen.get(s.id, 0)
                for r in estate.rooms_by_venue[v]
                for s in estate.sensors_by_room[r.id]
            )
            for v in venues
        }
        kept = {
            v: look
            for v, venue in venues.items()
            if (look := self._looks.get(v))
            and look.known is known
            and look.venue is venue
            and look.heard == heard[v]
            and timedelta(0) <= now - look.at < STALE_AFTER
        }
        turn = max(FEW, len(venues) // IN_TURN)
        for v in sorted(kept, key=lambda v: kept[v].at)[:turn]:
            del kept[v]
        due = group if not kept else group.only(venues.keys() - kept.keys())
        if not due.rooms:
            return kept
        current, before = present_now(
            self.timeseries, due, due.openings(versions, 2, self.times), known.of(due), now
        )
        fresh: dict[str, list[RoomNow]] = {}
        for row, room in enumerate(due.rooms):
            present = RoomPresent(
                *(float(a[row]) for a in (current.present, current.low, current.high, before))
            )
            sensors = estate.sensors_by_room[room.id]
            fresh.setdefault(room.venue, []).append(room_now(room, sensors, seen, present, now))
        return kept | {
            v: _Look(now, venues[v], heard[v], known, tuple(rooms)) for v, rooms in fresh.items()
        }

    def _before(
        self, estate: Estate, group: DayRooms, versions: Versions, now: datetime
    ) -> tuple[int, Known]:
        """What is known of rooms before today's readings, and in which quarter-hour it was made."""
        slot = to_us(now) // BIN_US
        made_in, known = self._known.get(group.rooms, (None, None))
        if known is not None and made_in == slot:
            return slot, known

        def learn(days: int = LEARNT_DAYS) -> Known:
            hand = hand_checks(self.ledger, self.timeseries, estate, now)
            return known_before(self.timeseries, group, versions, hand, days)

        if self.ahead is None or (known is None and len(group.rooms) <= FEW):
            return slot, learn()
        if known is None or made_in is None:
            return slot - 1, learn(days=1)
        begun, coming = self._coming.get(group.rooms) or (slot, self.ahead.submit(learn))
        if not coming.done():
            self._coming[group.rooms] = begun, coming
            return made_in, known
        self._coming.pop(group.rooms, None)
        return begun, coming.result()
