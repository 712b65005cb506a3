"""The monthly look at all rooms: from stored readings to what is said of the under-used ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

import numpy as np
import structlog

from console.rooms.flags import STATE, kept
from domain.errors import Conflict
from domain.estate import Estate, Venue
from domain.planning import AuditLine
from domain.ports import Ledger, TimeSeriesStore
from openhours.planning.history import History, business_day, capacity_of
from openhours.receiving.binning import Binning
from openhours.receiving.sensors_report import sensors_report
from openhours.rooms.underuse import Thresholds, rooms_of, usual_of
from policies.underuse.digest import monthly
from policies.underuse.known import Rooms
from policies.underuse.pattern import UsualWeek
from policies.underuse.weeks import RoomWeeks, weekly

log = structlog.get_logger(__name__)

ACTOR = "planner"


@dataclass(frozen=True, slots=True)
class UnderuseRun:
    """What a look needs; call `look_due` with the clock's time as often as you like."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    binning: Binning
    history_weeks: int
    thresholds: Thresholds
    _one_at_a_time: Lock = field(default_factory=Lock)

    def look_due(self, now: datetime, grace: timedelta = timedelta()) -> bool:
        """Look at all rooms unless that was done in this month; return whether it was done now.

        Before any sensor has spoken there is nothing to look at, and the month stays due.
        Standings, flags and the audit line are written in one transaction: a look that dies before
        is repeated, one that has been written is not.

        Args:
            now: the aware present instant.
            grace: how long ago the month must have begun.
        """
        with self._one_at_a_time:
            estate = self.ledger.estate()
            if not estate.sensor_by_id.keys() & self.timeseries.last_seen().keys():
                return False
            on = month_day(estate.venues, now - grace)
            if kept(self.ledger)[1].month >= f"{on:%Y-%m}":
                return False
            self.binning.update(now)
            self._keep(*self._seen(estate, now), on, now)
            return True

    def _seen(self, estate: Estate, now: datetime) -> tuple[RoomWeeks, Rooms]:
        """What the rooms did, and what else is known of them."""
        weeks, usual = list[RoomWeeks](), list[UsualWeek]()
        history = History(self.ledger, self.timeseries, self.history_weeks)
        for some in history.of_rooms(estate, self.ledger.schedules(), now):
            weeks.append(weekly(some.bins, some.present, capacity_of(some.rooms), some.venues))
            usual.append(usual_of(some.bins, some.present, some.venues))
        joined = RoomWeeks.joined(weeks)
        report = sensors_report(self.ledger, self.timeseries, now)
        states = {s.sensor: s.state for s in report.sensors}
        return joined, rooms_of(estate, joined, _joined(usual), self.thresholds, states)

    def _keep(self, weeks: RoomWeeks, rooms: Rooms, on: date, now: datetime) -> None:
        """Conclude, and write it; again with the answers that were given meanwhile."""
        while True:
            before, known = kept(self.ledger)
            if known.month >= f"{on:%Y-%m}":
                return
            standings, digests = monthly(known.known, weeks, rooms, on)
            after = known.followed_by(standings, digests)
            news = sum(len(d.items) for d in digests)
            line = AuditLine(
                at=now,
                actor=ACTOR,
                action="rooms.looked",
                subject=standings.month,
                detail=f"{news} rooms with news, {len(weeks.rooms)} looked at",
            )
            try:
                self.ledger.change_state(STATE, before, after.model_dump_json(), line)
            except Conflict:
                continue
            log.info("rooms looked at", month=standings.month, news=news, stand=len(after.flags))
            return


def month_day(venues: Sequence[Venue], now: datetime) -> date:
    """The business day of `now` where it is earliest: by then the month has begun everywhere."""
    return min(business_day(v, now) for v in venues)


def _joined(usual: Sequence[UsualWeek]) -> UsualWeek:
    return UsualWeek(
        present=np.concatenate([u.present for u in usual]),
        open=np.concatenate([u.open for u in usual]),
    )
