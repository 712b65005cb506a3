"""Of the processes that share a ledger, the one that leads: it plans and publishes."""

import fcntl
import os
import socket
from pathlib import Path
from threading import Lock
from typing import TextIO

from sqlalchemy import Connection, text

from store.ledger.engine import connect, named_faults

_KEY = 0x6C656164
"""Of PostgreSQL's advisory lock."""
_NOTICE_A_DEAD_HOST = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
"""Within half a minute the server ends the connection of a leader whose host is gone."""


class Lead:
    """The lead of the ledger at an SQLAlchemy `url`: held by one, and free again however that ends.

    In PostgreSQL it is an advisory lock of a connection of its own, which ends with the process;
    `pg_stat_activity.application_name` tells which. Beside an SQLite file it is a lock on a file,
    which the operating system takes back. Any number of threads may ask.
    """

    def __init__(self, url: str) -> None:
        self._engine = connect(url)
        self._connection: Connection | None = None
        self._file: TextIO | None = None
        self._one_at_a_time = Lock()

    def is_held(self) -> bool:
        """Whether this process leads; it takes the lead where nobody has it.

        Raises `StoreUnavailable` where the database does not answer: then the lead is lost.
        """
        with self._one_at_a_time:
            if self._engine.dialect.name == "postgresql":
                return self._is_held_in_postgresql()
            return self._is_held_beside_the_file()

    def close(self) -> None:
        """Give it up."""
        with self._one_at_a_time:
            self._hang_up()
            if self._file is not None:
                self._file.close()
                self._file = None
        self._engine.dispose()

    def _is_held_in_postgresql(self) -> bool:
        try:
            with named_faults(self._engine):
                if self._connection is None:
                    self._connection = self._engine.connect()
                    self._connection.execution_options(isolation_level="AUTOCOMMIT")
                    who = f"openhours lead, process {os.getpid()} of {socket.gethostname()}"
                    named = text("SELECT set_config('application_name', :who, false)")
                    self._connection.execute(named, {"who": who})
                    for line in _NOTICE_A_DEAD_HOST:
                        self._connection.execute(text(line))
                # who has it gets it again, so asking is also how a broken connection is noticed
                asked = text(f"SELECT pg_try_advisory_lock({_KEY})")
                return bool(self._connection.scalar(asked))
        except Exception:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _is_held_beside_the_file(self) -> bool:
        if self._file is None:
            file = Path(f"{self._engine.url.database}.lead").open("a", encoding="utf-8")  # noqa: SIM115
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True
