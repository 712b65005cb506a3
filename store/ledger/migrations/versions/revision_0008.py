"""Messages to people, and the lane by which an outbox row goes."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make four tables, and two columns of the outbox; all that waits is for the broker."""
    instant = sa.DateTime(timezone=True)
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.add_column("outbox", sa.Column("lane", sa.String, nullable=False, server_default="broker"))
    op.add_column("outbox", sa.Column("given_up_at", instant))
    op.create_table(
        "preferences",
        sa.Column("person", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_preferences"),
    )
    op.create_table(
        "notices",
        sa.Column("id", row_number, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("venue", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )
    op.create_index("ix_notices_at", "notices", ["at"])
    op.create_table(
        "messages",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("is_digest", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_messages"),
    )
    op.create_index("ix_messages_at", "messages", ["at"])
    op.create_table(
        "told",
        sa.Column("notice", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("notice", "person", name="pk_told"),
        sa.ForeignKeyConstraint(["message"], ["messages.key"], name="fk_told_message_messages"),
    )
    op.create_index("ix_told_message", "told", ["message"])


def downgrade() -> None:
    """Drop them. What waits for people goes too: an older program would send it to the broker."""
    op.execute("DELETE FROM outbox WHERE lane <> 'broker'")
    for table in ("told", "messages", "notices", "preferences"):
        op.drop_table(table)
    op.drop_column("outbox", "given_up_at")
    op.drop_column("outbox", "lane")
