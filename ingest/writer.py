"""From received messages to the stores: decode, commit the readings, keep the rejections."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import structlog

from domain.ports import Ledger, TimeSeriesStore
from domain.readings import Rejection
from ingest.clocks import Clocks
from ingest.codecs.faults import Fault
from ingest.codecs.said import Learned
from ingest.decoder import Decoder
from ingest.message import Message, Messages
from ingest.repeats import without_repeats
from ingest.sources import Sources

log = structlog.get_logger(__name__)

COMMIT_BYTES = 2**19
"""Messages of no more than this go into one commit, to bound memory: they may be long lists."""

DATA_FAULTS = (ValueError, OverflowError)
"""What stores raise of numbers and texts that they cannot hold."""


class Written(NamedTuple):
    """What became of a batch."""

    stored: int = 0
    """Readings that were not there before."""
    duplicates: int = 0
    rejected: int = 0
    """Messages of which something could not be read."""


class BatchWriter:
    """Makes batches safe. When `write` returns they may be acknowledged.

    Args:
        store: takes the readings.
        ledger: keeps the rejections and what is learned.
        sources: how messages are read.
        learned: called where what was learned adds topics or changes how they are read.
    """

    def __init__(
        self,
        store: TimeSeriesStore,
        ledger: Ledger,
        sources: Sources,
        learned: Callable[[], object] = lambda: None,
    ) -> None:
        self._store, self._ledger, self._sources = store, ledger, sources
        self._decoder = Decoder(sources)
        self._clocks = Clocks(store, self._decoder.source_of)
        self._learned = learned

    def write(self, messages: Messages) -> Written:
        """Store what the messages say and keep those that cannot be read or stored.

        Raises `StoreUnavailable`, or whatever else is wrong with a store; the same batch may then
        be written again. Only what is wrong with the data is a reason to reject it.
        """
        rejections = list[Rejection]()
        written = [self._write_or_split(part, rejections) for part in _commits(messages)]
        # Last, because a repetition of the above changes nothing, but this would count again.
        if rejections:
            self._ledger.keep_rejections(rejections)
        return Written(*map(sum, zip(Written(), *written, strict=True)))

    def _write_or_split(self, messages: Messages, rejections: list[Rejection]) -> Written:
        try:
            return self._write(messages, rejections)
        except DATA_FAULTS as error:
            # One message that a store cannot hold must not hold up all others for ever.
            if len(messages) > 1:
                middle = len(messages) // 2
                halves = (messages.part(0, middle), messages.part(middle, len(messages)))
                written = [self._write_or_split(half, rejections) for half in halves]
                return Written(*map(sum, zip(*written, strict=True)))
            message = messages.at(0)
            log.exception("message could not be stored", topic=message.topic)
            rejections.append(_unstorable(message, error))
            return Written(rejected=1)

    def _write(self, messages: Messages, rejections: list[Rejection]) -> Written:
        batch = self._decoder.decode(messages)
        table = without_repeats(batch.table, batch.is_repeated, self._store)
        table = self._clocks.corrected(table)
        stored = self._store.add(table) if len(table) else 0
        if batch.learned:
            self._remember(batch.learned)
        rejections += batch.rejections
        return Written(stored, len(batch.table) - stored, len(batch.rejections))

    def _remember(self, learned: Sequence[Learned]) -> None:
        for key, value in dict(learned).items():
            if (self._ledger.state(key) or "") != value:
                self._ledger.set_state(key, value)
        if self._sources.learn(learned):
            self._decoder.forget()
            self._learned()


def _commits(messages: Messages) -> list[Messages]:
    """The messages in parts, each of no more than `COMMIT_BYTES` or of one message."""
    sizes = np.cumsum([len(payload) for payload in messages.payloads])
    if not len(sizes) or sizes[-1] <= COMMIT_BYTES:
        return [messages]
    parts = []
    first = 0
    while first < len(messages):
        done = sizes[first - 1] if first else 0
        end = max(int(np.searchsorted(sizes, done + COMMIT_BYTES, side="right")), first + 1)
        parts.append(messages.part(first, end))
        first = end
    return parts


def _unstorable(message: Message, error: Exception) -> Rejection:
    fault = Fault(
        "could not be stored",
        f"{type(error).__name__}: {error}",
        "this is a fault of openhours: please report it with the message",
    )
    return fault.rejects(message)
