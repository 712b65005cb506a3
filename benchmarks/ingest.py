"""How fast counts get from a queue at the broker into the store, beside who does nothing with them.

Real Mosquitto, real stores, processes of their own. Every rate stands beside `mosquitto_sub`, a
client in C that drains the same queue and throws it away, in the same run and in turn. A message is
acknowledged after its commit; what is published is compared with what is stored.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from benchmarks.common import Figure, parser, report
from benchmarks.drain import Drain
from benchmarks.flood import publish
from benchmarks.full_store import cost_ratio
from benchmarks.influx_ingest import beside_node_red
from benchmarks.latency import latencies_s
from benchmarks.mosquitto import Mosquitto
from benchmarks.queued import FILTER, SENSORS, START_MS, subscribe

LIST = 100
STARTED_WITHIN_S = 0.3


def main() -> None:
    """Run from the command line; exit 1 where anything was lost or counted twice."""
    flags = parser("ingest", __doc__ or "")
    flags.add_argument("--rows", type=int, default=None, help="rows of the full store")
    flags.add_argument("--node-red", type=Path, default=None, help="beside it, where it is")
    asked = flags.parse_args()
    messages, lists, rounds = (40_000, 1_000, 1) if asked.quick else (200_000, 10_000, 3)
    rows = asked.rows or (2_000_000 if asked.quick else 100_000_000)
    rng = np.random.default_rng(asked.seed)
    figures: dict[str, Figure] = {"seed": asked.seed, "messages": messages, "rounds": rounds}
    singles = [*_singles(messages, rng)]
    figures |= _drained("1_worker", singles, 1, rounds, workers=1)
    figures |= _drained("2_workers", singles, 1, rounds, workers=2)
    figures |= _drained("lists", [*_lists(lists, rng)], LIST, rounds, workers=1)
    figures["ratio_to_mosquitto_sub_1_worker"] = figures["1_worker_ratio"]
    figures["ratio_to_mosquitto_sub_2_workers"] = figures["2_workers_ratio"]
    figures["batched_readings_per_s"] = figures["lists_readings_per_s"]
    figures |= cost_ratio(rows, rng)
    waits_s = latencies_s(seconds=8 if asked.quick else 30, per_s=1_000)
    figures["p50_publish_to_query_s"] = float(np.quantile(waits_s, 0.50))
    figures["p99_publish_to_query_s"] = float(np.quantile(waits_s, 0.99))
    for total in ("lost", "duplicated"):
        parts = [figures[f"{name}_{total}"] for name in ("1_worker", "2_workers", "lists")]
        figures[total] = sum(int(part) for part in parts if isinstance(part, int))
    figures["rss_mb"] = max(float(str(figures[f"{n}_rss_mb"])) for n in ("1_worker", "lists"))
    if asked.node_red is not None:
        figures |= beside_node_red(asked.node_red, quick=asked.quick)
    report(figures, as_json=asked.json)
    if figures["lost"] or figures["duplicated"]:
        sys.exit(1)


def _singles(number: int, rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """Messages of one total each."""
    for n, step in enumerate(rng.integers(0, 5, number).tolist()):
        said = {"kind": "total", "time": START_MS + n, "entered": 10_000 + n, "left": 9_000 + step}
        yield f"openhours/v1/door-{n % SENSORS}/counts", json.dumps(said).encode()


def _lists(number: int, rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """Messages of a list of totals."""
    for n, step in enumerate(rng.integers(0, 5, number).tolist()):
        said = [
            {"time": START_MS + LIST * n + m, "entered": 10_000 + n + m, "left": 9_000 + step}
            for m in range(LIST)
        ]
        yield f"openhours/v1/door-{n % SENSORS}/counts", json.dumps(said).encode()


def _drained(
    name: str, messages: list[tuple[str, bytes]], each: int, rounds: int, *, workers: int
) -> dict[str, Figure]:
    """Drain the messages some times, each time beside `mosquitto_sub`, and compare."""
    ratios, rates, found = [], [], list[Mapping[str, Any]]()
    for round_ in range(rounds):
        with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder) / "broker") as broker:
            subscribe(broker.port, "thrown-away", FILTER)
            for session, topic_filter in _sessions(workers):
                subscribe(broker.port, session, topic_filter)
            publish(broker.port, messages)
            order = [_thrown_away, _stored] if round_ % 2 else [_stored, _thrown_away]
            job = _Job(broker, len(messages), each, workers, folder)
            done = {take: take(job) for take in order}
        stored, thrown = done[_stored], done[_thrown_away]
        ratios.append(float(thrown["seconds"]) / float(stored["seconds"]))
        rates.append(len(messages) * each / float(stored["seconds"]))
        found.append(stored)
    wanted = len(messages) * each
    return {
        f"{name}_ratio": median(ratios),
        f"{name}_ratios": [round(ratio, 2) for ratio in ratios],
        f"{name}_readings_per_s": median(rates),
        f"{name}_rss_mb": max(float(f["rss_mb"]) for f in found),
        f"{name}_lost": sum(max(wanted - int(f["stored"]), 0) for f in found),
        f"{name}_duplicated": sum(max(int(f["stored"]) - wanted, 0) for f in found),
    }


def _sessions(workers: int) -> list[tuple[str, str]]:
    """Client id and filter of the sessions that the workers take up."""
    if workers == 1:
        return [("stored", FILTER)]
    return [(f"stored-{n}", f"$share/openhours/{FILTER}") for n in range(workers)]


class _Job(NamedTuple):
    broker: Mosquitto
    messages: int
    each: int
    workers: int
    folder: str


def _thrown_away(job: _Job) -> Mapping[str, Any]:
    command = ["mosquitto_sub", "-p", str(job.broker.port), "-i", "thrown-away", "-c", "-q", "1"]
    job.broker.pause()
    client = subprocess.Popen(
        [*command, "-t", FILTER, "-C", str(job.messages)], stdout=subprocess.DEVNULL
    )
    time.sleep(STARTED_WITHIN_S)  # it says nothing by which one could know
    began_s = time.monotonic()
    job.broker.resume()
    if client.wait():
        raise RuntimeError("mosquitto_sub did not get all")
    return {"seconds": time.monotonic() - began_s}


def _stored(job: _Job) -> Mapping[str, Any]:
    asked = Drain(
        port=job.broker.port,
        readings=job.messages * job.each,
        folder=f"{job.folder}/data",
        client_id="stored",
        workers=job.workers,
    )
    job.broker.pause()
    command = [sys.executable, "-m", "benchmarks.drain", json.dumps(asdict(asked))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the drain did not start")
        began_s = time.monotonic()
        job.broker.resume()
        found: dict[str, Any] = json.loads(process.stdout.readline())
    if not found["done"]:
        raise TimeoutError(f"not all was stored: {found}")
    return {**found, "seconds": found["ended_s"] - began_s}


if __name__ == "__main__":
    main()
