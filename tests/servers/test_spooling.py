"""What comes while the store is away for long goes to disk, and from there into the store."""

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from domain.readings import Readings
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from ingest.state import IngestState
from ingest.subscriber import Batching, Spooling
from store.timeseries import DuckDBStore
from tests.servers.conftest import DEADLINE_S, Stores, change, changes, counts

pytestmark = pytest.mark.server

ROOM = 10 * 2**20


class AbsentStore(DuckDBStore):
    """The real store behind a switch: a lost server cannot be had on demand."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.is_back = threading.Event()
        self.attempts = self.commits = 0

    def add(self, readings: Readings) -> int:
        self.attempts += 1
        if not self.is_back.is_set():
            raise StoreUnavailable("the store is away")
        self.commits += 1
        return super().add(readings)


def spooling(folder: Path, limit_bytes: int = ROOM) -> Batching:
    return Batching(
        wait_s=0.05,
        backoff=Backoff(0.01, 0.05),
        spooling=Spooling(folder=folder / "spool", limit_bytes=limit_bytes, after_s=0.0),
    )


def _holds(messages: int, state: IngestState) -> bool:
    return state.spooled == messages


@pytest.fixture
def absent(tmp_path: Path) -> AbsentStore:
    return AbsentStore(tmp_path / "absent.duckdb")


def test_what_is_spooled_is_acknowledged_and_stored_when_the_store_is_back(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    subscriber = stores.subscriber(broker, store=absent, batching=spooling(tmp_path))
    publisher.publish_many(changes(range(1, 301)))
    assert subscriber.wait_until(lambda s: s.spooled == 300 and s.waiting == 0, DEADLINE_S)
    assert (subscriber.state.stored, subscriber.state.store_problem) == (0, "the store is away")
    absent.is_back.set()
    assert subscriber.wait_until(lambda s: s.stored == 300 and s.spooled == 0, DEADLINE_S)
    publisher.publish(counts([change(301)]))
    assert subscriber.wait_until(lambda s: s.stored == 301, DEADLINE_S), subscriber.state
    assert (subscriber.state.duplicates, subscriber.state.store_problem) == (0, "")
    assert not list((tmp_path / "spool").iterdir())


def test_a_store_that_is_away_is_not_tried_more_often_for_all_that_comes(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    batching = replace(spooling(tmp_path), backoff=Backoff(2 * DEADLINE_S, 2 * DEADLINE_S))
    subscriber = stores.subscriber(broker, store=absent, batching=batching)
    for number in range(1, 11):
        publisher.publish(counts([change(number)]))
        assert subscriber.wait_until(partial(_holds, number), DEADLINE_S), subscriber.state
    assert absent.attempts == 2, "one before the spool, and one from it"


def test_what_one_life_spooled_the_next_one_stores(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    first = stores.subscriber(broker, store=absent, batching=spooling(tmp_path))
    publisher.publish_many(changes(range(1, 101)))
    assert first.wait_until(lambda s: s.spooled == 100, DEADLINE_S), first.state
    first.stop()
    second = stores.subscriber(broker, batching=spooling(tmp_path))
    assert second.wait_until(lambda s: s.stored == 100 and s.spooled == 0, DEADLINE_S)
    assert second.state.received == 0, "the broker had been told that they were safe"
    assert sorted(stores.sequence()) == list(range(1, 101))


def test_a_full_spool_leaves_the_rest_to_the_broker_and_nothing_is_lost(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    batching = spooling(tmp_path, limit_bytes=4_000)
    subscriber = stores.subscriber(broker, store=absent, batching=batching)
    for number in range(1, 101):
        publisher.publish(counts([change(number)]))
    assert subscriber.wait_until(lambda s: "full" in s.store_problem, DEADLINE_S), subscriber.state
    assert subscriber.state.waiting > 0
    absent.is_back.set()
    assert subscriber.wait_until(lambda s: s.stored == 100 and s.waiting == 0, DEADLINE_S)
    assert (subscriber.state.spooled, absent.count()) == (0, 100)


def test_what_was_spooled_one_by_one_is_stored_in_one_commit(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    """Or else a steady trickle would put in as many parts as each commit takes out."""
    subscriber = stores.subscriber(broker, store=absent, batching=spooling(tmp_path))
    for number in range(1, 21):
        publisher.publish(counts([change(number)]))
        assert subscriber.wait_until(lambda s: s.spooled == number, DEADLINE_S)  # noqa: B023 - waited for here
    absent.is_back.set()
    assert subscriber.wait_until(lambda s: s.stored == 20 and s.spooled == 0, DEADLINE_S)
    assert absent.commits == 1


def test_a_spool_that_cannot_be_read_is_said_and_read_once_it_can_be(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    subscriber = stores.subscriber(broker, store=absent, batching=spooling(tmp_path))
    publisher.publish_many(changes(range(1, 11)))
    assert subscriber.wait_until(lambda s: s.spooled == 10, DEADLINE_S), subscriber.state
    (file,) = (tmp_path / "spool").iterdir()
    whole, spoilt = tmp_path / "whole", tmp_path / "spoilt"
    whole.hardlink_to(file)
    spoilt.symlink_to(tmp_path)
    spoilt.replace(file)
    assert subscriber.wait_until(lambda s: "directory" in s.store_problem, DEADLINE_S), subscriber.state
    whole.replace(file)
    absent.is_back.set()
    publisher.publish(counts([change(11)]))
    assert subscriber.wait_until(lambda s: s.stored == 11, DEADLINE_S), subscriber.state
    assert subscriber.state.store_problem == ""


def test_a_stop_while_the_spool_is_full_and_the_store_away_leaves_the_rest_to_the_broker(
    broker: BrokerSettings,
    stores: Stores,
    publisher: MqttPublisher,
    absent: AbsentStore,
    tmp_path: Path,
) -> None:
    batching = spooling(tmp_path, limit_bytes=4_000)
    subscriber = stores.subscriber(broker, store=absent, batching=batching)
    for number in range(1, 101):
        publisher.publish(counts([change(number)]))
    assert subscriber.wait_until(
        lambda s: "full" in s.store_problem and s.received == 100, DEADLINE_S
    ), subscriber.state
    subscriber.stop()
    assert "ingest-writer" not in {thread.name for thread in threading.enumerate()}
    absent.is_back.set()
    again = stores.subscriber(broker, store=absent, batching=batching)
    assert again.wait_until(lambda s: s.stored == 100 and s.waiting == 0, DEADLINE_S), again.state
