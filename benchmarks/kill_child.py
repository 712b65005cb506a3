"""The service that `benchmarks.kill` kills: `python -m benchmarks.kill_child PORT FOLDER`."""

import sys
import threading
from pathlib import Path

import numpy as np

from domain.clock import SystemClock
from domain.ports import Ledger, TimeSeriesStore
from ingest.broker import BrokerSettings
from ingest.subscriber import Subscriber
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

READY = "ready"


def open_stores(folder: Path) -> tuple[TimeSeriesStore, Ledger]:
    """Both stores of the service."""
    ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    return DuckDBStore(folder / "readings.duckdb"), ledger


def subscribed(port: int, store: TimeSeriesStore, ledger: Ledger) -> Subscriber:
    """A started subscriber with its subscription granted."""
    subscriber = Subscriber(
        BrokerSettings(port=port), store, ledger, SystemClock(), rng=np.random.default_rng()
    )
    subscriber.start()
    if not subscriber.wait_until(lambda s: s.subscribed, timeout_s=30.0):
        raise TimeoutError(subscriber.state.broker_problem)
    return subscriber


if __name__ == "__main__":
    subscribed(int(sys.argv[1]), *open_stores(Path(sys.argv[2])))
    print(READY, flush=True)
    threading.Event().wait()
