import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import InvalidSettings
from openhours.serving import listen, manager_key
from openhours.settings import load

KILLED_ON_THE_WAY = """
import os, secrets, signal, sys
from pathlib import Path
from openhours.serving import manager_key
secrets.token_urlsafe = lambda _: os.kill(os.getpid(), signal.SIGKILL)
manager_key(Path(sys.argv[1]))
"""


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "manager.key"
    assert manager_key(file) == manager_key(file) == file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_killed_while_it_makes_the_key_it_makes_one_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "manager.key"
    killed = subprocess.run([sys.executable, "-c", KILLED_ON_THE_WAY, str(file)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(manager_key(file)) == 32


@pytest.mark.parametrize("content", ["", "fifteen letters"])
def test_a_file_without_a_key_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "manager.key"
    file.write_text(content)
    with pytest.raises(InvalidSettings, match=r"manager\.key: holds no key.*delete the file"):
        manager_key(file)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_pages_listen_on_loopback_of_either_family(host: str) -> None:
    if host == "::1" and not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        listen(load(None, [f"console.host={host}", f"console.port={port}"])) as listener,
        socket.create_connection((host, port), timeout=5) as visitor,
    ):
        assert listener.getsockname()[:2] == visitor.getpeername()[:2]
