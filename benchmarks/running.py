"""`openhours run` as a process, for benchmarks that treat it badly."""

import json
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Self

from benchmarks.mosquitto import free_port
from store.timeseries.influx_address import InfluxAddress

ANSWERS_WITHIN_S, ENDED_WITHIN_S = 5.0, 60.0
POLL_S = 0.02
SPOOL_AFTER_S = 0.5
"""Sooner than one would want it, so that short outages come to it."""


class Running:
    """`openhours run` on a broker, with all that it keeps in `folder`; one life after another."""

    def __init__(
        self, folder: Path, broker_port: int, *, workers: int = 1, timeseries: str = ""
    ) -> None:
        self._console_port = free_port()
        self._spool = folder / "spool"
        settings = {
            "data_dir": folder,
            "broker.embedded": "false",
            "broker.port": broker_port,
            "console.port": self._console_port,
            "ingest.workers": workers,
            "ingest.spool_after_s": SPOOL_AFTER_S,
            "store.timeseries": timeseries,
            "logging.level": "error",
        }
        flags = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        program = [sys.executable, "-m", "openhours", *flags]
        self._command = [*program, "run"]
        self._process: subprocess.Popen[bytes] | None = None
        self.store: Path | InfluxAddress = folder / "readings.duckdb"
        if timeseries:
            self.store = InfluxAddress.parse(timeseries)
            subprocess.run([*program, "store", "setup"], check=True, stdout=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Begin a life, unless it has one."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def has_received(self, messages: int, within_s: float) -> bool:
        """Whether so many came in this life, within the time. Raises `RuntimeError` if it ends."""
        deadline = time.monotonic() + within_s
        while self.received() < messages:
            if (code := self._alive().poll()) is not None:
                raise RuntimeError(f"the service ended with {code}")
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        return True

    def received(self) -> int:
        """Messages received in this life; -1 while pages or broker do not answer."""
        address = f"http://127.0.0.1:{self._console_port}/health"
        try:
            with urllib.request.urlopen(address, timeout=ANSWERS_WITHIN_S) as answer:
                health = json.load(answer)
        except OSError:
            return -1
        return int(health["messages"]) if health["broker_connected"] else -1

    def spool_bytes(self) -> int:
        """What is on disk of messages that are not in the store yet."""
        size = 0
        for path in self._spool.rglob("*.spool"):
            with suppress(FileNotFoundError):  # all of it has been stored just now
                size += path.stat().st_size
        return size

    def workers(self) -> list[int]:
        """Process ids of those that receive for it; none where it receives itself."""
        tasks = Path(f"/proc/{self._alive().pid}/task").glob("*/children")
        children = [int(child) for task in tasks for child in _content(task).split()]
        return [c for c in children if b"spawn_main" in _content(Path(f"/proc/{c}/cmdline"))]

    def limit_files(self, size_bytes: int | None) -> None:
        """Let no file of it grow beyond a size, as on a full disk; None: any size again.

        It comes first: a worker that it starts meanwhile has what it has.
        """
        pid = self._alive().pid
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        soft = hard if size_bytes is None else size_bytes
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        for worker in self.workers():
            with suppress(ProcessLookupError):
                resource.prlimit(worker, resource.RLIMIT_FSIZE, (soft, hard))

    def kill(self) -> bool:
        """End it at once; whether it was alive."""
        process = self._alive()
        process.kill()
        return process.wait() == -signal.SIGKILL

    def stop(self) -> None:
        """End it as Ctrl-C does. Raises `CalledProcessError` when it does not end in good order."""
        process = self._alive()
        process.send_signal(signal.SIGINT)
        if code := process.wait(ENDED_WITHIN_S):
            raise subprocess.CalledProcessError(code, self._command)

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the service has not been started")
        return self._process


def _content(of_process: Path) -> bytes:
    """Of a file in /proc; nothing where the process is gone."""
    try:
        return of_process.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
