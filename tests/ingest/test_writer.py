"""What becomes of a batch, with the real stores."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest

from domain.errors import StoreUnavailable
from domain.ports import TimeSeriesStore
from domain.readings import Readings, as_table
from ingest.codecs import native
from ingest.message import RETAINED, Messages
from ingest.sources import Sources
from ingest.writer import COMMIT_BYTES, BatchWriter, Written
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

NOW_US = 1_795_397_400_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    opened = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


class ChokingStore(DuckDBStore):
    """A store that cannot hold what one sensor says, as no store of ours is known to do."""

    def add(self, readings: Readings) -> int:
        if "poison" in as_table(readings).sensors:
            raise OverflowError("cannot count that")
        return super().add(readings)


class AwayStore(DuckDBStore):
    """A store that does not answer."""

    def add(self, readings: Readings) -> int:
        raise StoreUnavailable(f"away, {len(readings)} readings not stored")


class FallingStore(ChokingStore):
    """A store that goes away after so many commits."""

    def __init__(self, commits: int) -> None:
        super().__init__(None)
        self.left = commits

    def add(self, readings: Readings) -> int:
        if "poison" not in as_table(readings).sensors:
            self.left -= 1
        if self.left < 0:
            raise StoreUnavailable("gone in the middle")
        return super().add(readings)


class FaultyStore(DuckDBStore):
    """A store that fails whatever it is given."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(None)
        self._fault = fault

    def add(self, readings: Readings) -> int:
        self._fault.add_note(f"{len(readings)} readings not stored")
        raise self._fault


def message(payload: bytes, sensor: str = "door", *, retained: bool = False) -> Messages:
    topic = native.topic_of(sensor).encode()
    return Messages([topic], [payload], [1], [RETAINED if retained else 0], [NOW_US])


def total(entered: int, sensor: str = "door") -> Messages:
    return message(b'{"time": %d, "entered": %d}' % (NOW_US - entered, entered), sensor)


def write(store: TimeSeriesStore, ledger: SqlLedger, batch: Sequence[Messages]) -> Written:
    return BatchWriter(store, ledger, Sources()).write(Messages.joined(batch))


def test_readings_are_stored_and_what_cannot_be_read_is_kept(ledger: SqlLedger) -> None:
    store = DuckDBStore(None)
    batch = [total(1), message(b"bad"), total(2), total(1)]
    assert write(store, ledger, batch) == Written(stored=2, duplicates=1, rejected=1)
    assert store.count() == 2
    (group,) = ledger.rejections()
    assert (group.count, group.sample.payload) == (1, b"bad")


def test_a_batch_written_again_changes_nothing(ledger: SqlLedger) -> None:
    store = DuckDBStore(None)
    batch = [total(n) for n in range(10)]
    assert write(store, ledger, batch).stored == 10
    assert write(store, ledger, batch) == Written(duplicates=10)
    assert store.count() == 10


def test_long_lists_are_committed_in_parts_and_all_stored(ledger: SqlLedger) -> None:
    sizes: list[int] = []

    class WatchedStore(DuckDBStore):
        """The store, with an eye on the size of its commits."""

        def add(self, readings: Readings) -> int:
            sizes.append(len(readings))
            return super().add(readings)

    store = WatchedStore(None)
    items = b",".join(b'{"time":%d,"entered":1}' % (NOW_US - n) for n in range(1000))
    batch = [message(b"[" + items + b"]", f"door-{n}") for n in range(45)]
    assert write(store, ledger, batch).stored == 45_000
    longest = len(items) + 2
    assert max(sizes) <= 1000 * (COMMIT_BYTES // longest)
    assert store.count() == 45_000


def test_a_message_that_the_store_chokes_on_is_kept_and_holds_up_no_other(
    ledger: SqlLedger,
) -> None:
    store = ChokingStore(None)
    batch = [total(1), total(2), total(3, "poison"), total(4), total(5)]
    assert write(store, ledger, batch) == Written(stored=4, rejected=1)
    (group,) = ledger.rejections()
    assert group.reason == "could not be stored"
    assert [group.sample.payload] == batch[2].payloads


def test_a_store_that_is_away_is_said_to_the_caller_and_nothing_is_rejected(
    ledger: SqlLedger,
) -> None:
    with pytest.raises(StoreUnavailable):
        write(AwayStore(None), ledger, [total(1), total(2)])
    assert ledger.rejections() == []


def test_what_cannot_be_read_counts_once_though_the_batch_is_written_again(
    ledger: SqlLedger,
) -> None:
    store = FallingStore(commits=1)
    batch = [message(b"bad"), total(1), total(2, "poison"), total(3)]
    with pytest.raises(StoreUnavailable):
        write(store, ledger, batch)
    assert ledger.rejections() == []
    store.left = 10
    assert write(store, ledger, batch) == Written(stored=1, duplicates=1, rejected=2)
    assert sorted((group.reason, group.count) for group in ledger.rejections()) == [
        ("could not be stored", 1),
        ("not JSON", 1),
    ]


def test_a_rejection_with_half_a_character_is_kept_like_others(ledger: SqlLedger) -> None:
    batch = [message(b'{"time": 1795397400, "kind": "\\ud800", "entered": 1}'), total(1)]
    assert write(DuckDBStore(None), ledger, batch) == Written(stored=1, rejected=1)


@pytest.mark.parametrize(
    "fault", [MemoryError(), RuntimeError("closed"), duckdb.InternalException("assertion")]
)
def test_a_fault_of_the_store_is_no_reason_to_reject_a_message(
    ledger: SqlLedger, fault: Exception
) -> None:
    with pytest.raises(type(fault)):
        write(FaultyStore(fault), ledger, [total(1), total(2)])
    assert ledger.rejections() == []


def test_a_retained_message_without_time_is_refused_and_one_with_time_stored(
    ledger: SqlLedger,
) -> None:
    store = DuckDBStore(None)
    timed = b'{"time": %d, "entered": 7}' % (NOW_US - 1)
    batch = [message(b'{"entered": 7}', retained=True), message(timed, retained=True)]
    assert write(store, ledger, batch) == Written(stored=1, rejected=1)
    assert ledger.rejections()[0].reason == "retained, without time"
