"""Several processes that receive through one shared subscription, and one store."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.clock import SystemClock
from domain.planning import Outgoing
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from openhours.receiving.receiver import receiver
from openhours.receiving.workers import WorkerPool
from openhours.settings.model import Settings
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import DEADLINE_S, Stores, changes

pytestmark = pytest.mark.server

PublisherTo = Callable[[BrokerSettings], MqttPublisher]


@pytest.fixture
def broker(start_mosquitto: StartMosquitto) -> BrokerSettings:
    return settings_of(start_mosquitto())


@pytest.fixture
def pool(broker: BrokerSettings, stores: Stores, tmp_path: Path) -> Iterator[WorkerPool]:
    """Two workers, subscribed."""
    settings = Settings(  # type: ignore[call-arg]
        file={
            "data_dir": str(tmp_path / "data"),
            "broker": {"embedded": False, "port": broker.port},
            "ingest": {"workers": 2, "batch_wait_s": 0.05},
            "logging": {"level": "error"},
        },
        flags={},
    )
    made = receiver(settings, broker, stores.timeseries, stores.ledger, SystemClock())
    assert isinstance(made, WorkerPool)
    made.start()
    assert made.wait_until(lambda s: s.subscribed, DEADLINE_S), made.state
    yield made
    made.stop()


def test_two_workers_divide_what_is_published_and_store_each_message_once(
    pool: WorkerPool, broker: BrokerSettings, stores: Stores, publisher_to: PublisherTo
) -> None:
    publisher_to(broker).publish_many(changes(range(1, 2_001)))
    assert pool.wait_until(lambda s: s.stored == 2_000 and s.waiting == 0, DEADLINE_S), pool.state
    assert stores.timeseries.count() == 2_000
    shares = [state.received for state in pool.states]
    assert sum(shares) == 2_000
    assert min(shares) > 0


def test_what_a_worker_cannot_read_is_kept_by_the_ledger(
    pool: WorkerPool, broker: BrokerSettings, stores: Stores, publisher_to: PublisherTo
) -> None:
    publisher_to(broker).publish(Outgoing(key="", topic=native.topic_of("door"), payload=b"?"))
    assert pool.wait_until(lambda s: s.rejected == 1, DEADLINE_S), pool.state
    assert [group.reason for group in stores.ledger.rejections()] == ["not JSON"]


def test_a_worker_that_is_killed_is_started_again_and_nothing_is_lost(
    pool: WorkerPool, broker: BrokerSettings, stores: Stores, publisher_to: PublisherTo
) -> None:
    publisher = publisher_to(broker)
    publisher.publish_many(changes(range(1, 501)))
    os.kill(pool.process_ids[0], signal.SIGKILL)
    publisher.publish_many(changes(range(501, 1_001)))
    assert pool.wait_until(lambda _: stores.timeseries.count() == 1_000, DEADLINE_S), pool.state
    assert sorted(stores.sequence()) == list(range(1, 1_001))


def test_workers_that_are_told_to_stop_store_and_acknowledge_what_they_have(
    pool: WorkerPool, broker: BrokerSettings, stores: Stores, publisher_to: PublisherTo
) -> None:
    publisher_to(broker).publish_many(changes(range(1, 2_001)))
    pool.stop()
    assert pool.state.waiting == 0
    assert stores.timeseries.count() == pool.state.stored


def test_a_worker_whose_spool_cannot_be_read_says_so_and_begins_once_it_can_be(
    pool: WorkerPool, tmp_path: Path
) -> None:
    spoilt = tmp_path / "data" / "spool" / "worker-0" / "000000000001.spool"
    spoilt.mkdir(parents=True)
    os.kill(pool.process_ids[0], signal.SIGKILL)
    assert pool.wait_until(lambda s: "cannot be read" in s.store_problem, DEADLINE_S), pool.state
    assert not pool.state.connected
    spoilt.rmdir()
    assert pool.wait_until(lambda s: s.subscribed and not s.store_problem, DEADLINE_S), pool.state
