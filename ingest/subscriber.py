"""From the broker to the stores, acknowledged after the commit."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog
from numpy.random import Generator

from domain.calendars import epoch_us, from_epoch_us
from domain.clock import Clock
from domain.errors import StoreUnavailable, Unavailable
from domain.ports import Ledger, TimeSeriesStore
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.floods import Floods
from ingest.inbox import Inbox
from ingest.message import Messages
from ingest.session import Delivered, Session
from ingest.sources import Sources
from ingest.spool import Spool
from ingest.state import IngestState, StateBoard
from ingest.writer import BatchWriter, Written

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooling:
    """Where messages wait while a store is away."""

    folder: Path
    limit_bytes: int
    """0: nothing goes in, and what an earlier life has left there is stored."""
    after_s: float = 5.0
    """So long the broker keeps them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """How messages are gathered into commits, and what happens when one fails."""

    size: int = 5_000
    """Messages in one commit, or a few more; a long list counts as several."""
    wait_s: float = 0.2
    """A message waits for others this long, at most."""
    backoff: Backoff = field(default_factory=Backoff)
    """Waits while a store is away."""
    topic_an_hour: int = 0
    """Messages of one topic that are let through in an hour; 0: all."""
    spooling: Spooling | None = None
    """Where messages wait while a store is away for long; None: at the broker."""


