"""People counted by hand, at doors and in rooms."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "hand_counts",
        sa.Column("sensor", sa.String, nullable=False),
        sa.Column("start", instant, nullable=False),
        sa.Column("end", instant, nullable=False),
        sa.Column("entered", sa.Integer, nullable=False),
        sa.Column("left", sa.Integer, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("sensor", "start", name="pk_hand_counts"),
    )
    op.create_index("ix_hand_counts_end", "hand_counts", ["end"])
    op.create_table(
        "head_counts",
        sa.Column("room", sa.String, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("present", sa.Integer, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("room", "at", name="pk_head_counts"),
    )
    op.create_index("ix_head_counts_at", "head_counts", ["at"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("head_counts")
    op.drop_table("hand_counts")
