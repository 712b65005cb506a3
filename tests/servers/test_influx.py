"""From the broker into an InfluxDB, through what happens to databases."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import time_ns

import pytest

from benchmarks.influx import INFLUXD, NGINX, Influx
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influxdb import InfluxDBStore
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import DEADLINE_S, START_US, Stores, changes, counts

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(not (INFLUXD and NGINX), reason="influxd and nginx are missing"),
]

DAY_US = 86_400_000_000


@pytest.fixture
def broker(start_mosquitto: StartMosquitto) -> BrokerSettings:
    """One broker will do: what is tried is the store."""
    return settings_of(start_mosquitto())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Influx]:
    with Influx(tmp_path / "influx") as started:
        yield started


def store_on(server: Influx, **how: int) -> InfluxDBStore:
    made = InfluxDBStore(InfluxAddress(url=server.url, database="town"), **how)
    made.set_up()
    return made


def test_what_comes_while_the_database_is_dead_is_stored_once_when_it_is_back(
    server: Influx, broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    with closing(store_on(server)) as store:
        subscriber = stores.subscriber(broker, store=store)
        publisher.publish_many(changes(range(1, 501)))
        server.kill()
        publisher.publish_many(changes(range(501, 1_001)))
        assert subscriber.wait_until(lambda s: bool(s.store_problem), DEADLINE_S)
        server.start()
        assert subscriber.wait_until(lambda s: s.received >= 1_000 and not s.waiting, DEADLINE_S)
        table = store.read(["door"], START_US, START_US + 1)
        assert table.seq.tolist() == list(range(1, 1_001))
        assert subscriber.state.rejected == 0


def test_a_reading_too_old_for_the_database_is_rejected_alone(
    server: Influx, broker: BrokerSettings, stores: Stores, publisher: MqttPublisher
) -> None:
    now_us = time_ns() // 1000
    with closing(store_on(server, keep_raw_days=7)) as store:
        subscriber = stores.subscriber(broker, store=store)
        publisher.publish_many(
            counts([CountReading(f"door-{n}", CountKind.TOTAL, now_us - days * DAY_US, n)])
            for n, days in enumerate([0, 1, 400, 2])
        )
        assert subscriber.wait_until(lambda s: s.received == 4 and not s.waiting, DEADLINE_S)
        assert sorted(store.last_seen()) == ["door-0", "door-1", "door-3"]
        (group,) = stores.ledger.rejections()
        assert "retention policy" in group.sample.detail
        assert group.sample.topic.endswith("/door-2/counts")