class Subscriber:
    """Receives counts at QoS 1 in a session that the broker keeps; acknowledges what is safe.

    Two threads: the session's puts messages into an inbox, ours takes them out in batches, commits
    and acknowledges. While a store is away nothing is acknowledged that is not on disk: first the
    broker keeps what comes, then the spool, and when that is full the broker again. What has not
    been acknowledged when we stop or die is delivered again.

    Raises `InvalidSettings` when certificates cannot be used.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        store: TimeSeriesStore,
        ledger: Ledger,
        clock: Clock,
        *,
        rng: Generator,
        batching: Batching = Batching(),
        sources: Sources | None = None,
    ) -> None:
        self._sources = sources or Sources()
        self._clock, self._rng, self._batching = clock, rng, batching
        spooling = batching.spooling
        self._spools = spooling if spooling and spooling.limit_bytes else None
        self._spool = Spool(spooling.folder, spooling.limit_bytes) if spooling else None
        self._board = StateBoard()
        self._session = Session(
            broker, self._sources.filters, self._receive, self._board, clock, rng
        )
        self._inbox = Inbox[Delivered](broker.max_in_flight)
        self._writer = BatchWriter(store, ledger, self._sources, self._learned)
        self._thread = threading.Thread(target=self._work, name="ingest-writer", daemon=True)
        self._stopping = threading.Event()
        self._received = self._settled = 0
        self._last_message_us = 0
        self._batch: list[Delivered] = []
        self._floods = Floods(batching.topic_an_hour)

    def start(self) -> None:
        """Connect, in the background and for as long as it takes, and receive."""
        self._thread.start()
        self._session.start()

    def stop(self, deadline_s: float = 10.0) -> None:
        """Make safe what was received, acknowledge it and disconnect.

        A store that is away is tried once more; then the broker keeps what was not acknowledged.
        """
        self._stopping.set()
        self._inbox.close()
        if self._thread.is_alive():
            self._thread.join(deadline_s)
        self._session.stop()

    @property
    def state(self) -> IngestState:
        """How it is going now."""
        oldest = next(iter(self._batch), None) or self._inbox.first()
        since_us = oldest.messages.received_us[0] if oldest else 0
        return replace(
            self._board.read(),
            received=self._received,
            waiting=self._received - self._settled,
            spooled=len(self._spool) if self._spool is not None else 0,
            flooded=self._floods.left_out,
            flooding=self._floods.topics,
            lag_s=(epoch_us(self._clock.now()) - since_us) / 1e6 if oldest else 0.0,
            last_message_at=from_epoch_us(self._last_message_us) if self._last_message_us else None,
        )

    @property
    def states(self) -> Sequence[IngestState]:
        """The same as that of the one worker that it is."""
        return [self.state]

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        """Whether the state came to satisfy, looked at after each commit and connection event."""
        return self._board.wait_until(lambda: satisfied(self.state), timeout_s)

    def _receive(self, delivered: Delivered) -> None:
        """In the network thread: as little as can be. Once we are stopping messages are left."""
        self._received += len(delivered.messages)  # before: it may be settled at once
        if self._inbox.put(delivered):
            self._last_message_us = delivered.messages.received_us[-1]
        else:
            self._received -= len(delivered.messages)

    def _learned(self) -> None:
        self._session.subscribe(self._sources.filters)

    def _work(self) -> None:
        while not self._inbox.is_done:
            try:
                self._work_on()
            except Exception as error:  # this thread must not end while messages come
                log.exception("fault between broker and store")
                self._say(f"{type(error).__name__}: {error}")
                if self._stopping.wait(self._batching.backoff.longest_s):
                    return

    def _work_on(self) -> None:
        """Make safe what is in the spool, or else what has come."""
        if self._spool is not None and len(self._spool):
            self._work_through(self._spool)
            return
        # A batch may be left for which the spool had no room, or never has.
        batch = self._batch or self._inbox.take(self._batching.size, self._batching.wait_s)
        if batch:
            self._batch = batch
            self._settle(batch)
            self._batch = []

    def _settle(self, batch: list[Delivered]) -> None:
        """Try until the batch is safe. It is left unacknowledged only when we are stopping."""
        messages = self._joined(batch)
        began_s = time.monotonic()
        for wait_s in self._batching.backoff.delays(self._rng):
            if written := self._attempt(messages):
                self._acknowledge(batch, written)
                return
            is_long = self._spools and time.monotonic() - began_s >= self._spools.after_s
            if is_long and self._spool is not None and self._keep(self._spool, messages):
                self._acknowledge(batch)
                return
            if self._stopping.wait(wait_s):
                return

    def _work_through(self, spool: Spool) -> None:
        """Store what is in the spool, while what comes goes in behind it."""
        for wait_s in self._batching.backoff.delays(self._rng):
            while messages := spool.first(self._batching.size):
                written = self._attempt(messages)
                if written is None:
                    break
                spool.drop_first()
                self._show(written)
                self._take_into(spool, first_within_s=0)
            if not len(spool) or self._inbox.is_done:
                return
            again_s = time.monotonic() + wait_s
            while (left_s := again_s - time.monotonic()) > 0 and not self._inbox.is_done:
                self._take_into(spool, first_within_s=left_s)

    def _take_into(self, spool: Spool, first_within_s: float) -> None:
        """Put what comes within the time into the spool; wait as long where it has no room."""
        if not self._spools:
            if self._stopping.wait(first_within_s):
                self._inbox.take(self._batching.size, 0, 0)  # the broker keeps it
            return
        batch = self._batch or self._inbox.take(
            self._batching.size, self._batching.wait_s, first_within_s
        )
        self._batch = batch
        if not batch:
            return
        if self._keep(spool, self._joined(batch)):
            self._acknowledge(batch)
        elif self._stopping.wait(first_within_s):
            self._batch = []  # the broker keeps it

    def _joined(self, batch: list[Delivered]) -> Messages:
        """The messages of a batch, but for what is too much of one topic."""
        return self._floods.within(Messages.joined([delivered.messages for delivered in batch]))

    def _keep(self, spool: Spool, messages: Messages) -> bool:
        """Whether the messages are safe in the spool."""
        try:
            spool.append(messages)
        except StoreUnavailable as error:
            self._say(str(error))
            return False
        return True

    def _acknowledge(self, batch: list[Delivered], written: Written | None = None) -> None:
        """Acknowledge what is safe: `written` into the store, or in the spool."""
        for delivered in batch:
            self._session.acknowledge(delivered)
        self._settled += sum(len(delivered.messages) for delivered in batch)
        self._batch = []
        self._show(written)

    def _show(self, written: Written | None) -> None:
        self._board.change(lambda s: _after(s, written) if written else s)

    def _attempt(self, messages: Messages) -> Written | None:
        """What became of the messages, if they could be made safe."""
        try:
            written = self._writer.write(messages)
        except Unavailable as error:
            self._say(str(error))
        except Exception as error:  # unacknowledged, so nothing is lost by going on
            log.exception("fault while storing")
            self._say(f"{type(error).__name__}: {error}")
        else:
            if self._board.read().store_problem:
                log.info("stored again; what was held up is being worked off")
            first, last = (messages.received_us or [0])[0], (messages.received_us or [0])[-1]
            log.debug("batch stored", received_us=[first, last], messages=len(messages))
            return written
        return None

    def _say(self, problem: str) -> None:
        """Show why the store takes nothing; log it when it is news."""
        if problem != self._board.read().store_problem:
            log.error("not stored; kept until it can be", problem=problem)
        self._board.change(lambda s: replace(s, store_problem=problem))


def _after(state: IngestState, written: Written) -> IngestState:
    return replace(
        state,
        store_problem="",
        stored=state.stored + written.stored,
        duplicates=state.duplicates + written.duplicates,
        rejected=state.rejected + written.rejected,
    )
