"""What proposals were made from, by fingerprint."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from store.ledger.dialect import insert_into
from store.ledger.tables import decision_inputs, decisions

KEPT = timedelta(weeks=13)
"""A quarter of a year, unless somebody decided: what was decided can be decided again for good."""


def keep(
    connection: Connection, inputs: Mapping[str, tuple[str, bytes]], kept_at: datetime
) -> None:
    """Keep the inputs of proposals, and forget the oldest of those nobody decided on."""
    rows = [
        {"fingerprint": fingerprint, "proposal": proposal, "kept_at": kept_at, "body": body}
        for fingerprint, (proposal, body) in inputs.items()
    ]
    if rows:
        connection.execute(insert_into(connection, decision_inputs).on_conflict_do_nothing(), rows)
    connection.execute(
        delete(decision_inputs).where(
            decision_inputs.c.kept_at < kept_at - KEPT,
            decision_inputs.c.proposal.not_in(select(decisions.c.proposal)),
        )
    )


def read(connection: Connection, fingerprint: str) -> bytes | None:
    """None where they were never kept, or are forgotten."""
    query = select(decision_inputs.c.body).where(decision_inputs.c.fingerprint == fingerprint)
    body: bytes | None = connection.scalar(query)
    return body
