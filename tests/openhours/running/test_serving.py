"""Where the pages listen."""

import socket
from pathlib import Path

import pytest

from openhours.running.serving import listen
from openhours.settings.model import load


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
