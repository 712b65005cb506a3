"""Kills service, workers, broker and database under load, and fills the disk.

A publisher sends numbered changes at QoS 1 and counts a message once the broker has acknowledged
it. Meanwhile one part after another is killed with `kill -9` at a random moment, and comes up
again; at last the database is away for long, while many messages come. When all has ended in good
order the store is counted: published = stored, none twice.
"""

import os
import signal
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.common import parser, report
from benchmarks.crowd import BURST, Crowd, Tally, tally
from benchmarks.influx import INFLUXD, NGINX, Influx
from benchmarks.mosquitto import BINARY, Mosquitto
from benchmarks.outcome import Outcome, Victim
from benchmarks.running import Running
from openhours.receiving.embedded_broker import EmbeddedBroker

ROUNDS, QUICK_ROUNDS = 200, 8
OUTAGE_S, QUICK_OUTAGE_S = 600.0, 5.0
LIFE_S = 1.0
"""All goes well for so long at most, before the next thing happens."""
READY_WITHIN_S, SETTLED_WITHIN_S = 60.0, 180.0
DRAINED_WITHIN_S, IN_OUTAGES = 120.0, 4.0
"""So long it may take at most, and so many times the outage more."""
OUTAGE_MESSAGES_PER_S = 5_000
"""Five times what 10,000 counters send that each speak every ten seconds. As many as the broker
takes, 27,000 a second, would be 2 GB after ten minutes: that is a test of the disk."""
POLL_S = 0.1
FULL_BYTES = 4_096
"""No file grows beyond this while the disk is full."""
REDELIVER_AFTER_S = 2
IN_FLIGHT = 1_000
"""Of each filter; nats-server bounds their sum."""


Strikes = Mapping[Victim, Callable[[], object]]


def with_mosquitto(folder: Path, rounds: int, rng: np.random.Generator) -> Outcome:
    """Two workers in a shared subscription, who write through one into DuckDB."""
    with Mosquitto(folder / "mosquitto") as mosquitto:
        running = Running(folder / "with-mosquitto", mosquitto.port, workers=2)
        strikes: Strikes = {
            Victim.SERVICE: running.kill,
            Victim.WORKER: lambda: _kill(lambda: _one_of(running.workers(), rng)),
            Victim.DISK: lambda: _fill_the_disk(running, rng.uniform(0, LIFE_S)),
        }
        return _play(running, Crowd(mosquitto.port), _drawn(strikes, rounds, rng), strikes, rng)


def with_nats(folder: Path, rounds: int, rng: np.random.Generator) -> Outcome:
    """One receiver into DuckDB, and a broker that keeps what it has acknowledged when it dies."""
    with EmbeddedBroker(
        folder / "nats", max_in_flight=IN_FLIGHT, redeliver_after_s=REDELIVER_AFTER_S
    ) as nats:
        running = Running(folder / "with-nats", nats.port)
        strikes: Strikes = {
            Victim.SERVICE: running.kill,
            Victim.BROKER: lambda: _kill(lambda: nats.pid),
            Victim.DISK: lambda: _fill_the_disk(running, rng.uniform(0, LIFE_S)),
        }
        return _play(running, Crowd(nats.port), _drawn(strikes, rounds, rng), strikes, rng)


def with_influx(
    folder: Path, rounds: int, rng: np.random.Generator, outage_s: float = 0.0
) -> Outcome:
    """Two workers who each write into a database server.

    `outage_s`: so long it is away after all rounds; 0: not at all.
    """
    outage: dict[str, float] = {}
    with Mosquitto(folder / "mosquitto-2") as mosquitto, Influx(folder / "influx") as influx:
        address = f"{influx.url}/openhours".replace("http://", "influxdb://")
        running = Running(folder / "with-influx", mosquitto.port, workers=2, timeseries=address)
        crowd = Crowd(mosquitto.port)

        def away(for_s: float) -> None:
            influx.kill()
            time.sleep(for_s)
            influx.start()

        strikes: Strikes = {
            Victim.SERVICE: running.kill,
            Victim.DATABASE: lambda: away(rng.uniform(0, LIFE_S)),
        }
        victims = _drawn(strikes, rounds, rng)
        if outage_s:
            victims.append(Victim.OUTAGE)
            long: Strikes = {
                Victim.OUTAGE: lambda: outage.update(_outage(running, influx, crowd, outage_s))
            }
            strikes = {**strikes, **long}
        outcome = _play(running, crowd, victims, strikes, rng)
    outcome.outage = outage
    return outcome


def _outage(running: Running, influx: Influx, crowd: Crowd, for_s: float) -> dict[str, float]:
    """The database is away while many messages come; then they stop, and it is back.

    It is away for longer where the spool has not taken over by then.
    """
    largest_bytes = 0
    with crowd.held:
        first = crowd.messages
        influx.kill()
        began_s = time.monotonic()
        while (lasted_s := time.monotonic() - began_s) < for_s or not largest_bytes:
            if lasted_s > for_s + READY_WITHIN_S:
                raise TimeoutError("nothing goes into the spool")
            crowd.rush()
            largest_bytes = max(largest_bytes, running.spool_bytes())
            due_s = began_s + (crowd.messages - first) / OUTAGE_MESSAGES_PER_S
            time.sleep(max(0.0, due_s - time.monotonic()))
        sent = crowd.messages - first
        influx.start()
        back_s = time.monotonic()
        while running.spool_bytes() or running.received() < sent:
            largest_bytes = max(largest_bytes, running.spool_bytes())
            if time.monotonic() - back_s > DRAINED_WITHIN_S + IN_OUTAGES * for_s:
                raise TimeoutError("the spool does not get empty")
            time.sleep(POLL_S)
    return {
        "outage_s": lasted_s,
        "outage_messages": sent,
        "outage_messages_per_s": sent / lasted_s,
        "spool_mb_at_most": largest_bytes / 2**20,
        "drained_within_s": time.monotonic() - back_s,
    }


