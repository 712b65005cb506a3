"""Kills the service again and again under load, and counts: published = stored, none twice.

A publisher sends numbered changes through a real Mosquitto and counts what the broker has
acknowledged. The service, a process of its own with real stores, is killed with `kill -9` at random
moments and started again.
"""

import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import parser, report
from benchmarks.kill_child import READY, open_stores, subscribed
from benchmarks.mosquitto import Mosquitto
from domain.planning import Outgoing
from domain.readings import CountKind, CountReading
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher

ROUNDS, QUICK_ROUNDS = 20, 10
LIFE_S = 1.0
"""A service lives at most this long once it receives."""
BURST, PAUSE_S = 100, 0.03
SETTLED_WITHIN_S = 60.0
START_US = 1_795_397_400_000_000
SENSOR = "door"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    kills: int
    published: int
    """Changes that the broker has acknowledged, each of one person."""
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
        self.published = 0

    def run(self) -> None:
        while not self._enough.wait(PAUSE_S):
            numbers = range(self.published + 1, self.published + BURST + 1)
            self.published += self._publisher.publish_many(map(_person, numbers))
        self._publisher.close()

    def stop(self) -> int:
        """How many entered."""
        self._enough.set()
        self.join()
        return self.published


def _person(number: int) -> Outgoing:
    reading = CountReading(SENSOR, CountKind.CHANGE, START_US, entered=1, seq=number)
    return Outgoing(key="", topic=native.topic_of(SENSOR), payload=native.encode([reading]))


def kill_again_and_again(folder: Path, rounds: int, seed: int) -> Outcome:
    """Run it in `folder`."""
    rng = np.random.default_rng(seed)
    began = time.monotonic()
    with Mosquitto(folder / "mosquitto") as broker:
        store, ledger = open_stores(folder)
        subscribed(broker.port, store, ledger).stop()  # from now on the broker keeps messages
        store.close()
        ledger.close()
        crowd = Crowd(broker.port)
        crowd.start()
        for _ in range(rounds):
            _live_and_die(broker.port, folder, life_s=rng.uniform(0.0, LIFE_S))
        published = crowd.stop()
        numbers = _settled(broker.port, folder, published)
    return Outcome(
        kills=rounds,
        published=published,
        stored=len(numbers),
        lost=len(set(range(1, published + 1)) - set(numbers)),
        duplicated=len(numbers) - len(set(numbers)),
        seconds=time.monotonic() - began,
    )


def _live_and_die(port: int, folder: Path, life_s: float) -> None:
    command = [sys.executable, "-m", "benchmarks.kill_child", str(port), str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1], text=True
    ) as service:
        for line in service.stdout or ():
            if line.strip() == READY:
                break
        else:
            raise RuntimeError("the service ended before it was ready")
        time.sleep(life_s)
        service.kill()


def _settled(port: int, folder: Path, published: int) -> list[int]:
    """The number of every person in the store, once all are there or time is up."""
    store, ledger = open_stores(folder)
    subscriber = subscribed(port, store, ledger)
    subscriber.wait_until(lambda _: store.count() >= published, SETTLED_WITHIN_S)
    subscriber.stop()
    table = store.read([SENSOR], START_US, START_US + 1)
    people = [
        int(n)
        for n, entered in zip(table.seq, table.entered, strict=True)
        for _ in range(int(entered))
    ]
    store.close()
    ledger.close()
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
    if outcome.lost or outcome.duplicated:
        sys.exit(1)


if __name__ == "__main__":
    main()
