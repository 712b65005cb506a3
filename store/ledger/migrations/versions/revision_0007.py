"""People, what they may do, and how they get in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

revision = "0007"
down_revision = "0006"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("password", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    row_number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "grants",
        sa.Column("id", row_number, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("scope_kind", sa.String, nullable=False),
        sa.Column("scope_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_grants_person"),
        sa.UniqueConstraint(
            "person",
            "role",
            "scope_kind",
            "scope_id",
            name="uq_grants_person_role_scope_kind_scope_id",
        ),
    )
    _of_a_person(
        "login_links", sa.Column("kind", sa.String, nullable=False), _instant("expires_at")
    )
    _of_a_person("sessions", _instant("seen_at"), sa.Column("client", sa.Text, nullable=False))
    _of_a_person(
        "api_tokens",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("scope_kind", sa.String, nullable=False),
        sa.Column("scope_id", sa.String, nullable=False),
        _instant("expires_at"),
    )


def _instant(name: str) -> SchemaItem:
    return sa.Column(name, _INSTANT, nullable=False)


def _of_a_person(table: str, *columns: SchemaItem) -> None:
    """What lets a person in, by the digest of its secret."""
    op.create_table(
        table,
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        _instant("created_at"),
        *columns,
        sa.PrimaryKeyConstraint("digest", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name=f"fk_{table}_person"),
    )
    op.create_index(f"ix_{table}_person", table, ["person"])


def downgrade() -> None:
    """Drop them."""
    for table in ("api_tokens", "sessions", "login_links", "grants", "people"):
        op.drop_table(table)
