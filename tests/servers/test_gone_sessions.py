"""Other workers than before, on a broker that keeps for those that are gone what is their share."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.mosquitto import Mosquitto
from domain.clock import SystemClock
from domain.errors import StoreUnavailable
from ingest import leaving
from ingest.broker import BrokerSettings, wires_to
from ingest.leaving import leave
from ingest.message import Messages, Receipts
from ingest.mqtt.stream import Stream, connack
from ingest.publisher import MqttPublisher
from ingest.session import greeting
from ingest.sources import Sources
from openhours.running.joining import service
from openhours.running.service import Service
from openhours.settings.model import Settings
from tests.fixtures.brokers import settings_of
from tests.servers.conftest import DEADLINE_S, Stores, changes

pytestmark = pytest.mark.server

FILTERS = Sources().filters
PublisherTo = Callable[[BrokerSettings], MqttPublisher]


@pytest.fixture(autouse=True)
def _soon_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "QUIET_S", 0.5)


@pytest.fixture(params=["3.1.1", "5"])
def broker(request: pytest.FixtureRequest, mosquitto: Mosquitto) -> BrokerSettings:
    return settings_of(mosquitto, request.param)


@contextmanager
def running(broker: BrokerSettings, folder: Path, workers: int) -> Iterator[Service]:
    """A service of so many workers, subscribed."""
    settings = Settings(  # type: ignore[call-arg]
        file={
            "data_dir": str(folder),
            "broker": {"embedded": False, "port": broker.port},
            "ingest": {"workers": workers, "batch_wait_s": 0.05},
            "logging": {"level": "error"},
        },
        flags={},
    )
    with service(settings, SystemClock()) as started:
        assert started.subscriber.wait_until(lambda s: s.subscribed, DEADLINE_S)
        yield started


def is_kept(broker: BrokerSettings, name: str) -> bool:
    """Whether the broker keeps a session of that name; it takes the asking for one."""
    stream = Stream(v5=broker.protocol == "5")
    with closing(wires_to(broker)()) as wire:
        wire.send(greeting(replace(broker, client_id=name)))
        _, controls = stream.feed(wire.receive(DEADLINE_S))
    return connack(controls[0].body)[0]


def comes_true(satisfied: Callable[[], bool]) -> bool:
    """Whether it does, within the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while not satisfied():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize(
    ("before", "after", "gone", "stays"),
    [
        (3, 1, "openhours-2", "openhours"),
        (1, 2, "openhours", "openhours-1"),
    ],
)
def test_what_the_broker_keeps_for_those_that_are_gone_is_stored_and_what_follows_too(
    mosquitto: Mosquitto,
    tmp_path: Path,
    publisher_to: PublisherTo,
    before: int,
    after: int,
    gone: str,
    stays: str,
) -> None:
    broker = settings_of(mosquitto)
    publisher = publisher_to(broker)
    with running(broker, tmp_path, before):
        pass
    publisher.publish_many(changes(range(1, 301)))
    with running(broker, tmp_path, after) as fewer:
        assert comes_true(lambda: fewer.timeseries.count() == 300)
        publisher.publish_many(changes(range(301, 601)))
        assert comes_true(lambda: fewer.timeseries.count() == 600)
        assert comes_true(lambda: f'"{gone}":' not in str(fewer.ledger.states("sessions")))
        publisher.publish_many(changes(range(601, 901)))
        assert comes_true(lambda: fewer.timeseries.count() == 900)
    assert not is_kept(broker, gone)
    assert is_kept(broker, stays)


def test_a_store_that_is_away_costs_the_session_nothing(
    broker: BrokerSettings, stores: Stores, publisher_to: PublisherTo
) -> None:
    def unable(_: Messages) -> None:
        raise StoreUnavailable("away")

    came = list[bytes]()

    def able(messages: Messages) -> None:
        came.extend(messages.payloads)

    stores.subscriber(broker).stop()
    publisher_to(broker).publish_many(sent := changes(range(1, 301)))
    receipts = Receipts(SystemClock())
    with pytest.raises(StoreUnavailable):
        leave(broker, FILTERS, unable, receipts, lambda: False)
    assert leave(broker, FILTERS, able, receipts, lambda: True) is None
    assert leave(broker, FILTERS, able, receipts, lambda: False) is not None
    assert sorted(set(came)) == sorted(message.payload for message in sent)
    assert not is_kept(broker, broker.client_id)
