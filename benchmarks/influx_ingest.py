"""Counts into InfluxDB, beside Node-RED on the same broker and database.

Messages a second, and what each keeps of the messages when it is killed with `kill -9` in the
middle, and when the database is away while they come. Needs `npm`, or Node-RED in `--node-red`.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from benchmarks.common import Figure, parser, report
from benchmarks.flood import publish
from benchmarks.influx import Influx
from benchmarks.mosquitto import Mosquitto
from benchmarks.nodered import NodeRed, install
from benchmarks.queued import FILTER, SENSORS, START_MS, subscribe

SETTLED_AFTER_S = 8.0
"""When the count of stored messages has stood still for so long, no more are taken to come."""
GIVE_UP_S = 120.0
POLL_S = 0.1


class Taker(Protocol):
    """Takes messages from the broker into the database."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...


class OpenHours:
    """`openhours ingest` as a process."""

    def __init__(self, folder: Path, broker_port: int, influx: Influx, workers: int) -> None:
        said = {
            "data_dir": folder,
            "broker.embedded": "false",
            "broker.port": broker_port,
            "broker.client_id": "openhours",
            "store.timeseries": f"{influx.url}/openhours".replace("http://", "influxdb://"),
            "ingest.workers": workers,
            "logging.level": "error",
        }
        flags = [word for name, value in said.items() for word in ("--set", f"{name}={value}")]
        self._command = [sys.executable, "-m", "openhours", *flags]
        subprocess.run([*self._command, "store", "setup"], check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Return once it has done all but to hear from the broker."""
        self._process = subprocess.Popen([*self._command, "ingest"], stdout=subprocess.PIPE)
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        self._process.stdout.readline()

    def stop(self) -> None:
        """End it in good order."""
        self._process.terminate()
        self._process.wait()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


class House:
    """A broker, a database, and one of the takers at a time."""

    def __init__(self, folder: Path, program: Path, messages: int) -> None:
        self.folder, self.program, self.messages = folder, program, messages

    @contextmanager
    def with_taker(self, name: str) -> Iterator[tuple[Mosquitto, Influx, Taker, Callable[[], int]]]:
        """Broker, database, the taker, and how many messages are stored."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        with ExitStack() as stack:
            broker = stack.enter_context(Mosquitto(place / "broker"))
            influx = stack.enter_context(Influx(place / "influx"))
            _ask(influx, "CREATE DATABASE nodered")
            taker: Taker
            if name == "openhours":
                taker = OpenHours(place / "data", broker.port, influx, workers=1)
                where, field = '"openhours"."readings"."readings"', "said"
            else:
                taker = NodeRed(self.program, place / "node-red", broker.port, influx.http_port)
                where, field = '"nodered"."autogen"."counts"', "entered"
            subscribe(broker.port, name, FILTER)
            yield broker, influx, taker, lambda: _stored(influx, where, field)

    def rate(self, name: str) -> float:
        """Messages a second from the queue into the database; the start is not counted."""
        with self.with_taker(name) as (broker, _influx, taker, stored):
            publish(broker.port, _singles(self.messages))
            broker.pause()
            taker.start()
            began_s = time.monotonic()
            broker.resume()
            kept, at_s = _settled(stored, self.messages)
            taker.stop()
        return kept / (at_s - began_s)

    def kept_after_kill(self, name: str) -> float:
        """Share of the messages that is stored, though the taker was killed in the middle."""
        with self.with_taker(name) as (broker, _influx, taker, stored):
            publish(broker.port, _singles(self.messages))
            taker.start()
            _until(lambda: stored() or None)
            taker.kill()
            taker.start()
            kept, _ = _settled(stored, self.messages)
            taker.stop()
        return kept / self.messages

    def kept_over_outage(self, name: str) -> float:
        """Share of the messages that is stored, though the database was away when they came."""
        with self.with_taker(name) as (broker, influx, taker, stored):
            taker.start()
            publish(broker.port, _singles(1))
            _until(lambda: stored() or None)
            influx.stop()
            publish(broker.port, _singles(self.messages))
            time.sleep(SETTLED_AFTER_S)  # both take what they can into their own hands
            influx.start()
            kept, _ = _settled(stored, self.messages)
            taker.stop()
        return kept / self.messages


def main() -> None:
    """Run from the command line."""
    flags = parser("influx_ingest", __doc__ or "")
    flags.add_argument("--node-red", type=Path, default=None, help="where it is installed")
    asked = flags.parse_args()
    figures = {"seed": asked.seed, **beside_node_red(asked.node_red, quick=asked.quick)}
    report(figures, as_json=asked.json)


def beside_node_red(installed: Path | None, *, quick: bool) -> dict[str, Figure]:
    """Both takers in turn. `installed`: where Node-RED is; None installs it for the time."""
    figures: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory() as name:
        program = installed or Path(name) / "program"
        if installed is None:
            install(program)
        house = House(Path(name), program, 3_000 if quick else 20_000)
        figures["influx_messages"] = house.messages
        for taker, short in (("openhours", "openhours"), ("node-red", "node_red")):
            figures[f"{short}_messages_per_s"] = house.rate(taker)
            figures[f"{short}_kept_after_kill"] = house.kept_after_kill(taker)
            figures[f"{short}_kept_over_outage"] = house.kept_over_outage(taker)
    ours, theirs = (float(str(figures[f"{n}_messages_per_s"])) for n in ("openhours", "node_red"))
    figures["ratio_to_node_red"] = ours / theirs
    return figures


def _singles(number: int) -> Iterator[tuple[str, bytes]]:
    for n in range(number):
        said = {"time": START_MS + n, "entered": 10_000 + n, "left": 9_000 + n}
        yield f"openhours/v1/door-{n % SENSORS}/counts", json.dumps(said).encode()


def _ask(influx: Influx, query: str) -> dict[str, Any]:
    said = urllib.parse.urlencode({"q": query})
    request = urllib.request.Request(f"http://127.0.0.1:{influx.http_port}/query?{said}", b"")
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
        found: dict[str, Any] = json.load(answer)
    return found


def _stored(influx: Influx, measurement: str, field: str) -> int:
    """Points in the database that have the field."""
    answer = _ask(influx, f"SELECT count({field}) FROM {measurement}")  # noqa: S608 - both are ours
    series = answer["results"][0].get("series", [])
    return int(series[0]["values"][0][1]) if series else 0


def _settled(stored: Callable[[], int], enough: int) -> tuple[int, float]:
    """How many are stored once all are, or no more come; and when the last one was seen."""
    last, since_s = -1, time.monotonic()
    while last < enough and time.monotonic() - since_s < SETTLED_AFTER_S:
        now = stored()
        if now != last:
            last, since_s = now, time.monotonic()
        time.sleep(POLL_S)
    return last, since_s


def _until(look: Callable[[], int | None]) -> int:
    deadline_s = time.monotonic() + GIVE_UP_S
    while time.monotonic() < deadline_s:
        if (found := look()) is not None:
            return found
        time.sleep(POLL_S)
    raise TimeoutError("nothing came")


if __name__ == "__main__":
    main()
