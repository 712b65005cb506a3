"""Roll-outs that were drawn: added, never changed."""

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, insert, select

from domain.planning import AuditLine
from domain.rollouts import DrawnRollout
from store.ledger.tables import rollouts


def add(connection: Connection, drawn: DrawnRollout) -> None:
    """Add one."""
    body = {
        "groups": drawn.groups,
        "blocks": drawn.blocks,
        "waves": [day.isoformat() for day in drawn.waves],
        "wave": drawn.wave,
    }
    connection.execute(
        insert(rollouts).values(
            drawn_at=drawn.drawn_at,
            actor=drawn.actor,
            seed=drawn.seed,
            body=json.dumps(body, ensure_ascii=False),
        )
    )


def read(connection: Connection) -> Sequence[DrawnRollout]:
    """In the order in which they were drawn."""
    found = []
    for row in connection.execute(select(rollouts).order_by(rollouts.c.id)).mappings():
        body = json.loads(row["body"])
        found.append(
            DrawnRollout(
                drawn_at=row["drawn_at"],
                actor=row["actor"],
                seed=row["seed"],
                groups=tuple(body["groups"]),
                blocks=tuple(body["blocks"]),
                waves=tuple(date.fromisoformat(day) for day in body["waves"]),
                wave=tuple(body["wave"]),
            )
        )
    return found


def line_of(drawn: DrawnRollout) -> AuditLine:
    """The draw in the audit log."""
    waves = ", ".join(
        f"{day}: {' '.join(g for g, w in zip(drawn.groups, drawn.wave, strict=True) if w == n)}"
        for n, day in enumerate(drawn.waves)
    )
    return AuditLine(
        at=drawn.drawn_at,
        actor=drawn.actor,
        action="rollout.drawn",
        subject=f"seed {drawn.seed}",
        detail=waves,
    )
