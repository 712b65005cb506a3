import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.server, pytest.mark.timeout(240)]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def _demo(folder: Path, port: int) -> Iterator[str]:
    """The demo, from when its proposals wait until Ctrl-C has ended it; gives what it printed."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "openhours", "--set", f"data_dir={folder}"),
            *("--set", f"console.port={port}", "--set", "logging.level=error"),
            *("demo", "--weeks", "4", "--speed", "600"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "proposals wait" in line:
            break
    try:
        yield printed
        process.send_signal(signal.SIGINT)
        printed = process.stdout.read()
        assert process.wait(30) == 0
        assert "a new start continues" in printed
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _get(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def test_the_demo_proposes_ends_cleanly_and_continues(tmp_path: Path, port: int) -> None:
    with _demo(tmp_path, port) as printed:
        assert re.search(r"/link\?key=\S{20,}", printed)
        proposals = _get(port, "/api/v1/proposals")
        assert {p["verdict"] for p in proposals} == {"change", "keep", "not_enough_data"}
        before = _get(port, "/health")
        assert before["broker_connected"]
    with _demo(tmp_path, port) as printed:
        assert "playing" not in printed, "the weeks are not played again"
        assert _get(port, "/health")["clock"] >= before["clock"]
        assert len(_get(port, "/api/v1/proposals")) >= len(proposals)
