"""The ledger's tables. What changes here needs a migration beside it."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""Numbers that the database gives; SQLite gives them to INTEGER only."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

estate_items = Table(
    "estate_items",
    metadata,
    Column("kind", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("venue", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hours", Text, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("origin", String, nullable=False),
    Column("source", String, nullable=False),
    Column("actor", String, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String, primary_key=True),
    Column("venue", String, nullable=False),
    Column("run", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("verdict", String, nullable=False),
    Column("status", String, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("venue", "run"),
    Index(None, "venue", "status"),
    Index(None, "run"),
    Index(None, "created_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("proposal", ForeignKey("proposals.id"), primary_key=True),
    Column("outcome", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("note", Text, nullable=False),
)

decision_inputs = Table(
    "decision_inputs",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("proposal", String, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "kept_at"),
)

rollouts = Table(
    "rollouts",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("key", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("retain", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("error", Text, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("lane", String, nullable=False, server_default="broker"),
    Column("given_up_at", UtcDateTime),
    Index(None, "sent_at", "topic", "id"),
)

rejection_groups = Table(
    "rejection_groups",
    metadata,
    Column("reason", String, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
)

rejections = Table(
    "rejections",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("reason", ForeignKey("rejection_groups.reason"), nullable=False),
    Column("topic", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("detail", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Index(None, "reason", "id"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("venue", String, nullable=False),
    Column("room", String, nullable=False),
    Column("start", UtcDateTime, nullable=False),
    Column("end", UtcDateTime, nullable=False),
    Column("title", Text, nullable=False),
    Index(None, "end"),
)

hand_counts = Table(
    "hand_counts",
    metadata,
    Column("sensor", String, primary_key=True),
    Column("start", UtcDateTime, primary_key=True),
    Column("end", UtcDateTime, nullable=False),
    Column("entered", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "end"),
)

head_counts = Table(
    "head_counts",
    metadata,
    Column("room", String, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("present", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
)

state = Table(
    "state",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
