"""Deletes what the ledger need not keep any longer."""

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select

from domain.calendars import epoch_us
from domain.planning import AuditLine
from store.ledger import audit_rows, rejection_rows, state_rows
from store.ledger.tables import audit, outbox, rejections

_KEPT_FROM = "audit:kept-from"
"""By this the database knows which lines it lets go; written as SQLite keeps instants."""


def drop_audit(connection: Connection, before: datetime, now: datetime) -> int:
    """Delete lines before that instant, and add one that says so; return how many went."""
    instant = before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if instant > (state_rows.read(connection, _KEPT_FROM) or ""):
        state_rows.put(connection, _KEPT_FROM, instant)
    gone = connection.execute(delete(audit).where(audit.c.at < before)).rowcount
    if gone:
        detail = f"{gone} lines before {before:%Y-%m-%d}"
        line = AuditLine(
            at=now, actor="openhours", action="audit.expired", subject="audit", detail=detail
        )
        audit_rows.add(connection, [line])
    return gone


def drop_rejections(connection: Connection, before: datetime) -> int:
    """Forget rejections received before that instant; return how many were kept whole."""
    old = rejections.c.received_us < epoch_us(before)
    ids = list(connection.scalars(select(rejections.c.id).where(old)))
    rejection_rows.drop(connection, ids)
    return len(ids)


def drop_sent(connection: Connection, before: datetime) -> int:
    """Delete messages that were sent before that instant; return how many went."""
    return connection.execute(delete(outbox).where(outbox.c.sent_at < before)).rowcount
