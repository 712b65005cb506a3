"""One service to a data folder: its spool, and the sessions at the broker, have one owner."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Conflict


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder; it is free again when the process ends, however it ends.

    Raises `Conflict` where another has it.
    """
    with (folder / "running.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                "another openhours runs in it",
                where=str(folder),
                hint="stop that one, or give this one a data_dir of its own",
            ) from None
        yield
