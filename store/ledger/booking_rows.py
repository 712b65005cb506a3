"""Bookings: the whole list at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from domain.bookings import Booking
from store.ledger.tables import bookings


def replace(connection: Connection, given: Sequence[Booking]) -> str:
    """Put these in the place of all others; say what changes, "" where nothing does."""
    before, after = read(connection, None), list(dict.fromkeys(given))
    more, gone = set(after) - set(before), set(before) - set(after)
    if not more and not gone:
        return ""
    connection.execute(delete(bookings))
    rows = [
        {
            "venue": b.venue,
            "room": b.room or "",
            "start": b.start,
            "end": b.end,
            "title": b.title,
        }
        for b in after
    ]
    if rows:
        connection.execute(insert(bookings), rows)
    return f"{len(more)} more, {len(gone)} gone, {len(after)} in all"


def read(connection: Connection, since: datetime | None) -> Sequence[Booking]:
    """Those that end after `since`, by start, then venue, then room."""
    columns = bookings.c
    query = select(bookings).order_by(columns.start, columns.venue, columns.room, columns.id)
    if since is not None:
        query = query.where(columns.end > since)
    return [
        Booking(row["venue"], row["start"], row["end"], row["room"] or None, row["title"])
        for row in connection.execute(query).mappings()
    ]
