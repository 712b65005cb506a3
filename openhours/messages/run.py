"""Notes what is wrong and new, tells people what is due to them, and sends what waits."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

import structlog
from pydantic import ConfigDict, TypeAdapter

from console.live.board import Board
from console.messages.channels import Channels
from console.messages.compose import compose
from console.sensors.report import MakeReport
from console.words.messages import Known
from domain.clock import Clock
from domain.errors import StoreUnavailable
from domain.estate import Estate
from domain.messages import URGENT, Kind, Message, Notice
from domain.planning import Proposal, Status
from domain.ports import Ledger, TimeSeriesStore
from ingest.state import IngestState
from openhours.messages.causes import (
    OF_THE_SERVICE,
    OF_VENUES,
    Limits,
    service_causes,
    venue_causes,
)
from openhours.messages.news import EFFECT_STATE, LATE_KINDS, TOLD_WITHIN, Escalation, news
from openhours.messages.outbox import send_to_people
from openhours.messages.readers import Reader, Readers
from openhours.messages.telling import tell
from policies.messages.alerts import Book, Cause, Standing, followed
from policies.messages.audience import audience
from policies.messages.timing import due

log = structlog.get_logger(__name__)

ALERTS = "messages:alerts:"
LOOK_EVERY, LOOK_AT_VENUES_EVERY = timedelta(minutes=1), timedelta(minutes=5)
FORGOTTEN_AFTER, FORGET_EVERY = timedelta(days=90), timedelta(days=1)
_BOOK = TypeAdapter(dict[str, Standing], config=ConfigDict(ser_json_inf_nan="constants"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """How the parts are that are looked at."""

    ingest: Callable[[], IngestState]
    sensors: MakeReport
    """Raises `StoreUnavailable`."""
    board: Callable[[datetime], Board]
    """Likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRun:
    """What it takes; call its methods with the clock's time as often as you like.

    Without channels nobody can be told anything, and nothing is noted.
    """

    ledger: Ledger
    timeseries: TimeSeriesStore
    clock: Clock
    channels: Channels
    reported: Reported
    limits: Limits
    escalation: Escalation
    language: str
    """For those who have chosen none."""
    url: str
    """Of the console, without a stroke at the end."""
    _looked: dict[str, datetime] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def send(self) -> int:
        """Send what is due; return how many messages went. Raises `StoreUnavailable`."""
        if not self.channels:
            return 0
        return send_to_people(
            self.ledger, self.channels, self._readers(self.ledger.estate()).quiet_until, self.clock
        )

    def look_and_tell(self) -> None:
        """Note what is wrong and new, once a minute, and tell everybody what is due to them.

        Raises `StoreUnavailable` where the ledger is away.
        """
        if not self.channels:
            return
        with self._one_at_a_time:
            now = self.clock.now()
            if self._is_time("service", LOOK_EVERY, now):
                causes = service_causes(self.reported.ingest(), self.ledger, self.limits)
                self._follow("service", [*causes], OF_THE_SERVICE, now)
                self._note(news(self.ledger, self.timeseries, self.escalation, now), now)
            if self._is_time("old", FORGET_EVERY, now):
                self.ledger.messages.forget(now - FORGOTTEN_AFTER)
            if self._is_time("venues", LOOK_AT_VENUES_EVERY, now):
                self._look_at_venues(now)
            self.tell(now)

    def tell(self, now: datetime) -> int:
        """Make the messages that are due; return how many."""
        estate = self.ledger.estate()
        readers = self._readers(estate)
        waiting = {p.id: p for p in self.ledger.proposals(status=Status.OPEN)}
        told, digested = self.ledger.messages.told(), self.ledger.messages.digested()
        by_person: dict[str, list[Notice]] = {}
        for notice in self.ledger.messages.notices(now - TOLD_WITHIN):
            if _is_settled(notice, waiting):
                continue
            for person in audience(notice, readers.grants, estate):
                if notice.key not in told.get(person, ()):
                    by_person.setdefault(person, []).append(notice)
        made = 0
        for person, untold in by_person.items():
            reader = readers.by_id[person]
            if not reader.addresses:
                continue
            found = due(untold, reader.preferences, digested.get(person), now)
            known = Known(estate=estate, proposals=waiting, zone=reader.zone)
            made += self._tell(reader, found.at_once, known, "", now)
            day = f"{now.astimezone(reader.zone).date()}"
            made += self._tell(reader, found.digest, known, day, now)
        return made

    def _tell(
        self, reader: Reader, notices: Sequence[Notice], known: Known, day: str, now: datetime
    ) -> bool:
        """One message; a digest has its day. One that is made already stays as it is."""
        if not notices:
            return False
        keys = tuple(n.key for n in notices)
        occasion = f"digest:{day}" if day else sha256("\n".join(keys).encode()).hexdigest()[:16]
        key = f"{reader.person.id}:{occasion}"
        said = compose(reader.language, notices, known, self.url)
        message = Message(
            key=key,
            person=reader.person.id,
            at=now,
            subject=said.subject,
            notices=keys,
            is_digest=bool(day),
        )
        is_urgent = any(n.kind in URGENT for n in notices)
        return tell(self.ledger, reader, said, message, is_urgent=is_urgent)

    def _look_at_venues(self, now: datetime) -> None:
        try:
            report, board = self.reported.sensors(), self.reported.board(now)
        except StoreUnavailable as error:
            log.warning("venues cannot be looked at", reason=str(error))
            self._follow("venues", [], frozenset(), now)
            return
        causes = venue_causes(report, board, self._book("venues"))
        self._follow("venues", [*causes], OF_VENUES, now)

    def _follow(
        self, name: str, causes: Sequence[Cause], kinds: AbstractSet[Kind], now: datetime
    ) -> None:
        """Notices before the book: a look that dies in between notes the same ones again."""
        before = self._book(name)
        book, notices = followed(before, causes, kinds, now)
        self._note(notices, now)
        if book != before:
            self.ledger.set_state(ALERTS + name, _BOOK.dump_json(dict(book)).decode())

    def _book(self, name: str) -> Book:
        return _BOOK.validate_json(self.ledger.state(ALERTS + name) or "{}")

    def _note(self, notices: Sequence[Notice], now: datetime) -> None:
        """Keep what is new of them: mostly nothing is, and the ledger is left in peace."""
        if not notices:
            return
        known = {n.key for n in self.ledger.messages.notices(now - FORGOTTEN_AFTER)}
        if new := [n for n in notices if n.key not in known]:
            log.info("noted", notices=self.ledger.messages.note(new))
        for effect in {n.subject for n in notices if n.kind is Kind.EFFECT}:
            self.ledger.set_state(EFFECT_STATE, effect)

    def _is_time(self, what: str, every: timedelta, now: datetime) -> bool:
        last = self._looked.get(what)
        if last is not None and now - last < every:
            return False
        self._looked[what] = now
        return True

    def _readers(self, estate: Estate) -> Readers:
        return Readers.of(self.ledger, estate, self.channels, self.language)


def _is_settled(notice: Notice, waiting: Mapping[str, Proposal]) -> bool:
    """Whether it asks for a decision that has been made, or that a later run has made idle."""
    asks = notice.kind in {Kind.PROPOSAL, *LATE_KINDS}
    return asks and notice.subject not in waiting
