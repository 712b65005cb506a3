"""From the broker to the stores, acknowledged after the commit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog
from numpy.random import Generator
from paho.mqtt.client import MQTTMessage

from domain.calendars import epoch_us, from_epoch_us
from domain.clock import Clock
from domain.errors import Unavailable
from domain.ports import Ledger, TimeSeriesStore
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.inbox import Inbox
from ingest.message import Message
from ingest.session import Session
from ingest.sources import Sources
from ingest.state import IngestState, StateBoard
from ingest.window import Delivery
from ingest.writer import BatchWriter, Written

Held = tuple[Message, Delivery]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batching:
    """How messages are gathered into commits, and what happens when one fails."""

    size: int = 1_000
    """Messages in one commit, at most."""
    wait_s: float = 0.2
    """A message waits for others this long, at most."""
    backoff: Backoff = field(default_factory=Backoff)
    """Waits while a store is away."""


class Subscriber:
    """Receives counts at QoS 1 in a session that the broker keeps; acknowledges what is safe.

    Two threads: the client's own puts messages into an inbox, ours takes them out in batches,
    commits and acknowledges. While a store is away nothing is acknowledged and the batch is tried
    again; what has not been acknowledged when we stop or die is delivered again.
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
        sources = sources or Sources()
        self._clock, self._rng, self._batching = clock, rng, batching
        self._board = StateBoard()
        self._session = Session(broker, sources.filters, self._receive, self._board)
        self._inbox = Inbox[Held](broker.max_in_flight)
        self._writer = BatchWriter(store, ledger, sources)
        self._thread = threading.Thread(target=self._work, name="ingest-writer", daemon=True)
        self._stopping = threading.Event()
        self._received = self._settled = 0
        self._last_message_us = 0
        self._batch: list[Held] = []

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
        self._thread.join(deadline_s)
        self._session.stop()

    @property
    def state(self) -> IngestState:
        """How it is going now."""
        oldest = next(iter(self._batch), None) or self._inbox.first()
        return replace(
            self._board.read(),
            received=self._received,
            waiting=self._received - self._settled,
            lag_s=(epoch_us(self._clock.now()) - oldest[0].received_us) / 1e6 if oldest else 0.0,
            last_message_at=from_epoch_us(self._last_message_us) if self._last_message_us else None,
        )

    def wait_until(self, satisfied: Callable[[IngestState], bool], timeout_s: float) -> bool:
        """Whether the state came to satisfy, looked at after each commit and connection event."""
        return self._board.wait_until(lambda: satisfied(self.state), timeout_s)

    def _receive(self, message: MQTTMessage, delivery: Delivery) -> None:
        """In the network thread: as little as can be. Once we are stopping the message is left."""
        self._last_message_us = now_us = epoch_us(self._clock.now())
        self._received += 1
        said = Message(
            message.topic,
            bytes(message.payload),
            now_us,
            message.retain,
            message.dup,
            message.mid,
        )
        self._inbox.put((said, delivery))

    def _work(self) -> None:
        while batch := self._inbox.take(self._batching.size, self._batching.wait_s):
            self._batch = batch
            self._settle(batch)
            self._batch = []

    def _settle(self, batch: list[Held]) -> None:
        """Try until the batch is safe. It is left unacknowledged only when we are stopping."""
        for wait_s in self._batching.backoff.delays(self._rng):
            if self._attempt(batch) or self._stopping.wait(wait_s):
                return

    def _attempt(self, batch: list[Held]) -> bool:
        """Whether the batch could be made safe; if so it has been acknowledged."""
        try:
            written = self._writer.write([message for message, _ in batch])
        except Unavailable as error:
            self._say(str(error))
        except Exception as error:  # unacknowledged, so nothing is lost by going on
            log.exception("fault while storing")
            self._say(f"{type(error).__name__}: {error}")
        else:
            self._session.acknowledge(delivery for _, delivery in batch)
            self._settled += len(batch)
            if self._board.read().store_problem:
                log.info("stored again; what was held up is being worked off")
            self._board.change(lambda s: _after(s, written))
            return True
        return False

    def _say(self, problem: str) -> None:
        """Show why the store takes nothing; log it when it is news."""
        if problem != self._board.read().store_problem:
            log.error("not stored; the broker keeps what we have not acknowledged", problem=problem)
        self._board.change(lambda s: replace(s, store_problem=problem))


def _after(state: IngestState, written: Written) -> IngestState:
    return replace(
        state,
        store_problem="",
        stored=state.stored + written.stored,
        duplicates=state.duplicates + written.duplicates,
        rejected=state.rejected + written.rejected,
    )
