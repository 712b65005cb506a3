"""What people counted by hand, at doors and in rooms."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Table, select

from domain.hand_counts import HandCount, HeadCount
from domain.planning import AuditLine
from store.ledger.dialect import insert_into
from store.ledger.tables import hand_counts, head_counts


def add_at_door(connection: Connection, count: HandCount) -> None:
    """In the place of the one of the same sensor and start, if there is one."""
    _put(connection, hand_counts, count)


def add_in_room(connection: Connection, count: HeadCount) -> None:
    """In the place of the one of the same room and instant, if there is one."""
    _put(connection, head_counts, count)


def at_doors(connection: Connection, since: datetime | None) -> Sequence[HandCount]:
    """Those that ended at `since` or later, by start, then sensor."""
    query = select(hand_counts).order_by(hand_counts.c.start, hand_counts.c.sensor)
    if since is not None:
        query = query.where(hand_counts.c.end >= since)
    return [HandCount(**row) for row in connection.execute(query).mappings()]


def in_rooms(connection: Connection, since: datetime | None) -> Sequence[HeadCount]:
    """Those at `since` or later, by instant, then room."""
    query = select(head_counts).order_by(head_counts.c.at, head_counts.c.room)
    if since is not None:
        query = query.where(head_counts.c.at >= since)
    return [HeadCount(**row) for row in connection.execute(query).mappings()]


def line_at_door(count: HandCount, at: datetime) -> AuditLine:
    """A count at a door in the audit log."""
    when = f"{count.start:%Y-%m-%d %H:%M} to {count.end:%H:%M %Z}"
    detail = f"{when}: {count.entered} in, {count.left} out"
    return AuditLine(
        at=at, actor=count.actor, action="count.door", subject=count.sensor, detail=detail
    )


def line_in_room(count: HeadCount, at: datetime) -> AuditLine:
    """A count in a room in the audit log."""
    detail = f"{count.at:%Y-%m-%d %H:%M %Z}: {count.present} present"
    return AuditLine(
        at=at, actor=count.actor, action="count.heads", subject=count.room, detail=detail
    )


def _put(connection: Connection, table: Table, count: HandCount | HeadCount) -> None:
    keys = [column.name for column in table.primary_key]
    new = insert_into(connection, table).values(**asdict(count))
    others = {c.name: new.excluded[c.name] for c in table.c if c.name not in keys}
    connection.execute(new.on_conflict_do_update(index_elements=keys, set_=others))
