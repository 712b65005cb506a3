"""People who enter one after another, each once: who publishes that, and who counts it again."""

import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import flood
from domain.calendars import epoch_us
from domain.clock import SystemClock
from domain.errors import BrokerUnavailable
from domain.planning import Outgoing
from domain.readings import SEQ_SPAN, CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from store.timeseries import DuckDBStore
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influxdb import InfluxDBStore

BURST, PAUSE_S = 100, 0.03
RUSH = 5_000
"""Messages at once while there is no pause."""
LAST_WITHIN_S = 60.0
STEP_US = 1_000
START_US = epoch_us(SystemClock().now() - timedelta(days=1))
"""No message is of the future, nor so old that it would be let go."""
SENSORS = tuple(f"door-{n}" for n in range(7))
LIST_EVERY, LIST_LENGTH = 50, 20
"""One message in so many is a list of so many readings."""
READ_AT_ONCE = 100_000
"""Messages whose readings are in memory at a time."""


class Crowd(threading.Thread):
    """One person after another enters, until told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__(name="crowd", daemon=True)
        self._port = port
        self._publisher = MqttPublisher(BrokerSettings(port=port))
        self._enough = threading.Event()
        self.held = threading.Lock()
        """Who has it keeps all others from entering."""
        self.messages = 0
        """Those that the broker has acknowledged: numbers 1 to this."""

    def run(self) -> None:
        while not self._enough.wait(PAUSE_S):
            with self.held:
                self._enter()

    def introduce(self) -> None:
        """Publish a message that does not count."""
        self._publisher.publish(_message(0))

    def rush(self) -> None:
        """Let many in, as fast as the broker takes them, while `held`."""
        messages = map(_message, range(self.messages + 1, self.messages + RUSH + 1))
        self.messages += flood.publish(self._port, ((m.topic, m.payload) for m in messages))

    def stop(self) -> None:
        """Let the last ones in."""
        self._enough.set()
        if self.is_alive():
            self.join()
        deadline = time.monotonic() + LAST_WITHIN_S
        while not self._enter() and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
        self._publisher.close()

    def _enter(self) -> bool:
        """Whether the broker took them. What it did not acknowledge is sent again, as the same."""
        numbers = range(self.messages + 1, self.messages + BURST + 1)
        try:
            self.messages += self._publisher.publish_many(map(_message, numbers))
        except BrokerUnavailable:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Tally:
    """What a store has of the messages 1 to the last."""

    number: NDArray[np.int64]
    """Of the message, for each reading that was published."""
    people: NDArray[np.float64]
    """Of that reading in the store; each was of one person."""
    strange: int
    """People of readings that were never published."""

    @property
    def stored(self) -> int:
        return int(self.people.sum()) + self.strange

    @property
    def lost(self) -> int:
        return int((self.people == 0).sum())

    @property
    def duplicated(self) -> int:
        return int(np.maximum(self.people - 1, 0).sum()) + self.strange

    @property
    def missing(self) -> NDArray[np.int64]:
        """Numbers of the messages of which something is lost."""
        return np.unique(self.number[self.people == 0])


def tally(place: Path | InfluxAddress, messages: int) -> Tally:
    """Count what is in a store, which nobody else has open where it is a file."""
    numbers = np.arange(1, messages + 1)
    sizes = np.where(numbers % LIST_EVERY, 1, LIST_LENGTH)
    first = np.concatenate(([0], np.cumsum(sizes)))
    people = np.zeros(first[-1])
    strange = 0.0
    store = DuckDBStore(place) if isinstance(place, Path) else InfluxDBStore(place)
    for begin in range(1, messages + 1, READ_AT_ONCE):
        end = min(begin + READ_AT_ONCE, messages + 1)
        table = store.read(SENSORS, _time_us(begin), _time_us(end))
        number, nth = np.divmod(table.time_us - START_US, STEP_US)
        door = np.array([SENSORS.index(name) for name in table.sensors])[table.sensor]
        known = (nth < sizes[number - 1]) & (table.seq == number % SEQ_SPAN)
        known &= door == number % len(SENSORS)
        np.add.at(people, first[number - 1][known] + nth[known], table.entered[known])
        strange += table.entered[~known].sum()
    store.close()
    return Tally(np.repeat(numbers, sizes), people, int(strange))


def _time_us(number: int) -> int:
    return START_US + number * STEP_US


def _message(number: int) -> Outgoing:
    readings = [
        CountReading(
            SENSORS[number % len(SENSORS)],
            CountKind.CHANGE,
            _time_us(number) + nth,
            entered=1,
            seq=number % SEQ_SPAN,
        )
        for nth in range(1 if number % LIST_EVERY else LIST_LENGTH)
    ]
    topic = native.topic_of(readings[0].sensor)
    return Outgoing(key="", topic=topic, payload=native.encode(readings))
