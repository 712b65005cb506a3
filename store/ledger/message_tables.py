"""The ledger's tables of messages to people."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from store.ledger.tables import RowNumber, UtcDateTime, metadata

preferences = Table(
    "preferences",
    metadata,
    Column("person", String, primary_key=True),
    Column("body", Text, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("venue", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("facts", Text, nullable=False),
    Column("ends", String, nullable=False),
    Column("actor", String, nullable=False),
    Index(None, "at"),
)

messages = Table(
    "messages",
    metadata,
    Column("key", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("subject", Text, nullable=False),
    Column("is_digest", Boolean, nullable=False),
    Index(None, "at"),
)

told = Table(
    "told",
    metadata,
    Column("notice", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("message", ForeignKey("messages.key"), nullable=False),
    Index(None, "message"),
)
