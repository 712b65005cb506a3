"""A process that takes a queue off a broker into a store, and says how long that took.

Run as `python -m benchmarks.drain '{"port": 1883, "readings": 1000, …}'`; see `Drain`.
"""

import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.common import peak_mb
from domain.clock import SystemClock
from openhours.receiving.receiver import broker_of, receiver
from openhours.receiving.workers import WorkerPool
from openhours.running import logs
from openhours.settings.model import Settings
from openhours.storing.stores import stores

GIVE_UP_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """What to take, and where to."""

    port: int
    readings: int
    folder: str
    client_id: str
    workers: int = 1
    timeseries: str = ""
    """Address of the time series; empty for a DuckDB file in `folder`."""


def main() -> None:
    """Say when all are ready to receive, take it, and print when it was done and what it took."""
    asked = Drain(**json.loads(sys.argv[1]))
    settings = _settings(asked)
    logs.configure(settings.logging)
    broker = broker_of(settings, asked.port)
    with stores(settings) as (ledger, timeseries):
        taking = receiver(settings, broker, timeseries, ledger, SystemClock())
        taking.start()
        if isinstance(taking, WorkerPool):
            taking.wait_until(lambda _: taking.is_manned, GIVE_UP_S)
        print("ready", flush=True)
        done = taking.wait_until(lambda s: s.stored >= asked.readings, GIVE_UP_S)
        ended_s = time.monotonic()
        taking.wait_until(lambda s: s.waiting == 0, GIVE_UP_S)
        state = taking.state
        taking.stop()
        stored = timeseries.count()
    figures = {
        "done": done,
        "ended_s": ended_s,
        "received": state.received,
        "stored": stored,
        "rss_mb": peak_mb(),
    }
    print(json.dumps(figures))


def _settings(asked: Drain) -> Settings:
    file: dict[str, Any] = {
        "data_dir": asked.folder,
        "broker": {"embedded": False, "port": asked.port, "client_id": asked.client_id},
        "ingest": {"workers": asked.workers},
        "logging": {"level": "error"},
    }
    if asked.timeseries:
        file["store"] = {"timeseries": asked.timeseries}
    return Settings(file=file, flags={})  # type: ignore[call-arg]


if __name__ == "__main__":
    main()
