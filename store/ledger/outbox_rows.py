"""Messages that wait to be sent, written in the transaction that gives cause for them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from domain.planning import AuditLine, Lane, Outgoing
from domain.ports import Queued
from store.ledger.dialect import portions
from store.ledger.tables import outbox

_WAITS = outbox.c.sent_at.is_(None) & outbox.c.given_up_at.is_(None)


def add(connection: Connection, messages: Sequence[Outgoing]) -> None:
    """Queue messages, due at once."""
    rows = [
        {
            "key": m.key,
            "topic": m.topic,
            "payload": m.payload,
            "retain": m.retain,
            "lane": m.lane,
            "attempts": 0,
            "error": "",
        }
        for m in messages
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def queued(connection: Connection, at: datetime, limit: int, lane: Lane) -> Sequence[Queued]:
    """Rows of a lane that wait and are due at `at`, oldest first.

    A message waits for the postponed ones of its topic: a retained message that overtook an older
    one would be undone by it.
    """
    earlier = outbox.alias("earlier")
    overtakes = select(earlier.c.id).where(
        earlier.c.sent_at.is_(None),
        earlier.c.given_up_at.is_(None),
        earlier.c.topic == outbox.c.topic,
        earlier.c.id < outbox.c.id,
        earlier.c.due_at > at,
    )
    due = or_(outbox.c.due_at.is_(None), outbox.c.due_at <= at)
    query = (
        select(outbox)
        .where(_WAITS, outbox.c.lane == lane, due, ~overtakes.exists())
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [
        Queued(
            id=row.id,
            attempts=row.attempts,
            message=Outgoing(
                key=row.key,
                topic=row.topic,
                payload=row.payload,
                retain=row.retain,
                lane=Lane(row.lane),
            ),
        )
        for row in connection.execute(query)
    ]


def waiting(connection: Connection) -> int:
    """How many rows have not been sent."""
    return connection.scalar(select(func.count()).where(outbox.c.sent_at.is_(None))) or 0


def sent(connection: Connection, ids: Sequence[int], at: datetime) -> list[str]:
    """Mark rows as sent; return the keys of those that were not marked before."""
    keys: list[str] = []
    for portion in portions(ids):
        waiting = outbox.c.id.in_(portion), outbox.c.sent_at.is_(None)
        marked = update(outbox).where(*waiting).values(sent_at=at).returning(outbox.c.key)
        keys += connection.execute(marked).scalars()
    return keys


def postpone(connection: Connection, row: int, until: datetime, error: str) -> None:
    """Count one failed attempt of an unsent row, due again at `until`; without an error, none."""
    changed = {"attempts": outbox.c.attempts + 1, "error": error} if error else {}
    connection.execute(
        update(outbox).where(outbox.c.id == row, _WAITS).values(due_at=until, **changed)
    )


def give_up(connection: Connection, row: int, at: datetime, error: str) -> list[AuditLine]:
    """Let a row wait no more; return what the audit log says of it."""
    given_up = update(outbox).where(outbox.c.id == row, _WAITS).values(given_up_at=at, error=error)
    keys = connection.execute(given_up.returning(outbox.c.key)).scalars()
    return [
        AuditLine(at=at, actor="outbox", action="message.given_up", subject=key, detail=error)
        for key in keys
    ]


def failing(connection: Connection, attempts: int) -> int:
    """How many rows wait that were tried in vain so often or more."""
    query = select(func.count()).where(_WAITS, outbox.c.attempts >= attempts)
    return connection.scalar(query) or 0
