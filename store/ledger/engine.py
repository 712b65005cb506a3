"""Reaching the ledger's database: connections that keep their word, and clear errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import InvalidSettings, StoreUnavailable

_FAULTS_OF_THE_DATA = (DataError, IntegrityError)
_FAULTS_OF_THE_PROGRAM = (NotSupportedError, ProgrammingError)

_HINTS = {
    "unable to open": "create the folder, and let this user write in it",
    "not a database": "move the file away, or use another path",
    "is full": "free disk space",
    "is locked": "another process writes for long; try again",
    "readonly": "let this user write the file and its folder",
    "no such table": "open it with SqlLedger.open, which makes the tables",
}

_SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout = 15000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)


def connect(url: str) -> Engine:
    """An engine for an SQLAlchemy `url`. Raises `InvalidSettings`."""
    try:
        # a server may have been away since a connection was used last
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (ArgumentError, ModuleNotFoundError) as error:
        raise InvalidSettings(
            f"the ledger's address cannot be used: {error}",
            hint="write it as sqlite:////folder/ledger.sqlite, or postgresql+psycopg://…",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads one state of the ledger. Raises `StoreUnavailable`."""
    with named_faults(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is durable at the end of the block, or undone by an exception.

    On SQLite it waits its turn at once: one that began by reading could not write any more after
    another's commit. Raises `StoreUnavailable`, and `ValueError` for data that no table can hold.
    """
    writer = engine.execution_options(openhours_writes=True)
    with named_faults(engine), writer.begin() as connection:
        yield connection


def tidy(engine: Engine) -> None:
    """Give back the room of deleted rows of an SQLite file; PostgreSQL does so by itself.

    Only where that is a quarter of the file, for the whole of it is written anew. Raises
    `StoreUnavailable`.
    """
    if engine.dialect.name != "sqlite":
        return
    with named_faults(engine), engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - it has just connected
        free, pages = (
            driver.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("freelist_count", "page_count")
        )
        if free * 4 > pages:
            driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def named_faults(engine: Engine) -> Iterator[None]:
    """Faults of the database in the words of `domain.errors`."""
    try:
        yield
    except _FAULTS_OF_THE_DATA as error:
        raise ValueError(f"the ledger cannot hold that: {error.orig}") from error
    except _FAULTS_OF_THE_PROGRAM:
        raise
    except DatabaseError as error:
        what = str(error.orig)
        raise StoreUnavailable(
            f"the ledger does not work: {what}",
            where=engine.url.render_as_string(),
            hint=next((hint for part, hint in _HINTS.items() if part in what), ""),
        ) from error


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # else the driver begins when it pleases
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("openhours_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
