"""The audit log: lines are added, never changed; the database itself refuses."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from domain.planning import AuditLine
from store.ledger.tables import audit


def add(connection: Connection, lines: Iterable[AuditLine]) -> None:
    """Add lines, the oldest first."""
    if rows := [asdict(line) for line in lines]:
        connection.execute(insert(audit), rows)


def latest(connection: Connection, limit: int) -> Sequence[AuditLine]:
    """Newest first."""
    columns = [c for c in audit.c if c is not audit.c.id]
    rows = connection.execute(select(*columns).order_by(audit.c.id.desc()).limit(limit))
    return [AuditLine(**row) for row in rows.mappings()]
