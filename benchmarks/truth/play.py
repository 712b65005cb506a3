"""Plays a town through a real broker into real stores, on a clock that follows it."""

from contextlib import closing
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import numpy as np

from benchmarks.mosquitto import Mosquitto
from benchmarks.truth.cases import INTERVAL_S, Town
from benchmarks.truth.readers import sources_of
from domain.bins import Bins
from domain.calendars import epoch_us
from domain.clock import ManualClock
from domain.estate import Sensor
from domain.planning import Outgoing
from domain.readings import ReadingTable
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings
from ingest.publisher import MqttPublisher
from ingest.sources import Sources
from ingest.subscriber import Batching, Subscriber
from policies.flows import room_bins
from simulator.messages import TimedMessage
from simulator.wires import WIRES
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

STEP = timedelta(seconds=INTERVAL_S)
BEFORE_THE_STEP = timedelta(milliseconds=200)
"""Messages come a little before a quarter-hour is over, so that each is received in its own."""
SETTLED_WITHIN_S = 60.0


def play(town: Town, folder: Path) -> tuple[ReadingTable, int, int]:
    """Publish all; what is stored then, how many messages that were, and how many were rejected."""
    messages = sorted((m for c in town.cases for m in c.posted.messages), key=lambda m: m.at)
    clock = ManualClock(town.start - STEP)
    with (
        Mosquitto(folder / "mosquitto") as broker,
        closing(DuckDBStore(folder / "readings.duckdb")) as store,
        closing(SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")) as ledger,
        closing(MqttPublisher(BrokerSettings(port=broker.port))) as publisher,
    ):
        subscriber = Subscriber(
            BrokerSettings(port=broker.port),
            store,
            ledger,
            clock,
            rng=np.random.default_rng(20),
            batching=Batching(wait_s=0.01, backoff=Backoff(0.01, 0.05)),
            sources=Sources(sources_of(WIRES), known=ledger.state),
        )
        subscriber.start()
        try:
            _require(subscriber.wait_until(lambda s: s.subscribed, SETTLED_WITHIN_S), subscriber)
            sent = 0
            for step, part in groupby(messages, key=_step):
                clock.move_to(max(step - BEFORE_THE_STEP, clock.now()))
                sent += publisher.publish_many(map(_outgoing, part))
                _settle(subscriber, sent)
            rejected = subscriber.state.rejected
        finally:
            subscriber.stop()
        known = sorted(store.last_seen())
        table = store.read(known, epoch_us(town.start) - 10**12, epoch_us(town.end) + 10**12)
    return table, sent, rejected


def derived(table: ReadingTable, town: Town) -> Bins:
    """The bins of all rooms, one a sensor, in the order of the cases."""
    sensors = [
        Sensor(
            id=case.wire.sensor(case.device),
            room=case.room,
            kind=case.kind,
            interval_s=case.interval_s,
        )
        for case in town.cases
    ]
    return room_bins(table, town.estate.rooms, sensors, town.start, town.end, town.openings)


def _step(message: TimedMessage) -> datetime:
    """The end of the quarter-hour in which a message goes out."""
    return message.at + (datetime.min.replace(tzinfo=message.at.tzinfo) - message.at) % STEP


def _outgoing(message: TimedMessage) -> Outgoing:
    return Outgoing(key="", topic=message.topic, payload=message.payload)


def _settle(subscriber: Subscriber, sent: int) -> None:
    is_done = subscriber.wait_until(
        lambda s: s.received >= sent and s.waiting == 0, SETTLED_WITHIN_S
    )
    _require(is_done, subscriber)


def _require(is_done: bool, subscriber: Subscriber) -> None:  # noqa: FBT001 - reads as an assertion
    if not is_done:
        raise TimeoutError(f"ingest does not come to rest: {subscriber.state}")
