"""Rejected messages read once more, after what was wrong with them has been mended."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.ports import Kept, Ledger, TimeSeriesStore
from ingest.codecs.codec import Decoded
from ingest.decoder import AGELESS, unless_ageless
from ingest.message import Message
from ingest.sources import Sources
from ingest.writer import DATA_FAULTS

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
        found: list[tuple[int, Decoded]] = []
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
                found.append((kept.id, decoded))
        added, found = _stored(store, found)
        stored += added
        learned = [item for _, decoded in found for item in decoded.learned]
        for key, value in learned:
            ledger.set_state(key, value)
        sources.learn(learned)
        ledger.drop_rejections([kept_id for kept_id, _ in found])
        mended += len(found)
        still += len(page) - len(found)
    return Reread(mended, stored, still)


def _stored(
    store: TimeSeriesStore, found: list[tuple[int, Decoded]]
) -> tuple[int, list[tuple[int, Decoded]]]:
    """New readings, and the messages but for those that the store cannot hold."""
    try:
        return store.add([r for _, decoded in found for r in decoded.readings]), found
    except DATA_FAULTS:
        if len(found) == 1:
            return 0, []
        middle = len(found) // 2
        parts = [_stored(store, part) for part in (found[:middle], found[middle:])]
        return sum(added for added, _ in parts), [each for _, part in parts for each in part]


def _pages(ledger: Ledger, reason: str | None) -> Iterator[list[Kept]]:
    last = 0
    while page := list(ledger.kept_rejections(reason, after=last, limit=PAGE)):
        yield page
        last = page[-1].id
