"""What the publisher promises, on every real broker and in each protocol."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.errors import BrokerUnavailable, InvalidSettings
from domain.planning import Outgoing
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import DEADLINE_S, Stores, change, changes, counts

pytestmark = pytest.mark.server

PublisherTo = Callable[[BrokerSettings], MqttPublisher]


@pytest.mark.parametrize("max_in_flight", [1, 10, 5_000])
def test_each_of_many_messages_arrives_whatever_the_number_in_flight(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher, max_in_flight: int
) -> None:
    subscriber = stores.subscriber(broker)
    assert publisher.publish_many(changes(range(1, 501)), max_in_flight) == 500
    assert subscriber.wait_until(lambda s: s.stored == 500, DEADLINE_S), subscriber.state


def test_no_messages_are_sent_at_once(publisher: MqttPublisher) -> None:
    assert publisher.publish_many([]) == 0


def test_one_publisher_serves_many_threads(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    threads = [
        threading.Thread(target=publisher.publish_many, args=(changes(range(n, n + 50)),))
        for n in range(1, 401, 50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert subscriber.wait_until(lambda s: s.stored == 400, DEADLINE_S), subscriber.state


def test_a_retained_message_waits_for_those_who_subscribe_later(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    said = counts([change(1)])
    publisher.publish(Outgoing(key="", topic=said.topic, payload=said.payload, retain=True))
    subscriber = stores.subscriber(broker)
    assert subscriber.wait_until(lambda s: s.stored == 1, DEADLINE_S), subscriber.state


def test_without_a_broker_the_caller_is_told_at_once_and_may_try_again(
    start_mosquitto: StartMosquitto,
) -> None:
    server = start_mosquitto()
    server.stop()
    publisher = MqttPublisher(settings_of(server), deadline_s=DEADLINE_S)
    with pytest.raises(BrokerUnavailable, match="does not answer"):
        publisher.publish(counts([change(1)]))
    server.start()
    publisher.publish(counts([change(1)]))
    publisher.close()


def test_a_broker_that_lets_nobody_in_is_unavailable(start_mosquitto: StartMosquitto) -> None:
    publisher = MqttPublisher(settings_of(start_mosquitto(more="allow_anonymous false")))
    with pytest.raises(BrokerUnavailable, match="refused the connection"):
        publisher.publish(counts([change(1)]))


def test_a_port_that_does_not_speak_mqtt_is_unavailable_after_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = BrokerSettings(port=mute.getsockname()[1])
        publisher = MqttPublisher(settings, deadline_s=0.2)
        with pytest.raises(BrokerUnavailable, match="does not speak MQTT"):
            publisher.publish(counts([change(1)]))


def test_messages_on_their_way_when_the_broker_restarts_arrive_all_the_same(
    start_mosquitto: StartMosquitto, stores: Stores, publisher_to: PublisherTo
) -> None:
    server = start_mosquitto()
    broker = settings_of(server)
    stores.subscriber(broker).stop()
    half_way = threading.Event()

    def restart() -> None:
        assert half_way.wait(DEADLINE_S)
        server.stop()
        server.start()

    def messages() -> Iterator[Outgoing]:
        yield from changes(range(1, 1001))
        half_way.set()
        yield from changes(range(1001, 2001))

    restarting = threading.Thread(target=restart)
    restarting.start()
    assert publisher_to(broker).publish_many(messages(), max_in_flight=50) == 2000
    restarting.join(DEADLINE_S)
    subscriber = stores.subscriber(broker)
    assert subscriber.wait_until(lambda s: s.stored == 2000, DEADLINE_S), subscriber.state


def test_certificates_that_cannot_be_used_are_a_fault_of_the_settings(tmp_path: Path) -> None:
    bad = tmp_path / "ca.pem"
    bad.write_text("no certificate")
    with pytest.raises(InvalidSettings, match="tls_ca"):
        MqttPublisher(BrokerSettings(tls_ca=bad)).publish(counts([change(1)]))
