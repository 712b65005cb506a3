"""Signs of life, for whoever starts a process again when there are none."""

import os
import socket
from pathlib import Path

EVERY_S = 10


def say_alive(data_dir: Path) -> None:
    """Touch the file `alive` in the folder; tell systemd, where it wants to know.

    Source: sd_notify(3), which is a datagram to the socket that `NOTIFY_SOCKET` names.
    """
    (data_dir / "alive").touch()
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        if address.startswith("@"):
            address = "\0" + address[1:]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.sendto(b"READY=1\nWATCHDOG=1", address)
