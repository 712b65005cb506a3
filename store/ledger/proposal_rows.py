"""Proposals of the planning runs, and the decisions on them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.errors import Conflict, NotFound
from domain.planning import AuditLine, Decision, Proposal, Status
from store.ledger.bodies import parse_proposal, proposal_body
from store.ledger.dialect import insert_into, portions
from store.ledger.tables import decisions, proposals


def add(connection: Connection, given: Sequence[Proposal]) -> list[Proposal]:
    """Add those that are not known, superseding their venues' open ones; return them."""
    if not given:
        return []
    rows = [
        {
            "id": p.id,
            "venue": p.venue,
            "run": p.run,
            "created_at": p.created_at,
            "verdict": p.verdict,
            "status": p.status,
            "body": proposal_body(p),
        }
        for p in given
    ]
    unknown = insert_into(connection, proposals).on_conflict_do_nothing().returning(proposals.c.id)
    ids = set(connection.execute(unknown, rows).scalars())
    new = [p for p in given if p.id in ids]
    if new:
        connection.execute(
            update(proposals)
            .where(
                proposals.c.venue == bindparam("of_venue"),
                proposals.c.run != bindparam("of_run"),
                proposals.c.status == Status.OPEN,
            )
            .values(status=Status.SUPERSEDED),
            [{"of_venue": p.venue, "of_run": p.run} for p in new],
        )
    return new


def lines_of(new: Sequence[Proposal]) -> list[AuditLine]:
    """A line of the audit log for each run among `new`: how many proposals of each verdict."""
    runs: dict[str, list[Proposal]] = {}
    for proposal in new:
        runs.setdefault(proposal.run, []).append(proposal)
    lines = []
    for run, of_run in runs.items():
        verdicts = sorted(Counter(p.verdict for p in of_run).items())
        lines.append(
            AuditLine(
                at=max(p.created_at for p in of_run),
                actor="planner",
                action="proposals.added",
                subject=run,
                detail=", ".join(f"{n} {verdict}" for verdict, n in verdicts),
            )
        )
    return lines


def find(
    connection: Connection, venue: str | None, status: Status | None, run: str | None, limit: int
) -> Sequence[Proposal]:
    """Proposals that match, newest first."""
    query = select(proposals).order_by(proposals.c.created_at.desc(), proposals.c.id).limit(limit)
    wanted = {"venue": venue, "status": status, "run": run}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(proposals.c[name] == value)
    return [parse_proposal(row) for row in connection.execute(query).mappings()]


def one(connection: Connection, proposal_id: str) -> Proposal:
    """Raises `NotFound`."""
    query = select(proposals).where(proposals.c.id == proposal_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no proposal “{proposal_id}”")
    return parse_proposal(row)


def decide(connection: Connection, decision: Decision) -> None:
    """Close an open proposal. Raises `NotFound` or `Conflict`.

    The update finds the proposal open or not at all, so that of two deciders one wins.
    """
    closed = connection.execute(
        update(proposals)
        .where(proposals.c.id == decision.proposal, proposals.c.status == Status.OPEN)
        .values(status=decision.outcome)
    )
    if not closed.rowcount:
        status = one(connection, decision.proposal).status
        raise Conflict(f"proposal {decision.proposal} is {status}, not open")
    connection.execute(
        insert(decisions).values(
            proposal=decision.proposal,
            outcome=decision.outcome,
            actor=decision.actor,
            at=decision.at,
            note=decision.note,
        )
    )


def decisions_on(connection: Connection, proposal_ids: Iterable[str]) -> Mapping[str, Decision]:
    """Decisions by proposal; the undecided are absent."""
    found = {}
    for ids in portions(proposal_ids):
        query = select(decisions).where(decisions.c.proposal.in_(ids))
        for row in connection.execute(query).mappings():
            given = {**row, "outcome": Status(row["outcome"])}
            found[row["proposal"]] = Decision(**given)
    return found
