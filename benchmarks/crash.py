"""Kills service, workers and broker under load, and fills the disk: published = stored, none twice.

A publisher sends numbered changes at QoS 1 and counts a message once the broker has acknowledged
it. Meanwhile one part after another is killed with `kill -9` at a random moment, and comes up
again. When all has ended in good order the store is counted.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from benchmarks.common import parser, report
from benchmarks.influx import INFLUXD, NGINX, Influx
from benchmarks.mosquitto import Mosquitto
from benchmarks.running import Running
from domain.errors import BrokerUnavailable
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from openhours.embedded_broker import EmbeddedBroker
from store.timeseries import DuckDBStore
from store.timeseries.influx_address import InfluxAddress
from store.timeseries.influxdb import InfluxDBStore

ROUNDS, QUICK_ROUNDS = 200, 9
LIFE_S = 1.0
"""All goes well for so long at most, before the next thing happens."""
READY_WITHIN_S, SETTLED_WITHIN_S = 60.0, 240.0
FULL_BYTES = 4_096
"""No file grows beyond this while the disk is full."""
REDELIVER_AFTER_S = 2
IN_FLIGHT = 1_000
"""Of each filter; nats-server bounds their sum."""

BURST, PAUSE_S = 100, 0.03
START_US, STEP_US = 1_795_397_400_000_000, 1_000_000
SENSORS = tuple(f"door-{n}" for n in range(7))
LIST_EVERY, LIST_LENGTH = 50, 20
"""One message in so many is a list of so many readings."""

Identity = tuple[str, int, int]
"""Sensor, time and number."""


class Victim(StrEnum):
    """What goes wrong in a round."""

    SERVICE = "service"
    WORKER = "worker"
    BROKER = "broker"
    DISK = "disk"
    """It is full for a while."""
    DATABASE = "database"
    """It is killed, and away for a while."""


OF_MOSQUITTO = (Victim.SERVICE, Victim.WORKER, Victim.DISK)
"""With workers in a shared subscription."""
OF_NATS = (Victim.SERVICE, Victim.BROKER, Victim.DISK)
"""With one receiver, and a broker that keeps what it has acknowledged over its own death."""
OF_INFLUX = (Victim.SERVICE, Victim.DATABASE)
"""With a database server, which two workers write to."""


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    rounds: int = 0
    published: int = 0
    """Readings, each of one person, that a broker has acknowledged."""
    stored: int = 0
    """Persons of those in the store."""
    lost: int = 0
    duplicated: int = 0
    struck: Counter[str] = field(default_factory=Counter)
    """How often, by victim."""
    lost_by_victim: Counter[str] = field(default_factory=Counter)
    """By what went wrong at the time."""
    seconds: float = 0.0

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.duplicated) and self.stored == self.published > 0

    def add(self, other: "Outcome") -> None:
        """Count another's too."""
        for name in ("rounds", "published", "stored", "lost", "duplicated", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.struck += other.struck
        self.lost_by_victim += other.lost_by_victim


class Crowd(threading.Thread):
    """One person after another enters, until told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__(name="crowd")
        self._publisher = MqttPublisher(BrokerSettings(port=port))
        self._enough = threading.Event()
        self.messages = 0
        """Those that the broker has acknowledged: numbers 1 to this."""

    def run(self) -> None:
        while not self._enough.wait(PAUSE_S):
            self._enter()

    def stop(self) -> int:
        """Let the last ones in; how many messages it took."""
        self._enough.set()
        self.join()
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._enter() and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
        self._publisher.close()
        return self.messages

    def _enter(self) -> bool:
        """Whether the broker took them. What it did not acknowledge is sent again, as the same."""
        numbers = range(self.messages + 1, self.messages + BURST + 1)
        try:
            self.messages += self._publisher.publish_many(map(_message, numbers))
        except BrokerUnavailable:
            return False
        return True


def _readings(number: int) -> list[CountReading]:
    """What message `number` says."""
    sensor, time_us = SENSORS[number % len(SENSORS)], START_US + number * STEP_US
    return [
        CountReading(sensor, CountKind.CHANGE, time_us + nth, entered=1, seq=number)
        for nth in range(1 if number % LIST_EVERY else LIST_LENGTH)
    ]


def _message(number: int) -> Outgoing:
    readings = _readings(number)
    topic = native.topic_of(readings[0].sensor)
    return Outgoing(key="", topic=topic, payload=native.encode(readings))


def crash_again_and_again(folder: Path, rounds: int, seed: int, outage_s: float = 0.0) -> Outcome:
    """Run a third of the rounds with each broker and store, in `folder`.

    `outage_s`: so long the database is away at last, while messages come as before.
    """
    outcome = Outcome()
    rng = np.random.default_rng(seed)
    third = rounds // 3
    with Mosquitto(folder / "mosquitto") as mosquitto:
        running = Running(folder / "with-mosquitto", mosquitto.port, workers=2)
        strikes: dict[Victim, Callable[[], object]] = {
            Victim.SERVICE: running.kill,
            Victim.WORKER: lambda: _kill(next(iter(rng.permutation(running.workers())), None)),
            Victim.DISK: lambda: _fill_the_disk(running, rng.uniform(0, LIFE_S)),
        }
        outcome.add(_play(running, mosquitto.port, _drawn(OF_MOSQUITTO, third, rng), strikes, rng))
    with EmbeddedBroker(
        folder / "nats", max_in_flight=IN_FLIGHT, redeliver_after_s=REDELIVER_AFTER_S
    ) as nats:
        running = Running(folder / "with-nats", nats.port)
        strikes = {
            Victim.SERVICE: running.kill,
            Victim.BROKER: lambda: _kill(nats.pid),
            Victim.DISK: lambda: _fill_the_disk(running, rng.uniform(0, LIFE_S)),
        }
        outcome.add(_play(running, nats.port, _drawn(OF_NATS, third, rng), strikes, rng))
    if INFLUXD is not None and NGINX is not None:
        outcome.add(_with_influx(folder, rounds - 2 * third, outage_s, rng))
    return outcome


def _with_influx(folder: Path, rounds: int, outage_s: float, rng: np.random.Generator) -> Outcome:
    with Mosquitto(folder / "mosquitto-2") as mosquitto, Influx(folder / "influx") as influx:
        address = f"{influx.url}/openhours".replace("http://", "influxdb://")
        running = Running(folder / "with-influx", mosquitto.port, workers=2, timeseries=address)

        def away(for_s: float) -> None:
            influx.kill()
            time.sleep(for_s)
            influx.start()

        drawn = _drawn(OF_INFLUX, rounds, rng)
        spans = [*rng.uniform(0, LIFE_S, drawn.count(Victim.DATABASE)).tolist(), outage_s]
        outages = iter(spans)
        strikes: dict[Victim, Callable[[], object]] = {
            Victim.SERVICE: running.kill,
            Victim.DATABASE: lambda: away(next(outages)),
        }
        victims = [*drawn, *[Victim.DATABASE] * bool(outage_s)]
        return _play(running, mosquitto.port, victims, strikes, rng)


def _drawn(victims: Sequence[Victim], rounds: int, rng: np.random.Generator) -> list[Victim]:
    """A victim for each round: all equally often, in random order."""
    drawn = [victims[n % len(victims)] for n in range(rounds)]
    return [drawn[n] for n in rng.permutation(rounds)]


def _play(
    running: Running,
    port: int,
    victims: Sequence[Victim],
    strikes: Mapping[Victim, Callable[[], object]],
    rng: np.random.Generator,
) -> Outcome:
    """Some rounds of one service on one broker."""
    began = time.monotonic()
    with running:
        _require(running, messages=0)
        running.stop()  # from now on the broker keeps what is for it
        since: list[int] = []
        with _crowd(port) as crowd:
            for victim in victims:
                since.append(crowd.messages)
                running.start()
                _require(running, messages=1)
                time.sleep(rng.uniform(0.0, LIFE_S))
                strikes[victim]()
            running.kill()  # so that the last who enter are left for the life that settles all
        published = {
            (r.sensor, r.time_us, r.seq) for n in range(1, crowd.messages + 1) for r in _readings(n)
        }
        stored = _settled(running, published)
    missing = published - stored.keys()
    when = Counter(
        str(victims[max(bisect_right(since, number) - 1, 0)]) for _, _, number in missing
    )
    return Outcome(
        rounds=len(victims),
        published=len(published),
        stored=sum(stored[each] for each in published),
        lost=len(missing),
        duplicated=sum(max(stored[each] - 1, 0) for each in published),
        struck=Counter(map(str, victims)),
        lost_by_victim=when,
        seconds=time.monotonic() - began,
    )


@contextmanager
def _crowd(port: int) -> Iterator[Crowd]:
    crowd = Crowd(port)
    crowd.start()
    try:
        yield crowd
    finally:
        crowd.stop()


def _kill(pid: int | None) -> None:
    if pid is not None:  # else it is just being started again
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _fill_the_disk(running: Running, for_s: float) -> None:
    running.limit_files(FULL_BYTES)
    time.sleep(for_s)
    running.limit_files(None)


def _require(running: Running, messages: int) -> None:
    if not running.has_received(messages, READY_WITHIN_S):
        raise TimeoutError(f"the service has not received {messages} messages")


def _settled(running: Running, published: set[Identity]) -> Counter[Identity]:
    """What is in the store, once all is there or time is up.

    The file is open to us only between lives. Each takes in at least as many messages as are still
    missing, and is ended in good order.
    """
    deadline = time.monotonic() + SETTLED_WITHIN_S
    missing = BURST
    while True:
        running.start()
        running.has_received(missing, min(READY_WITHIN_S, deadline - time.monotonic()))
        running.stop()
        stored = _stored(running.store)
        missing = len({number for _, _, number in published - stored.keys()})
        if not missing or time.monotonic() > deadline:
            return stored


def _stored(place: Path | InfluxAddress) -> Counter[Identity]:
    """The persons of every reading in a store."""
    store = DuckDBStore(place) if isinstance(place, Path) else InfluxDBStore(place)
    table = store.read(SENSORS, START_US, sys.maxsize)
    store.close()
    sensors = [table.sensors[n] for n in table.sensor]
    people: Counter[Identity] = Counter()
    for sensor, time_us, seq, entered in zip(
        sensors, table.time_us.tolist(), table.seq.tolist(), table.entered.tolist(), strict=True
    ):
        people[sensor, time_us, seq] += int(entered)
    return people


def main() -> None:
    """Run from the command line; exit 1 where anything was lost or counted twice."""
    flags = parser("crash", "published = stored, whatever is killed")
    flags.add_argument("--rounds", type=int, default=None, help="how often something goes wrong")
    flags.add_argument("--outage-s", type=float, default=0.0, help="the database away for so long")
    asked = flags.parse_args()
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        outcome = crash_again_and_again(Path(folder), rounds, asked.seed, asked.outage_s)
    report({"seed": asked.seed, **asdict(outcome)}, as_json=asked.json)
    if not outcome.is_whole:
        sys.exit(1)


if __name__ == "__main__":
    main()
