"""Full venues, live: looks at them once a minute, keeps what came of it, and tells their doors.

What is said now is of no use later. So it is sent at once and not by the outbox, in which it would
wait for a broker that is away; the next look sends what holds by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.live.making import BoardMaker
from console.live.overflow import OverflowOut, overflow_out
from domain.estate import Venue
from domain.planning import Outgoing
from domain.ports import Ledger, Publisher, TimeSeriesStore
from openhours.rooms.overflow_now import linked, now_of
from policies.overflow.advice import look
from policies.overflow.standing import KEY, Standing

LOOK_EVERY, LONGEST_STEP = timedelta(minutes=1), timedelta(minutes=15)
"""The clock may be a fast one, so looks may lie further apart; after a long pause they do not."""
HOLDS_FOR_LOOKS = 3
"""After so many without a word, what was said last holds no more."""


@dataclass(frozen=True, slots=True)
class OverflowRun:
    """What a look needs; call `look_due` with the clock's time as often as you like."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    publisher: Publisher
    board: BoardMaker

    def look_due(self, now: datetime) -> None:
        """Look anew where the last look was a minute ago, and publish what changed.

        Where no linked venues have capacities, nothing happens. Raises `BrokerUnavailable` when the
        doors could not be told, and `StoreUnavailable`.
        """
        before = Standing.from_text(self.ledger.state(KEY))
        since = timedelta(seconds=now.timestamp() - before.at_s)
        if since < LOOK_EVERY:
            return
        estate = self.ledger.estate()
        if not linked(estate) and not before.announced:
            return
        step = min(since, LONGEST_STEP) if before.at_s else LOOK_EVERY
        board, schedules = self.board.board(now), self.ledger.schedules()
        state, advice = look(
            before.state, now_of(board, estate, schedules, self.timeseries, next_look=step)
        )
        leading = {one.venue for one in advice}
        found = Standing(
            at_s=now.timestamp(),
            until_s=(now + HOLDS_FOR_LOOKS * step).timestamp(),
            state=state,
            advice=advice,
            # Kept before anything is sent: a word that may be out must be taken back some day.
            announced=tuple(sorted({*before.announced, *leading})),
        )
        self.ledger.set_state(KEY, found.as_text())
        if found.announced:
            self._tell(found, estate.venue_by_id)
        if {*found.announced} != leading:
            over = replace(found, announced=tuple(sorted(leading)))
            self.ledger.set_state(KEY, over.as_text())

    def _tell(self, standing: Standing, venues: Mapping[str, Venue]) -> None:
        said = {one.venue: one for one in overflow_out(standing, venues)}
        for venue in standing.announced:
            self.publisher.publish(_message(venue, said.get(venue), standing.at_s))


def overflow_topic(venue: str) -> str:
    """Where a full venue says where to go."""
    return f"openhours/v1/venues/{venue}/overflow"


def _message(venue: str, said: OverflowOut | None, at_s: float) -> Outgoing:
    """The retained message of a door; empty, by which the broker forgets it, where it is over."""
    return Outgoing(
        key=f"overflow:{venue}:{at_s:.0f}",
        topic=overflow_topic(venue),
        payload=said.model_dump_json().encode() if said else b"",
        retain=True,
    )
