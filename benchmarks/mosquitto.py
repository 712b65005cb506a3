"""A real Mosquitto of our own, for benchmarks and tests."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

BINARY = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
READY_WITHIN_S = 10.0

# By default it sends 20 messages and waits for their acknowledgement, and drops all but 1,000.
_CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_inflight_messages 0
max_queued_messages 0
user root
"""
# It writes its whole memory out after each change, which only short queues can bear.
_DURABLE = """\
autosave_on_changes true
autosave_interval 1
"""


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server((Mosquitto.host, 0)) as server:
        return int(server.getsockname()[1])


class Mosquitto:
    """Mosquitto on a free port of loopback, with its memory in `folder`.

    `durable`: what it has acknowledged survives `kill`; `stop` keeps everything in any case.
    `more`: further lines of its configuration.
    """

    host = "127.0.0.1"

    def __init__(self, folder: Path, *, durable: bool = False, more: str = "") -> None:
        if BINARY is None:
            raise FileNotFoundError("mosquitto is not installed")
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self._configuration = folder / "mosquitto.conf"
        self._configuration.write_text(
            _CONFIGURATION.format(port=self.port, folder=folder)
            + (_DURABLE if durable else "")
            + more
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Return once it takes connections."""
        self._process = subprocess.Popen(
            [str(BINARY), "-c", str(self._configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY_WITHIN_S
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection((self.host, self.port)).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise TimeoutError(f"mosquitto does not come up with {self._configuration}")

    def pause(self) -> None:
        """Have it stand still: who connects is not answered yet."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Have it go on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait()
