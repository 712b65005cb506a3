"""From received messages to the stores: decode, commit the readings, keep the rejections."""

from collections.abc import Sequence
from typing import NamedTuple

import structlog

from domain.ports import Ledger, TimeSeriesStore
from domain.readings import CountReading, Rejection
from ingest.codecs.codec import Decoded
from ingest.codecs.faults import Fault
from ingest.message import Message
from ingest.sources import Sources

log = structlog.get_logger(__name__)

COMMIT_READINGS = 20_000
"""A commit is made when it has grown this large, to bound memory: messages may be long lists."""


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
    """Makes batches safe. When `write` returns they may be acknowledged."""

    def __init__(self, store: TimeSeriesStore, ledger: Ledger, sources: Sources) -> None:
        self._store, self._ledger, self._sources = store, ledger, sources

    def write(self, messages: Sequence[Message]) -> Written:
        """Store what the messages say and keep those that cannot be read or stored.

        Raises `StoreUnavailable`, or whatever else is wrong with a store; the same batch may then
        be written again. Only what is wrong with the data is a reason to reject it.
        """
        try:
            return self._write(messages)
        except DATA_FAULTS as error:
            # One message that a store cannot hold must not hold up all others for ever.
            if len(messages) > 1:
                middle = len(messages) // 2
                halves = self.write(messages[:middle]), self.write(messages[middle:])
                return Written(*map(sum, zip(*halves, strict=True)))
            log.exception("message could not be stored", topic=messages[0].topic)
            self._ledger.keep_rejections([_unstorable(messages[0], error)])
            return Written(rejected=1)

    def _write(self, messages: Sequence[Message]) -> Written:
        readings: list[CountReading] = []
        rejections: list[Rejection] = []
        said = stored = 0
        for message in messages:
            decoded = _unless_retained(message, self._sources.decode(message))
            readings += decoded.readings
            rejections += decoded.rejections
            if len(readings) >= COMMIT_READINGS or message is messages[-1]:
                stored += self._store.add(readings) if readings else 0
                said += len(readings)
                readings = []
        # Last, because a repetition of the above changes nothing, but this would count again.
        if rejections:
            self._ledger.keep_rejections(rejections)
        return Written(stored, said - stored, len(rejections))


def _unless_retained(message: Message, decoded: Decoded) -> Decoded:
    if not message.retained or all(r.time_us != message.received_us for r in decoded.readings):
        return decoded
    fault = Fault(
        "retained, without time",
        "the broker had kept it, so nobody knows when it was true",
        'give "time", or publish counts without the retain flag',
    )
    return Decoded(rejections=(fault.rejects(message),))


def _unstorable(message: Message, error: Exception) -> Rejection:
    fault = Fault(
        "could not be stored",
        f"{type(error).__name__}: {error}",
        "this is a fault of openhours: please report it with the message",
    )
    return fault.rejects(message)
