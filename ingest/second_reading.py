"""Rejected messages read once more, after what was wrong with them has been mended."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.ports import Kept, Ledger, TimeSeriesStore
from domain.readings import CountReading
from ingest.codecs.said import Learned
from ingest.decoder import AGELESS, unless_ageless
from ingest.message import Message
from ingest.sources import Sources

PAGE = 500


class Reread(NamedTuple):
    """What became of them."""

    mended: int = 0
    """Messages that could be read, are stored and are rejected no more."""
    stored: int = 0
    """Readings in them that were not there before."""
    still: int = 0
    """Messages that cannot be read yet; they stay."""


def read_again(
    ledger: Ledger, store: TimeSeriesStore, sources: Sources, reason: str | None = None
) -> Reread:
    """Read every rejection that is kept whole, or those of one reason; store what can be read.

    A reading without a time of its own is of the instant at which its message first came. Killed in
    the middle and done again, it does the same. Raises `StoreUnavailable`.
    """
    mended = stored = still = 0
    for page in _pages(ledger, reason):
        readings, learned = list[CountReading](), list[Learned]()
        done: list[int] = []
        for kept in page:
            rejection = kept.rejection
            message = Message(
                rejection.topic,
                rejection.payload,
                rejection.received_us,
                retained=rejection.reason == AGELESS,
            )
            decoded = unless_ageless(message, sources.decode(message))
            if not decoded.rejections:
                readings += decoded.readings
                learned += decoded.learned
                done.append(kept.id)
        stored += store.add(readings)
        for key, value in learned:
            ledger.set_state(key, value)
        sources.learn(learned)
        ledger.drop_rejections(done)
        mended += len(done)
        still += len(page) - len(done)
    return Reread(mended, stored, still)


def _pages(ledger: Ledger, reason: str | None) -> Iterator[list[Kept]]:
    last = 0
    while page := list(ledger.kept_rejections(reason, after=last, limit=PAGE)):
        yield page
        last = page[-1].id
