"""Stores and brokers that go away and come back."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from paho.mqtt import publish
from paho.mqtt.client import Client
from structlog.testing import capture_logs

from domain.errors import StoreUnavailable
from domain.planning import Outgoing
from domain.readings import Readings
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.mqtt.wire import CHUNK
from ingest.publisher import MqttPublisher
from ingest.subscriber import Batching
from openhours.receiving.embedded_broker import EmbeddedBroker
from store.timeseries import DuckDBStore
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import (
    DEADLINE_S,
    Stores,
    change,
    changes,
    client_of_its_session,
    counts,
)

pytestmark = pytest.mark.server

PublisherTo = Callable[[BrokerSettings], MqttPublisher]


class AbsentStore(DuckDBStore):
    """The real store behind a switch: a full disk or a lost server cannot be had on demand."""

    def __init__(self) -> None:
        super().__init__(None)
        self.is_back = threading.Event()

    def add(self, readings: Readings) -> int:
        if not self.is_back.is_set():
            raise StoreUnavailable("the store is away")
        return super().add(readings)


class ForgetfulStore(DuckDBStore):
    """The real store, whose answer after a commit gets lost: as when a database server dies."""

    forgets = True

    def add(self, readings: Readings) -> int:
        new = super().add(readings)
        if self.forgets:
            raise StoreUnavailable("the line broke")
        return new


def test_while_the_store_is_away_nothing_is_acknowledged_and_later_all_is_stored_once(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    store = AbsentStore()
    subscriber = stores.subscriber(broker, store=store)
    publisher.publish_many(changes(range(1, 201)))
    assert subscriber.wait_until(
        lambda s: s.received >= 200 and s.store_problem == "the store is away", DEADLINE_S
    )
    state = subscriber.state
    assert (state.connected, state.stored) == (True, 0)
    assert state.waiting >= 200
    assert state.lag_s > 0
    store.is_back.set()
    assert subscriber.wait_until(lambda s: s.stored == 200 and s.waiting == 0, DEADLINE_S)
    assert (store.count(), subscriber.state.store_problem) == (200, "")


def test_an_outage_of_the_store_is_logged_once_when_it_begins_and_once_when_it_ends(
    start_mosquitto: StartMosquitto, stores: Stores, publisher_to: PublisherTo
) -> None:
    broker = settings_of(start_mosquitto())
    store = AbsentStore()
    with capture_logs() as logs:
        subscriber = stores.subscriber(broker, store=store)
        publisher_to(broker).publish(counts([change(1)]))
        assert subscriber.wait_until(lambda s: bool(s.store_problem), DEADLINE_S)
        store.is_back.set()
        assert subscriber.wait_until(lambda s: s.stored == 1, DEADLINE_S)
        publisher_to(broker).publish(counts([change(2)]))
        assert subscriber.wait_until(lambda s: s.stored == 2, DEADLINE_S)
    told = [line for line in logs if line["log_level"] != "debug"]
    said = [line["event"].split(";")[0] for line in told if "stored" in line["event"]]
    assert said == ["not stored", "stored again"]


def test_what_was_received_while_the_store_was_away_comes_again_to_the_next_subscriber(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    first = stores.subscriber(broker, store=AbsentStore())
    publisher.publish_many(changes(range(1, 101)))
    assert first.wait_until(lambda s: s.received >= 100 and bool(s.store_problem), DEADLINE_S)
    first.stop()
    second = stores.subscriber(broker)
    assert second.wait_until(lambda s: s.stored == 100, DEADLINE_S), second.state


def test_a_commit_whose_answer_was_lost_is_not_counted_twice(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    store = ForgetfulStore(None)
    first = stores.subscriber(broker, store=store)
    publisher.publish_many(changes(range(1, 101)))
    assert first.wait_until(lambda s: s.received >= 100 and bool(s.store_problem), DEADLINE_S)
    first.stop()
    assert store.count() == 100
    store.forgets = False
    second = stores.subscriber(broker, store=store)
    assert second.wait_until(lambda s: s.duplicates == 100, DEADLINE_S), second.state
    assert (second.state.stored, store.count()) == (0, 100)


def test_a_store_that_stays_away_does_not_fill_our_memory(
    start_mosquitto: StartMosquitto, stores: Stores, publisher_to: PublisherTo
) -> None:
    """Mosquitto with an unlimited window would send everything it has."""
    broker = settings_of(start_mosquitto(), max_in_flight=50)
    store = AbsentStore()
    batching = Batching(size=10, wait_s=0.05, backoff=Backoff(0.01, 0.05))
    subscriber = stores.subscriber(broker, store=store, batching=batching)
    messages = changes(range(1, 30_001))
    publisher_to(broker).publish_many(messages)
    assert subscriber.wait_until(lambda s: s.waiting > 50, DEADLINE_S), subscriber.state
    a_read = CHUNK // len(messages[0].topic + messages[0].payload.decode())
    a_batch_a_full_inbox_and_a_read_at_its_door = (10 + a_read) + (50 + a_read) + a_read
    assert subscriber.state.waiting <= a_batch_a_full_inbox_and_a_read_at_its_door
    store.is_back.set()
    assert subscriber.wait_until(lambda s: s.stored == 30_000, DEADLINE_S), subscriber.state
    assert store.count() == 30_000


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_after_the_broker_was_killed_all_is_as_before(
    start_mosquitto: StartMosquitto, stores: Stores, publisher_to: PublisherTo, protocol: str
) -> None:
    server = start_mosquitto(durable=True)
    broker = settings_of(server, "5" if protocol == "5" else "3.1.1")
    subscriber = stores.subscriber(broker)
    publisher_to(broker).publish_many(changes(range(1, 21)))
    assert subscriber.wait_until(lambda s: s.stored == 20, DEADLINE_S)
    server.kill()
    assert subscriber.wait_until(lambda s: not s.connected and bool(s.broker_problem), DEADLINE_S)
    server.start()
    assert subscriber.wait_until(lambda s: s.subscribed and not s.broker_problem, DEADLINE_S)
    publisher_to(broker).publish_many(changes(range(21, 41)))
    assert subscriber.wait_until(lambda s: s.stored == 40, DEADLINE_S), subscriber.state


def test_a_broker_that_forgot_everything_is_subscribed_to_anew(
    start_mosquitto: StartMosquitto, stores: Stores, publisher_to: PublisherTo
) -> None:
    server = start_mosquitto()
    broker = settings_of(server)
    subscriber = stores.subscriber(broker)
    server.kill()
    assert subscriber.wait_until(lambda s: not s.connected, DEADLINE_S)
    server.start()
    assert subscriber.wait_until(lambda s: s.subscribed, DEADLINE_S)
    publisher_to(broker).publish(counts([change(1)]))
    assert subscriber.wait_until(lambda s: s.stored == 1, DEADLINE_S), subscriber.state


def test_a_subscriber_may_start_before_its_broker_and_stop_without_it(
    start_mosquitto: StartMosquitto, stores: Stores
) -> None:
    server = start_mosquitto()
    server.stop()
    broker = settings_of(server)
    early = stores.started(broker)
    assert early.wait_until(lambda s: "does not answer" in s.broker_problem, DEADLINE_S)
    patient = stores.started(replace(broker, client_id="patient"))
    early.stop()
    server.start()
    assert patient.wait_until(lambda s: s.subscribed and not s.broker_problem, DEADLINE_S)


def test_a_refused_connection_is_said(start_mosquitto: StartMosquitto, stores: Stores) -> None:
    broker = settings_of(start_mosquitto(more="allow_anonymous false"))
    subscriber = stores.started(replace(broker, username="who", password="hunter2"))
    assert subscriber.wait_until(lambda s: "refused" in s.broker_problem, DEADLINE_S)
    subscriber.stop()
    assert "refused" in subscriber.state.broker_problem
    assert not subscriber.state.connected
    assert "hunter2" not in subscriber.state.broker_problem


def test_a_refused_subscription_is_said(tmp_path: Path, stores: Stores) -> None:
    """nats-server refuses a filter when those of a session together allow too many in flight."""
    with EmbeddedBroker(tmp_path / "narrow", max_in_flight=65_535) as server:
        broker = settings_of(server)
        subscribe_and_leave(broker, "others/+")
        subscriber = stores.started(broker)
        assert subscriber.wait_until(
            lambda s: "refused to subscribe" in s.broker_problem, DEADLINE_S
        )
        assert (subscriber.state.connected, subscriber.state.subscribed) == (True, False)
        subscriber.stop()


def subscribe_and_leave(broker: BrokerSettings, topic_filter: str) -> None:
    """Put another filter into the subscriber's session."""
    granted = threading.Event()
    client = client_of_its_session(broker)

    def on_connect(client: Client, *_: object) -> None:
        client.subscribe(topic_filter, 1)

    client.on_connect = on_connect
    client.on_subscribe = lambda *_: granted.set()
    client.loop_start()
    assert granted.wait(DEADLINE_S)
    client.disconnect()
    client.loop_stop()


def test_messages_without_qos_are_stored_too(broker: BrokerSettings, stores: Stores) -> None:
    subscriber = stores.subscriber(broker)
    publish.single(native.topic_of("door"), native.encode([change(1)]), qos=0, port=broker.port)
    assert subscriber.wait_until(lambda s: s.stored == 1, DEADLINE_S)


def test_a_retained_count_is_not_taken_for_news_when_we_subscribe(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    old = Outgoing(key="", topic=native.topic_of("door"), payload=b'{"entered": 9}', retain=True)
    publisher.publish(old)
    subscriber = stores.subscriber(broker)
    assert subscriber.wait_until(lambda s: s.rejected == 1, DEADLINE_S)
    assert stores.timeseries.count() == 0
