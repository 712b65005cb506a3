"""Counts over WebSockets, as brokers behind a web proxy want it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.mosquitto import free_port
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import DEADLINE_S, Stores, changes

pytestmark = pytest.mark.server


@pytest.mark.parametrize("protocol", ["3.1.1", "5"])
def test_counts_travel_over_websockets_both_ways(
    start_mosquitto: StartMosquitto,
    stores: Stores,
    publisher_to: Callable[[BrokerSettings], MqttPublisher],
    protocol: str,
) -> None:
    port = free_port()
    more = f"listener {port} lo\nprotocol websockets"  # this one is named by its interface
    plain = settings_of(start_mosquitto(more=more), "5" if protocol == "5" else "3.1.1")
    broker = replace(plain, port=port, transport="websockets", path="/mqtt")
    subscriber = stores.subscriber(broker)
    publisher_to(broker).publish_many(changes(range(1, 2_001)))
    assert subscriber.wait_until(lambda s: s.stored == 2_000, DEADLINE_S), subscriber.state
    subscriber.stop()
    again = stores.subscriber(broker)
    publisher_to(plain).publish_many(changes(range(2_001, 2_011)))
    assert again.wait_until(lambda s: s.stored == 10, DEADLINE_S), again.state
    assert again.state.duplicates == 0, "an acknowledgement was lost"


def test_a_port_that_speaks_no_websockets_is_said(
    start_mosquitto: StartMosquitto, stores: Stores
) -> None:
    broker = replace(settings_of(start_mosquitto()), transport="websockets")
    subscriber = stores.started(broker)
    assert subscriber.wait_until(lambda s: "WebSocket" in s.broker_problem, DEADLINE_S)
