"""How long it takes from a publish until a query finds the reading."""

import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from benchmarks.mosquitto import Mosquitto
from domain.calendars import epoch_us
from domain.clock import SystemClock
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from ingest.subscriber import Subscriber
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

SENSORS = tuple(f"door-{n}" for n in range(200))
TICK_S = 0.01
SETTLED_WITHIN_S = 30.0


def latencies_s(*, seconds: float, per_s: int) -> np.ndarray:
    """Seconds from each publish until a query of the store found its reading; (messages,)."""
    with tempfile.TemporaryDirectory() as name, Mosquitto(Path(name) / "broker") as server:
        folder, clock = Path(name), SystemClock()
        store = DuckDBStore(folder / "readings.duckdb")
        ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
        broker = BrokerSettings(port=server.port)
        subscriber = Subscriber(broker, store, ledger, clock, rng=np.random.default_rng())
        subscriber.start()
        subscriber.wait_until(lambda s: s.subscribed, SETTLED_WITHIN_S)
        began_us = epoch_us(clock.now())
        done = threading.Event()
        crowd = threading.Thread(target=_publish, args=(broker, seconds, per_s, done))
        crowd.start()
        found = _found(store, began_us, round(seconds * per_s), done)
        crowd.join()
        subscriber.stop()
        store.close()
        ledger.close()
    return found


def _publish(broker: BrokerSettings, seconds: float, per_s: int, done: threading.Event) -> None:
    """Publish steadily, each reading dated to its publishing."""
    publisher, clock = MqttPublisher(broker), SystemClock()
    began_s, sent = time.monotonic(), 0
    while sent < seconds * per_s:
        due = int((time.monotonic() - began_s) * per_s) + 1
        burst = []
        for n in range(sent, min(due, round(seconds * per_s))):
            at_us = epoch_us(clock.now())
            reading = CountReading(SENSORS[n % len(SENSORS)], CountKind.CHANGE, at_us, 1, seq=n)
            burst.append(
                Outgoing(
                    key="", topic=native.topic_of(reading.sensor), payload=native.encode([reading])
                )
            )
        sent += publisher.publish_many(burst)
        time.sleep(TICK_S)
    publisher.close()
    done.set()


def _found(store: DuckDBStore, began_us: int, messages: int, done: threading.Event) -> np.ndarray:
    """Query again and again, and note when each reading is first there."""
    clock = SystemClock()
    waits = np.full(messages, np.nan)
    deadline_s = None
    while np.isnan(waits).any():
        if done.is_set():
            deadline_s = deadline_s or time.monotonic() + SETTLED_WITHIN_S
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"{np.isnan(waits).sum()} messages were never found")
        table = store.read(SENSORS, began_us, began_us + 10**12)
        now_us = epoch_us(clock.now())
        fresh = np.isnan(waits[table.seq])
        waits[table.seq[fresh]] = (now_us - table.time_us[fresh]) / 1e6
        time.sleep(TICK_S)
    return waits
