"""The console's part of its benchmark, in a process of its own: receiver, store and pages."""

import sys
from pathlib import Path

from console.web.app import create_app
from console.web.server import Server
from console.web.services import Source
from domain.clock import SystemClock
from openhours.running.joining import service
from openhours.running.serving import services_of
from openhours.settings.model import load


def serve(folder: Path, broker_port: int, port: int) -> None:
    """Serve the city of a folder until ended."""
    given = [f"data_dir={folder}", "broker.embedded=false", f"broker.port={broker_port}"]
    with service(load(None, given), SystemClock()) as running:
        Server(create_app(services_of(running, Source.LIVE)), "127.0.0.1", port).run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
