"""What proposals were made from, and roll-outs that were drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make both tables."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "decision_inputs",
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("proposal", sa.String, nullable=False),
        sa.Column("kept_at", instant, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_decision_inputs"),
    )
    op.create_index("ix_decision_inputs_kept_at", "decision_inputs", ["kept_at"])
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "rollouts",
        sa.Column("id", row_number, nullable=False),
        sa.Column("drawn_at", instant, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rollouts"),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("rollouts")
    op.drop_table("decision_inputs")
