"""Console, receiver and store in one process, as the service has them, and nothing else.

python -m benchmarks.console_server FOLDER BROKER_PORT CONSOLE_PORT
"""

import sys
from pathlib import Path

import numpy as np

from console.access.entrance import Entrance
from console.linkage.questions import Answer, Supposed
from console.web.app import create_app
from console.web.server import Server
from console.web.services import Services, ServiceStatus
from domain.clock import SystemClock
from domain.errors import InvalidInput
from ingest.broker import BrokerSettings
from ingest.subscriber import Subscriber
from openhours.forecasts import Forecasts
from openhours.sensors_report import SensorReporter
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore


def serve(folder: Path, broker_port: int, port: int) -> None:
    """Serve the city of a folder until ended."""
    ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
    store, clock = DuckDBStore(folder / "readings.duckdb"), SystemClock()
    broker = BrokerSettings(port=broker_port)
    subscriber = Subscriber(broker, store, ledger, clock, rng=np.random.default_rng())
    subscriber.start()
    services = Services(
        ledger=ledger,
        timeseries=store,
        clock=clock,
        status=lambda: ServiceStatus(
            broker_connected=subscriber.state.connected, messages=subscriber.state.received
        ),
        sensors=SensorReporter(ledger, store, clock).report,
        forecast=Forecasts(ledger).of,
        what_if=_no_planner,
        entrance=Entrance(open_reading=True),
    )
    Server(create_app(services), "127.0.0.1", port).run()
    subscriber.stop()


def _no_planner(_: Supposed) -> Answer:
    raise InvalidInput("there is no planner here")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
