"""A subscriber with real stores, and a publisher, for whichever broker the test has."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from domain.clock import SystemClock
from domain.planning import Outgoing
from domain.ports import TimeSeriesStore
from domain.readings import CountKind, CountReading
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.mqtt.packets import NEVER_EXPIRES
from ingest.publisher import MqttPublisher
from ingest.subscriber import Batching, Subscriber
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

DEADLINE_S = 30.0
START_US = 1_795_397_400_000_000


def change(seq: int, sensor: str = "door") -> CountReading:
    """One person entering, told apart by `seq`."""
    return CountReading(sensor, CountKind.CHANGE, START_US, entered=1, seq=seq)


def counts(readings: Sequence[CountReading]) -> Outgoing:
    """The message of one sensor's readings."""
    sensor = readings[0].sensor
    return Outgoing(key="", topic=native.topic_of(sensor), payload=native.encode(readings))


def changes(numbers: range) -> list[Outgoing]:
    """A message for each number."""
    return [counts([change(n)]) for n in numbers]


def client_of_its_session(broker: BrokerSettings) -> Client:
    """A client with the subscriber's session, for what the subscriber itself never does."""
    v5 = broker.protocol == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        broker.client_id,
        clean_session=None if v5 else False,
        protocol=MQTTv5 if v5 else MQTTv311,
        manual_ack=True,
    )
    properties = Properties(PacketTypes.CONNECT) if v5 else None  # type: ignore[no-untyped-call]
    if properties is not None:
        properties.SessionExpiryInterval = NEVER_EXPIRES
    client.connect_async(broker.host, broker.port, clean_start=False, properties=properties)
    return client


@dataclass(frozen=True)
class Stores:
    """Real stores of a test, and who reads and writes them."""

    timeseries: DuckDBStore
    ledger: SqlLedger
    subscribers: ExitStack

    def started(
        self,
        broker: BrokerSettings,
        *,
        store: TimeSeriesStore | None = None,
        batching: Batching | None = None,
    ) -> Subscriber:
        """A subscriber that has been started and is stopped with the test."""
        subscriber = Subscriber(
            broker,
            store or self.timeseries,
            self.ledger,
            SystemClock(),
            rng=np.random.default_rng(20),
            batching=batching or Batching(wait_s=0.05, backoff=Backoff(0.01, 0.05)),
        )
        self.subscribers.callback(subscriber.stop)
        subscriber.start()
        return subscriber

    def subscriber(
        self,
        broker: BrokerSettings,
        *,
        store: TimeSeriesStore | None = None,
        batching: Batching | None = None,
    ) -> Subscriber:
        """One that is subscribed already."""
        subscriber = self.started(broker, store=store, batching=batching)
        assert subscriber.wait_until(lambda s: s.subscribed, DEADLINE_S), subscriber.state
        return subscriber

    def sequence(self, sensor: str = "door") -> list[int]:
        """`seq` of all stored changes of a sensor."""
        table = self.timeseries.read([sensor], START_US, START_US + 1)
        return [int(seq) for seq in table.seq]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    timeseries = DuckDBStore(tmp_path / "readings.duckdb")
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    with ExitStack() as subscribers:
        yield Stores(timeseries, ledger, subscribers)
    timeseries.close()
    ledger.close()


@pytest.fixture
def publisher_to() -> Iterator[Callable[[BrokerSettings], MqttPublisher]]:
    """Makes publishers that are closed with the test."""
    with ExitStack() as publishers:

        def make(broker: BrokerSettings) -> MqttPublisher:
            publisher = MqttPublisher(broker, deadline_s=DEADLINE_S)
            publishers.callback(publisher.close)
            return publisher

        yield make


@pytest.fixture
def publisher(
    broker: BrokerSettings, publisher_to: Callable[[BrokerSettings], MqttPublisher]
) -> MqttPublisher:
    return publisher_to(broker)
