"""The first tables, and the audit log that nothing edits."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSAL = "the audit log is never edited"

_SQLITE_GUARDS = [
    f"""
    CREATE TRIGGER audit_no_{action} BEFORE {action} ON audit
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
    """
    for action in ("update", "delete")
]

_POSTGRESQL_GUARDS = [
    f"""
    CREATE FUNCTION refuse_audit_edit() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'
    USING ERRCODE = 'integrity_constraint_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_no_edit BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_edit()
    """,
]


def upgrade() -> None:
    """Make everything."""
    instant = sa.DateTime(timezone=True)
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "estate_items",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_estate_items"),
    )
    op.create_table(
        "schedules",
        sa.Column("venue", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hours", sa.Text, nullable=False),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("venue", "number", name="pk_schedules"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("venue", sa.String, nullable=False),
        sa.Column("run", sa.String, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.UniqueConstraint("venue", "run", name="uq_proposals_venue_run"),
    )
    op.create_index("ix_proposals_venue_status", "proposals", ["venue", "status"])
    op.create_index("ix_proposals_run", "proposals", ["run"])
    op.create_index("ix_proposals_created_at", "proposals", ["created_at"])
    op.create_table(
        "decisions",
        sa.Column("proposal", sa.String, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("proposal", name="pk_decisions"),
        sa.ForeignKeyConstraint(["proposal"], ["proposals.id"], name="fk_decisions_proposal"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", row_number, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("retain", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", instant),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("sent_at", instant),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_sent_at_topic_id", "outbox", ["sent_at", "topic", "id"])
    _create_rejections(row_number)
    op.create_table(
        "audit",
        sa.Column("id", row_number, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.String, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_state"),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRESQL_GUARDS if postgresql else _SQLITE_GUARDS:
        op.execute(statement)


def _create_rejections(row_number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "rejection_groups",
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_us", sa.BigInteger, nullable=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("reason", name="pk_rejection_groups"),
    )
    op.create_table(
        "rejections",
        sa.Column("id", row_number, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("received_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rejections"),
        sa.ForeignKeyConstraint(
            ["reason"], ["rejection_groups.reason"], name="fk_rejections_reason"
        ),
    )
    op.create_index("ix_rejections_reason_id", "rejections", ["reason", "id"])


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "state",
        "audit",
        "rejections",
        "rejection_groups",
        "outbox",
        "decisions",
        "proposals",
        "schedules",
        "estate_items",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_edit()")
