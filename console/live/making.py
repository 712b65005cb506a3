"""Makes the live board from what is stored."""

from concurrent.futures import Executor
from datetime import datetime, timedelta

from console.live.board import Board, RoomNow, VenueNow
from console.live.looking import Lookout
from console.live.opened import Opening, OpenTimes
from domain.estate import Venue
from domain.planning import Status
from domain.ports import Ledger, TimeSeriesStore
from policies.overflow.standing import KEY, Standing

NEXT_CHANGE_DAYS = 14
"""How far ahead the next opening is looked for."""


class BoardMaker:
    """Makes boards from stored readings.

    The day's first board may come before the bins of the days before it.

    Args:
        ledger: tells the estate, its hours and what waits.
        timeseries: where the readings are.
        ahead: as `console.live.looking.Lookout` has it.
    """

    def __init__(
        self, ledger: Ledger, timeseries: TimeSeriesStore, ahead: Executor | None = None
    ) -> None:
        self._ledger = ledger
        self._times = OpenTimes()
        self._lookout = Lookout(ledger, timeseries, self._times, ahead)

    def board(self, now: datetime) -> Board:
        """All venues as they are known at `now`. Raises `StoreUnavailable`."""
        estate, versions = self._ledger.estate(), self._ledger.schedules()
        rooms = self._lookout.rooms(estate, versions, now)
        venues = []
        for venue in sorted(estate.venues, key=lambda v: v.name):
            yesterday = now.astimezone(venue.tz).date() - timedelta(days=1)
            ahead = self._times.of(venue, versions, yesterday, NEXT_CHANGE_DAYS)
            venues.append(venue_now(venue, ahead, rooms.get(venue.id, ()), now))
        waiting = len(self._ledger.proposals(status=Status.OPEN))
        standing = Standing.from_text(self._ledger.state(KEY))
        return Board(
            at=now,
            estate=estate,
            venues=tuple(venues),
            waiting=waiting,
            standing=standing.holding(now.timestamp(), estate.venue_by_id),
        )


def venue_now(
    venue: Venue, ahead: list[Opening], rooms: tuple[RoomNow, ...], now: datetime
) -> VenueNow:
    """One venue, open or not, and when that changes.

    Args:
        venue: whose rooms are given.
        ahead: its open intervals, in order, from yesterday on.
        rooms: as they are at `now`.
        now: an aware instant.
    """
    coming = next(((start, end) for start, end in ahead if end > now), None)
    is_open = coming is not None and coming[0] <= now
    changes_at = None if coming is None else coming[1] if is_open else coming[0]
    return VenueNow(venue=venue, is_open=is_open, changes_at=changes_at, rooms=rooms)
