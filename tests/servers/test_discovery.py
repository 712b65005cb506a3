"""Topics that a discovery config teaches, on every real broker."""

import json

import pytest

from domain.planning import Outgoing
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from tests.servers.conftest import DEADLINE_S, Stores

pytestmark = pytest.mark.server


def test_a_discovered_counter_is_subscribed_to_and_its_states_are_stored(
    broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    subscriber = stores.subscriber(broker)
    config = {"name": "Hall people", "uniq_id": "hall", "stat_t": "counters/hall"}
    topic = "homeassistant/sensor/hall/config"
    publisher.publish(Outgoing(key="", topic=topic, payload=json.dumps(config).encode()))
    for people in range(int(DEADLINE_S)):  # until the broker knows that we want them
        publisher.publish(Outgoing(key="", topic="counters/hall", payload=b"%d" % people))
        if subscriber.wait_until(lambda s: s.stored > 0, 1):
            break
    assert stores.timeseries.last_seen().keys() == {"hall"}
    assert subscriber.state.rejected == 0
