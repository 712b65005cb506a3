"""The little that SQLite and PostgreSQL have in common beyond plain SQL."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which both dialects spell alike."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def hold(connection: Connection, table: Table) -> None:
    """Keep other writers of `table` waiting until this transaction ends, as SQLite does anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


def portions(values: Iterable[T], size: int = 1_000) -> Iterator[list[T]]:
    """`values` in lists short enough to be the parameters of one statement."""
    rest = iter(values)
    while portion := list(islice(rest, size)):
        yield portion
