"""Rejections that are read again after a mend."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.readings import CountKind, Readings, Rejection, as_table
from ingest.codecs import native
from ingest.codecs.codec import Context, codec
from ingest.codecs.said import Said
from ingest.message import Message
from ingest.second_reading import Reread, read_again
from ingest.sources import Source, Sources
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

NOW_US = 1_795_397_400_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def rejected(topic: str, payload: bytes) -> Rejection:
    return Rejection(topic, payload, "no codec for the topic", "", "", NOW_US)


def _read(message: Message, _context: Context) -> Iterator[Said]:
    yield Said("gate", CountKind.TOTAL, entered=int(message.payload))


MENDED = Sources([Source(topic="gates/+", codec=codec("plain", "Plain", _read))])


def test_what_a_new_source_reads_is_stored_at_the_time_it_came_and_is_rejected_no_more(
    ledger: SqlLedger,
) -> None:
    store = DuckDBStore(None)
    ledger.keep_rejections([rejected("gates/1", b"12"), rejected("gates/1", b"?")])
    assert read_again(ledger, store, Sources()) == Reread(still=2)
    assert read_again(ledger, store, MENDED) == Reread(mended=1, stored=1, still=1)
    assert store.read(["gate"], 0, NOW_US + 1).time_us.tolist() == [NOW_US]
    (group,) = ledger.rejections()
    assert (group.count, group.sample.payload) == (1, b"?")


def test_reading_again_what_is_stored_already_changes_nothing(ledger: SqlLedger) -> None:
    store = DuckDBStore(None)
    good = native.topic_of("door"), b'{"time": 1795397400, "entered": 4}'
    for wanted in (1, 0):
        ledger.keep_rejections([rejected(*good)])
        assert read_again(ledger, store, Sources()) == Reread(mended=1, stored=wanted)
    assert store.count() == 1


def test_only_the_reason_asked_for_is_read_again(ledger: SqlLedger) -> None:
    ledger.keep_rejections([rejected("gates/1", b"12")])
    assert read_again(ledger, DuckDBStore(None), MENDED, "not JSON") == Reread()


def test_a_retained_message_without_time_has_none_when_it_is_read_again_either(
    ledger: SqlLedger,
) -> None:
    kept = rejected("gates/1", b"12")
    ledger.keep_rejections([replace(kept, reason="retained, without time")])
    assert read_again(ledger, DuckDBStore(None), MENDED) == Reread(still=1)


class NarrowStore(DuckDBStore):
    """The real store, which cannot hold thirteen: what one cannot, differs from store to store."""

    def add(self, readings: Readings) -> int:
        if (as_table(readings).entered == 13).any():
            raise ValueError("thirteen")
        return super().add(readings)


def test_a_message_that_the_store_cannot_hold_does_not_hold_up_the_others(
    ledger: SqlLedger,
) -> None:
    ledger.keep_rejections([rejected("gates/1", b"%d" % n) for n in (12, 13, 14)])
    assert read_again(ledger, NarrowStore(None), MENDED).still == 1
    assert [group.sample.payload for group in ledger.rejections()] == [b"13"]
