"""Planning and showing in processes of their own."""

import os
import socket
from pathlib import Path

import pytest

from domain.clock import SystemClock
from domain.errors import InvalidSettings
from openhours.running.alive import say_alive
from openhours.running.joining import service_apart
from openhours.settings.model import load


def test_roles_say_at_once_what_of_the_settings_processes_cannot_share(tmp_path: Path) -> None:
    settings = load(flags=[f"data_dir={tmp_path}"])
    with pytest.raises(InvalidSettings) as caught, service_apart(settings, SystemClock()):
        pass
    assert {p.where for p in caught.value.problems} == {"broker.embedded", "store.timeseries"}


@pytest.mark.parametrize("kind", ["a path", "an abstract name"])
def test_a_process_tells_systemd_and_probes_that_it_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    name = str(tmp_path / "notify") if kind == "a path" else f"@openhours-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(name.replace("@", "\0"))
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        say_alive(tmp_path)
        assert systemd.recv(100).splitlines() == [b"READY=1", b"WATCHDOG=1"]
    assert (tmp_path / "alive").exists()
