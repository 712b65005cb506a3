"""Lines of the audit log may go once they are older than what has been declared; none is edited."""

from alembic import op

revision = "0006"
down_revision = "0004"

_REFUSAL = "the audit log is never edited"
_KEPT_FROM = "SELECT value FROM state WHERE key = 'audit:kept-from'"


def upgrade() -> None:
    """Refuse to delete what is not older than the instant in `audit:kept-from`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_no_edit ON audit")
        op.execute(_for_each_statement("UPDATE OR TRUNCATE"))
        op.execute(
            f"""
            CREATE FUNCTION refuse_audit_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.at >= coalesce(({_KEPT_FROM})::timestamp AT TIME ZONE 'UTC', '-infinity') THEN
                RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN OLD; END $$
            """
        )
        op.execute(
            """
            CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            FOR EACH ROW EXECUTE FUNCTION refuse_audit_delete()
            """
        )
    else:
        op.execute("DROP TRIGGER audit_no_delete")
        op.execute(
            f"""
            CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            WHEN OLD.at >= coalesce(({_KEPT_FROM}), '')
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
            """
        )


def downgrade() -> None:
    """Refuse to delete anything."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_no_delete ON audit")
        op.execute("DROP FUNCTION refuse_audit_delete()")
        op.execute("DROP TRIGGER audit_no_edit ON audit")
        op.execute(_for_each_statement("UPDATE OR DELETE OR TRUNCATE"))
    else:
        op.execute("DROP TRIGGER audit_no_delete")
        op.execute(
            f"""
            CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
            """
        )


def _for_each_statement(actions: str) -> str:
    return f"""
        CREATE TRIGGER audit_no_edit BEFORE {actions} ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_edit()
    """