def _drawn(strikes: Strikes, rounds: int, rng: np.random.Generator) -> list[Victim]:
    """A victim for each round: all equally often, in random order."""
    drawn = [list(strikes)[n % len(strikes)] for n in range(rounds)]
    return [drawn[n] for n in rng.permutation(rounds)]


def _play(
    running: Running,
    crowd: Crowd,
    victims: Sequence[Victim],
    strikes: Strikes,
    rng: np.random.Generator,
) -> Outcome:
    """Some rounds of one service on one broker."""
    began_s = time.monotonic()
    since: list[int] = []
    with running:
        _introduce(running, crowd)  # from now on the broker keeps what is for it
        with _entering(crowd):
            for victim in victims:
                since.append(crowd.messages)
                running.start()
                _require(running, messages=1)
                time.sleep(rng.uniform(0.0, LIFE_S))
                strikes[victim]()
        found = _settled(running, crowd.messages)
    when = [victims[max(bisect_right(since, n) - 1, 0)] for n in found.missing.tolist()]
    return Outcome(
        rounds=len(victims),
        published=len(found.people),
        stored=found.stored,
        lost=found.lost,
        duplicated=found.duplicated,
        struck=Counter(map(str, victims)),
        lost_by_victim=Counter(map(str, when)),
        seconds=time.monotonic() - began_s,
    )


@contextmanager
def _entering(crowd: Crowd) -> Iterator[None]:
    crowd.start()
    try:
        yield
    finally:
        crowd.stop()


def _one_of(processes: Sequence[int], rng: np.random.Generator) -> int | None:
    return int(rng.choice(processes)) if processes else None


def _kill(find: Callable[[], int | None]) -> None:
    """Kill a process, once there is one: it may just be being started again."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        with suppress(ProcessLookupError):
            if (pid := find()) is not None:
                os.kill(pid, signal.SIGKILL)
                return
        time.sleep(POLL_S)
    raise TimeoutError("there is nothing to be killed")


def _fill_the_disk(running: Running, for_s: float) -> None:
    running.limit_files(FULL_BYTES)
    time.sleep(for_s)
    running.limit_files(None)


def _introduce(running: Running, crowd: Crowd) -> None:
    """Return once something has come from the publisher to the service."""
    _require(running, messages=0)
    deadline = time.monotonic() + READY_WITHIN_S
    while not running.has_received(1, within_s=POLL_S):
        if time.monotonic() > deadline:
            raise TimeoutError("the service has subscribed to nothing")
        crowd.introduce()


def _require(running: Running, messages: int) -> None:
    if not running.has_received(messages, READY_WITHIN_S):
        raise TimeoutError(f"the service has not received {messages} messages")


def _settled(running: Running, published: int) -> Tally:
    """What is in the store, once all messages are there or time is up.

    The file is open to us only between lives. Each takes in at least as many messages as are still
    missing, and is ended in good order.
    """
    deadline = time.monotonic() + SETTLED_WITHIN_S
    missing = BURST
    while True:
        running.start()
        running.has_received(missing, min(READY_WITHIN_S, deadline - time.monotonic()))
        running.stop()
        found = tally(running.store, published)
        missing = len(found.missing)
        if not missing or time.monotonic() > deadline:
            return found


def main() -> None:
    """Run from the command line; exit 1 where anything was lost or counted twice."""
    flags = parser("crash", "published = stored, whatever is killed")
    flags.add_argument("--rounds", type=int, default=None, help="how often something goes wrong")
    flags.add_argument("--outage-s", type=float, default=None, help="the database away for so long")
    asked = flags.parse_args()
    rounds = asked.rounds or (QUICK_ROUNDS if asked.quick else ROUNDS)
    outage_s = asked.outage_s
    if outage_s is None:
        outage_s = QUICK_OUTAGE_S if asked.quick else OUTAGE_S
    rng = np.random.default_rng(asked.seed)
    parts: list[Callable[[Path, int, np.random.Generator], Outcome]] = [with_nats]
    if BINARY is not None:
        parts.append(with_mosquitto)
        if INFLUXD is not None and NGINX is not None:
            parts.append(partial(with_influx, outage_s=outage_s))
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for n, part in enumerate(parts):  # rounds divided as evenly as can be
            found = part(Path(folder), (rounds + len(parts) - 1 - n) // len(parts), rng)
            report(found.figures(), as_json=asked.json)
            outcome.add(found)
    report({"seed": asked.seed, **outcome.figures()}, as_json=asked.json)
    if not outcome.is_whole:
        sys.exit(1)


if __name__ == "__main__":
    main()
