"""All rows of a ledger as lines of JSON and back, whichever database holds it.

The tables are taken as they stand in the database, so that rows of any revision can be read, and
are put into tables of the same revision. A line is the list of a row's cells.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text

from domain.errors import Conflict
from store.ledger.dialect import portions
from store.ledger.engine import connect, reading, writing
from store.ledger.migrations import migrate, revision_of, take_back

_BOOKKEEPING = "alembic_version"
_ROWS_AT_ONCE = 500


class Rows(NamedTuple):
    """One table's rows."""

    table: str
    columns: Sequence[str]
    lines: Iterable[bytes]
    """JSON, in no order that counts."""


class Digest:
    """What a set of lines is told by, in whatever order they come."""

    def __init__(self) -> None:
        self.lines = 0
        self._sum = 0

    def take(self, line: bytes) -> None:
        """Count one line in."""
        self.lines += 1
        self._sum = (self._sum + int.from_bytes(sha256(line).digest())) % 2**256

    def text(self) -> str:
        """Equal for equal sets of lines."""
        return f"{self._sum:064x}"


@contextmanager
def dumped(url: str) -> Iterator[Iterator[Rows]]:
    """The tables at `url` in one state of the ledger, those that others refer to first.

    Each table's lines are read before the next is asked for. Raises `StoreUnavailable`.
    """
    engine = connect(url)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with reading(engine) as connection:
            tables = _tables(connection)
            yield (_rows(connection, table) for table in tables)
    finally:
        engine.dispose()


def is_bare(url: str) -> bool:
    """Whether nothing has ever been kept at `url`. Raises `StoreUnavailable`."""
    if revision_of(url) is None:
        return True
    with dumped(url) as tables:
        return not any(True for rows in tables for _ in rows.lines)


def load(url: str, revision: str, tables: Iterable[Rows]) -> None:
    """Put rows into tables of `revision`, made for them: all of the rows, or none.

    Raises `Conflict` where something is kept already, `StoreUnavailable`, and `ValueError` for rows
    that the tables cannot hold.
    """
    if not is_bare(url):
        raise Conflict("the ledger is not empty", hint="restore into a database of its own")
    if revision_of(url) is not None:
        take_back(url, "base")
    migrate(url, revision)
    engine = connect(url)
    try:
        with writing(engine) as connection:
            known = {table.name: table for table in _tables(connection)}
            for rows in tables:
                _put(connection, known[rows.table], rows)
            if connection.dialect.name == "postgresql":
                _count_on(connection, known.values())
    finally:
        engine.dispose()


def _tables(connection: Connection) -> list[Table]:
    metadata = MetaData()
    names = [n for n in inspect(connection).get_table_names() if n != _BOOKKEEPING]
    metadata.reflect(connection, only=names)
    return metadata.sorted_tables


def _rows(connection: Connection, table: Table) -> Rows:
    return Rows(
        str(table.name), [str(column.name) for column in table.c], _lines(connection, table)
    )


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
    for row in rows:
        yield msgspec.json.encode([_told(cell) for cell in row])


def _put(connection: Connection, table: Table, rows: Rows) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    for portion in portions(rows.lines, _ROWS_AT_ONCE):
        cells = ([_cell(c, is_sqlite=is_sqlite) for c in msgspec.json.decode(p)] for p in portion)
        values = [dict(zip(rows.columns, row, strict=True)) for row in cells]
        connection.execute(insert(table), values)


def _told(cell: object) -> Any:
    """A cell as JSON: what has no type of its own there is an object that names it."""
    match cell:
        case datetime():
            aware = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
            return {"at": aware.astimezone(UTC).isoformat()}
        case date():
            return {"day": cell.isoformat()}
        case bytes() | memoryview():
            return {"bytes": bytes(cell)}
    return cell


def _cell(told: Any, *, is_sqlite: bool) -> Any:
    match told:
        case {"at": moment}:
            at = datetime.fromisoformat(moment)
            return at.replace(tzinfo=None) if is_sqlite else at
        case {"day": day}:
            return date.fromisoformat(day)
        case {"bytes": encoded}:
            return msgspec.convert(encoded, bytes)
    return told


def _count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Have PostgreSQL number new rows beyond those that brought their numbers along."""
    named = "SELECT pg_get_serial_sequence(:name, 'id')"
    for table in tables:
        if "id" not in table.c or not connection.scalar(text(named), {"name": table.name}):
            continue
        last = connection.scalar(select(func.max(table.c.id)))
        if last is not None:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last)))


def digests(tables: Iterable[Rows]) -> dict[str, str]:
    """By table what its rows are told by; a table without rows is left out."""
    found = {}
    for rows in tables:
        digest = Digest()
        for line in rows.lines:
            digest.take(line)
        if digest.lines:
            found[rows.table] = digest.text()
    return found
