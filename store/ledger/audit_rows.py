"""The audit log: lines are added, never changed; the database itself refuses."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from domain.audit import AuditFilter, NumberedLine
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


def find(
    connection: Connection, wanted: AuditFilter, before: int | None, limit: int
) -> Sequence[NumberedLine]:
    """Lines that match, newest first."""
    columns, query = audit.c, select(audit)
    if wanted.actor:
        query = query.where(columns.actor == wanted.actor)
    if wanted.action:
        query = query.where(columns.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        query = query.where(columns.subject.contains(wanted.subject, autoescape=True))
    if wanted.since is not None:
        query = query.where(columns.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.at < wanted.until)
    if before is not None:
        query = query.where(columns.id < before)
    rows = connection.execute(query.order_by(columns.id.desc()).limit(limit)).mappings()
    return [
        NumberedLine(row["id"], AuditLine(**{k: v for k, v in row.items() if k != "id"}))
        for row in rows
    ]
