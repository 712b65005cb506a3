"""Kills the service again and again under load, and counts: published = stored, none twice.

A publisher sends numbered changes through a real Mosquitto and counts what the broker has
acknowledged. `openhours run`, a process of its own, is killed with `kill -9` at random moments
while it receives, and started again. When it has ended in good order its file is counted.
"""

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from benchmarks.common import parser, report
from benchmarks.mosquitto import Mosquitto, free_port
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from store.timeseries import DuckDBStore

ROUNDS, QUICK_ROUNDS = 20, 8
LIFE_S = 1.0
"""A service lives at most this long once it receives."""
ANSWERS_WITHIN_S, READY_WITHIN_S, ENDED_WITHIN_S, SETTLED_WITHIN_S = 5.0, 30.0, 30.0, 60.0
POLL_S = 0.02

BURST, PAUSE_S = 100, 0.03
START_US, STEP_US = 1_795_397_400_000_000, 1_000_000
SENSORS = tuple(f"door-{n}" for n in range(7))
LIST_EVERY, LIST_LENGTH = 50, 20
"""One message in so many is a list of so many readings."""

Identity = tuple[str, int, int]
"""Sensor, time and number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    rounds: int
    kills: int
    """Services that were receiving when they were killed."""
    published: int
    """Readings, each of one person, that the broker has acknowledged."""
    stored: int
    """Persons in the store."""
    lost: int
    duplicated: int
    seconds: float


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
        self._enter()
        self._publisher.close()
        return self.messages

    def _enter(self) -> None:
        numbers = range(self.messages + 1, self.messages + BURST + 1)
        self.messages += self._publisher.publish_many(map(_message, numbers))


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


class Service:
    """`openhours run` on a broker, with all that it keeps in `folder`; one life after another."""

    def __init__(self, folder: Path, broker_port: int) -> None:
        self._console_port = free_port()
        settings = {
            "data_dir": folder,
            "broker.embedded": "false",
            "broker.port": broker_port,
            "console.port": self._console_port,
            "logging.level": "error",
        }
        flags = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        self._command = [sys.executable, "-m", "openhours", *flags, "run"]
        self.store = folder / "readings.duckdb"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def has_received(self, messages: int, within_s: float) -> bool:
        """Whether so many came in this life, within the time. Raises `RuntimeError` if it ends."""
        deadline = time.monotonic() + within_s
        while self._received() < messages:
            if self._process.poll() is not None:
                raise RuntimeError(f"the service ended with {self._process.returncode}")
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        return True

    def kill(self) -> bool:
        """End it at once; whether it was alive."""
        self._process.kill()
        return self._process.wait() == -signal.SIGKILL

    def stop(self) -> None:
        """End it as Ctrl-C does. Raises `CalledProcessError` when it does not end in good order."""
        self._process.send_signal(signal.SIGINT)
        if code := self._process.wait(ENDED_WITHIN_S):
            raise subprocess.CalledProcessError(code, self._command)

    def _received(self) -> int:
        """Messages received in this life; -1 while pages or broker do not answer."""
        address = f"http://127.0.0.1:{self._console_port}/health"
        try:
            with urllib.request.urlopen(address, timeout=ANSWERS_WITHIN_S) as answer:
                health = json.load(answer)
        except OSError:
            return -1
        return int(health["messages"]) if health["broker_connected"] else -1


def kill_again_and_again(folder: Path, rounds: int, seed: int) -> Outcome:
    """Run it in `folder`."""
    rng = np.random.default_rng(seed)
    began = time.monotonic()
    with Mosquitto(folder / "mosquitto") as broker:
        service = Service(folder / "data", broker.port)
        with service:
            _require(service, messages=0)
            service.stop()  # from now on the broker keeps what is for it
        crowd = Crowd(broker.port)
        crowd.start()
        try:
            kills = sum(_live_and_die(service, rng.uniform(0.0, LIFE_S)) for _ in range(rounds))
        finally:
            messages = crowd.stop()
        published = {
            (r.sensor, r.time_us, r.seq) for n in range(1, messages + 1) for r in _readings(n)
        }
        stored = _settled(service, published)
    return Outcome(
        rounds=rounds,
        kills=kills,
        published=len(published),
        stored=stored.total(),
        lost=len(published - stored.keys()),
        duplicated=stored.total() - len(stored),
        seconds=time.monotonic() - began,
    )


def _live_and_die(service: Service, life_s: float) -> bool:
    with service:
        _require(service, messages=1)
        time.sleep(life_s)
        return service.kill()


def _require(service: Service, messages: int) -> None:
    if not service.has_received(messages, READY_WITHIN_S):
        raise TimeoutError(f"the service has not received {messages} messages")


def _settled(service: Service, published: set[Identity]) -> Counter[Identity]:
    """What is in the store, once all is there or time is up.

    The file is open to us only between lives. Each takes in at least as many messages as are still
    missing, and is ended in good order.
    """
    deadline = time.monotonic() + SETTLED_WITHIN_S
    missing = BURST
    while True:
        with service:
            service.has_received(missing, deadline - time.monotonic())
            service.stop()
        stored = _stored(service.store)
        missing = len({number for _, _, number in published - stored.keys()})
        if not missing or time.monotonic() > deadline:
            return stored


def _stored(path: Path) -> Counter[Identity]:
    """The persons of every reading in a store."""
    store = DuckDBStore(path)
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
    flags = parser("kill", "published = stored, however often the service is killed")
    flags.add_argument("--rounds", type=int, default=None, help="how often it is killed")
    asked = flags.parse_args()
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_again_and_again(Path(folder), rounds, asked.seed)
    report({"seed": asked.seed, **asdict(outcome)}, as_json=asked.json)
    if outcome.lost or outcome.duplicated or outcome.stored != outcome.published:
        sys.exit(1)


if __name__ == "__main__":
    main()
