"""A service that is told to stop takes in what it has received, and its logs hold no secret."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.mosquitto import free_port
from domain.planning import Outgoing
from ingest.publisher import MqttPublisher
from openhours.cli import app
from openhours.receiving.mosquitto_users import MosquittoUsers
from store.timeseries import DuckDBStore
from tests.contract.samples import NOON
from tests.fixtures.brokers import StartMosquitto, settings_of

pytestmark = [pytest.mark.server, pytest.mark.timeout(240)]

NOON_US = int(NOON.timestamp()) * 1_000_000
DEADLINE_S = 100.0
MESSAGES = 4_000

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts openhours in a process of its own; its log is in the file `log`."""
    with ExitStack() as stack:

        def started(command: str, *flags: str, **environment: str) -> subprocess.Popen[str]:
            words = [word for flag in flags for word in ("--set", flag)]
            log = stack.enter_context((tmp_path / "log").open("w"))
            process = subprocess.Popen(
                [sys.executable, "-m", "openhours", *words, command],
                env=os.environ | environment,
                stdout=log,
                stderr=log,
                text=True,
            )
            stack.callback(process.wait, DEADLINE_S)
            stack.callback(process.kill)
            return process

        yield started


def until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert process.poll() is None, "it has ended"
        assert time.monotonic() < deadline
        time.sleep(0.05)  # of another process there is no event to wait for


def health(port: int) -> dict[str, object]:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        found: dict[str, object] = json.loads(answer.read())
        return found
    return {}


def test_told_to_stop_under_load_it_stores_what_it_has_and_the_broker_keeps_the_rest(
    start: Start, start_mosquitto: StartMosquitto, tmp_path: Path
) -> None:
    broker = start_mosquitto()
    flags = [f"data_dir={tmp_path}/data", "broker.embedded=false", f"broker.port={broker.port}"]
    flags += [f"console.port={(port := free_port())}"]
    process = start("run", *flags)
    until(lambda: bool(health(port).get("broker_connected")), process)
    messages = [
        Outgoing(
            key="",
            topic=f"openhours/v1/door-{n % 50}/counts",
            payload=b'{"kind": "change", "entered": 1, "seq": %d, "time": %d}' % (n, NOON_US),
        )
        for n in range(MESSAGES)
    ]
    with closing(MqttPublisher(settings_of(broker))) as publisher:
        publisher.publish_many(messages)
    process.send_signal(signal.SIGTERM)
    assert process.wait(DEADLINE_S) == 0
    with closing(DuckDBStore(tmp_path / "data" / "readings.duckdb")) as store:
        stored = store.count()
    again = start("run", *flags)
    until(lambda: bool(health(port).get("broker_connected")), again)
    until(lambda: health(port).get("messages") == MESSAGES - stored, again)
    until(lambda: health(port).get("waiting") == 0, again)
    again.send_signal(signal.SIGTERM)
    assert again.wait(DEADLINE_S) == 0
    with closing(DuckDBStore(tmp_path / "data" / "readings.duckdb")) as store:
        assert store.count() == MESSAGES
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_no_secret_is_in_the_logs_however_much_is_logged(
    start: Start, start_mosquitto: StartMosquitto, tmp_path: Path
) -> None:
    users = MosquittoUsers(tmp_path / "users")
    secret = users.put("openhours", ["readwrite #"])
    lines = f"allow_anonymous false\npassword_file {users.passwords}\nacl_file {users.access}\n"
    broker, port = start_mosquitto(more=lines), free_port()
    flags: Sequence[str] = [
        *(f"data_dir={tmp_path}/data", f"console.port={port}", "logging.level=debug"),
        *("broker.embedded=false", f"broker.port={broker.port}", "broker.username=openhours"),
    ]
    process = start(
        "run", *flags, OPENHOURS_BROKER__PASSWORD=secret, OPENHOURS_STORE__TOKEN="tok3n-s"
    )
    until(lambda: bool(health(port).get("broker_connected")), process)
    (link,) = re.findall(rf"http://127\.0\.0\.1:{port}(/\S+)", (tmp_path / "log").read_text())
    key = link.rpartition("=")[2].rpartition("/")[2]
    for page in (link, "/", "/metrics"):
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{page}").close()
    broker.stop()
    until(lambda: health(port).get("broker_connected") is False, process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(DEADLINE_S) == 0
    logged = (tmp_path / "log").read_text()
    assert len(logged.splitlines()) > 5
    assert logged.count(key) == 1  # the link is printed for who starts it, and logged nowhere
    assert len(key) > 15
    assert secret not in logged
    assert "tok3n-s" not in logged


def test_a_fault_of_a_setting_does_not_print_the_secret_beside_it(tmp_path: Path) -> None:
    ended = CliRunner().invoke(
        app,
        ["--set", f"data_dir={tmp_path}", "config", "show"],
        env={
            "OPENHOURS_BROKER__PASSWORD": "hunter2",
            "OPENHOURS_STORE__LEDGER": "postgresql+psycopg://ana:s3cret@127.0.0.1:1/x",
            "COLUMNS": "300",
        },
    )
    assert "ana" in ended.output
    assert "hunter2" not in ended.output
    assert "s3cret" not in ended.output
