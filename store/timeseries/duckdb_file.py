"""One DuckDB file held open by this process: transactions, clear errors, recovery."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from domain.errors import StoreUnavailable

_FAULTS = (duckdb.OperationalError, duckdb.FatalException)
"""What the world does to a database."""
_FAULTS_OF_THE_DATA = (duckdb.DataError, duckdb.IntegrityError)
"""What a table cannot hold; every other DuckDB error is a fault of the program."""

_HINTS = {
    "Could not set lock": "another process holds it: stop that one, or use another data folder",
    "not a valid DuckDB": "move the file away, or use another path",
    "No such file": "create the folder",
    "Permission denied": "let this user read and write the file and its folder",
    "No space left": "free disk space; what was not acknowledged is sent again",
    "File too large": "raise the file size limit of this process (ulimit -f)",
}


class DuckDBFile:
    """Opens `path` (None: memory) and hands out transactions, to any number of threads.

    `memory_mb` is what DuckDB may take for blocks and sorting; beyond it, it uses the disk.
    `prepare` runs in a transaction of its own after every opening. After an error that DuckDB
    cannot go on from, such as a disk that filled up during a checkpoint, the next transaction opens
    the file anew. Raises `StoreUnavailable`, and `ValueError` for data that no table can hold.
    """

    def __init__(
        self, path: Path | None, prepare: Callable[[DuckDBPyConnection], None], memory_mb: int
    ) -> None:
        self._path, self._prepare = path, prepare
        self._options: dict[str, Any] = {"memory_limit": f"{memory_mb}MB"}
        self._opening = Lock()
        self._connection: DuckDBPyConnection | None = None
        self._closed = False
        with self._named_faults():
            self._open()

    @contextmanager
    def transaction(self) -> Iterator[DuckDBPyConnection]:
        """A cursor whose work is durable at the end of the block, or undone by an exception."""
        with self._named_faults(), self._open().cursor() as cursor, _committed(cursor):
            yield cursor

    def checkpoint(self) -> None:
        """Write the log into the file, once those who read are done."""
        with self._named_faults(), self._open().cursor() as cursor:
            cursor.execute("CHECKPOINT")

    def close(self) -> None:
        """Release the file for good."""
        self._closed = True
        self._let_go()

    def _let_go(self) -> None:
        with self._opening:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> DuckDBPyConnection:
        with self._opening:
            if self._closed:
                raise RuntimeError("the store has been closed")
            if self._connection is None:
                connection = duckdb.connect(self._path or ":memory:", config=self._options)
                try:
                    with _committed(connection):
                        self._prepare(connection)
                except BaseException:
                    connection.close()
                    raise
                self._connection = connection
            return self._connection

    @contextmanager
    def _named_faults(self) -> Iterator[None]:
        try:
            yield
        except _FAULTS_OF_THE_DATA as error:
            raise ValueError(f"the time-series store cannot hold that: {error}") from error
        except _FAULTS as error:
            if isinstance(error, duckdb.FatalException):
                self._let_go()
            what = str(error).splitlines()[0]
            raise StoreUnavailable(
                f"the time-series store does not work: {what}",
                where=str(self._path or "memory"),
                hint=next((hint for part, hint in _HINTS.items() if part in what), ""),
            ) from error


@contextmanager
def _committed(connection: DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):  # a failed commit leaves nothing to roll back
            connection.rollback()
        raise
