"""What the subscriber promises, on every real broker and in each protocol."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from paho.mqtt.client import Client, MQTTMessage

from domain.planning import Outgoing
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.mqtt.stream import LARGEST_PACKET
from ingest.publisher import MqttPublisher
from ingest.sources import Sources
from ingest.subscriber import Batching
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


def test_what_is_published_is_stored_once_and_acknowledged(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    assert publisher.publish_many(changes(range(1, 301))) == 300
    assert subscriber.wait_until(lambda s: s.stored == 300, DEADLINE_S), subscriber.state
    state = subscriber.state
    assert (state.received, state.waiting, state.rejected, state.duplicates) == (300, 0, 0, 0)
    assert (state.lag_s, state.broker_problem, state.store_problem) == (0.0, "", "")
    assert stores.sequence() == list(range(1, 301))
    subscriber.stop()
    assert not subscriber.state.connected
    again = stores.subscriber(broker)
    publisher.publish(counts([change(301)]))
    assert again.wait_until(lambda s: s.stored == 1, DEADLINE_S)
    assert stores.sequence() == list(range(1, 302))


def test_the_session_keeps_what_is_published_while_we_are_away(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    stores.subscriber(broker).stop()
    publisher.publish_many(changes(range(1, 201)))
    subscriber = stores.subscriber(broker)
    assert subscriber.wait_until(lambda s: s.stored == 200, DEADLINE_S), subscriber.state


def test_what_a_dead_subscriber_had_not_acknowledged_is_stored_once(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    stores.subscriber(broker).stop()
    publisher.publish_many(changes(range(1, 101)))
    receive_and_die(broker, messages=100)
    subscriber = stores.subscriber(broker)
    assert subscriber.wait_until(lambda s: s.stored == 100, DEADLINE_S), subscriber.state
    assert stores.sequence() == list(range(1, 101))


def receive_and_die(broker: BrokerSettings, messages: int) -> None:
    """Take messages in the subscriber's session, acknowledge none and lose the connection."""
    seen = threading.Event()
    payloads: list[bytes] = []

    def on_message(client: Client, _userdata: object, message: MQTTMessage) -> None:
        payloads.append(bytes(message.payload))
        if len(payloads) == messages:
            seen.set()
            # Closing the socket under the client is as near to dying as one gets in a process.
            getattr(client.socket(), "close", lambda: None)()

    client = client_of_its_session(broker)
    client.on_message = on_message
    client._reconnect_on_failure = False  # noqa: SLF001 - the dead do not come back
    client.loop_start()
    assert seen.wait(DEADLINE_S)
    client.loop_stop()


def test_bad_messages_are_kept_with_their_bytes_and_hold_up_nothing(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    bad = [b"", b"\xff\x00", b"{}", b'{"entered": -1}']
    good = changes(range(1, 5))
    mixed = [
        m
        for n, b in enumerate(bad)
        for m in (Outgoing(key="", topic=native.topic_of("door"), payload=b), good[n])
    ]
    publisher.publish_many(mixed)
    assert subscriber.wait_until(lambda s: s.stored == 4 and s.rejected == 4, DEADLINE_S)
    kept = {group.sample.payload: group for group in stores.ledger.rejections()}
    assert kept.keys() <= set(bad)
    assert sum(group.count for group in kept.values()) == 4
    assert {group.sample.topic for group in kept.values()} == {native.topic_of("door")}
    assert all(group.reason and group.sample.hint for group in kept.values())
    subscriber.stop()
    again = stores.subscriber(broker)
    publisher.publish(counts([change(5)]))
    assert again.wait_until(lambda s: s.stored == 1, DEADLINE_S)
    assert again.state.rejected == 0, "a rejection was not acknowledged"


def test_sensors_that_nobody_registered_are_stored_too(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    publisher.publish(counts([change(1, "never.heard-of_it:2")]))
    assert subscriber.wait_until(lambda s: s.stored == 1, DEADLINE_S)
    assert "never.heard-of_it:2" in stores.timeseries.last_seen()


def test_a_list_of_a_thousand_is_stored_and_a_longer_one_kept(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    publisher.publish(counts([change(n) for n in range(1, 1001)]))
    publisher.publish(counts([change(n) for n in range(1001, 2002)]))
    assert subscriber.wait_until(lambda s: s.stored == 1000 and s.rejected == 1, DEADLINE_S)
    assert [group.reason for group in stores.ledger.rejections()] == ["list too long"]


def test_a_message_beyond_reason_holds_up_nothing(
    start_mosquitto: StartMosquitto, stores: Stores, publisher_to: PublisherTo
) -> None:
    broker = settings_of(start_mosquitto())
    subscriber = stores.subscriber(broker)
    huge = Outgoing(key="", topic=native.topic_of("door"), payload=b"[" * (LARGEST_PACKET + 10))
    publisher_to(broker).publish_many([huge, counts([change(1)])])
    assert subscriber.wait_until(lambda s: s.stored == 1 and s.rejected == 1, DEADLINE_S)
    assert [group.reason for group in stores.ledger.rejections()] == ["not JSON"]


def test_batches_smaller_and_larger_than_the_window_lose_nothing(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    for first, size in ((1, 1), (101, 7), (201, 10_000)):
        narrow = replace(broker, max_in_flight=20)
        subscriber = stores.subscriber(narrow, batching=Batching(size=size, wait_s=0.05))
        publisher.publish_many(changes(range(first, first + 100)))
        assert subscriber.wait_until(lambda s: s.stored == 100, DEADLINE_S), subscriber.state
        subscriber.stop()
    assert stores.sequence() == list(range(1, 301))


def test_every_filter_of_the_codecs_is_subscribed_to_by_one_session(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    for topic_filter in Sources().filters:
        topic = topic_filter.replace("+", "a").replace("#", "a")
        publisher.publish(Outgoing(key="", topic=topic, payload=b"?"))
    assert subscriber.wait_until(lambda s: s.received == len(Sources().filters), DEADLINE_S)
