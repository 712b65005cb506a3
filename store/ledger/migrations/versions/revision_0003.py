"""Bookings, which planned hours must not strand."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    instant = sa.DateTime(timezone=True)
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "bookings",
        sa.Column("id", number, nullable=False),
        sa.Column("venue", sa.String, nullable=False),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("start", instant, nullable=False),
        sa.Column("end", instant, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
    )
    op.create_index("ix_bookings_end", "bookings", ["end"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("bookings")
