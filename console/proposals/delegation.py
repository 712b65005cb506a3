"""Proposals that one decider has handed to another, as the ledger keeps it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.errors import Conflict
from domain.people import Permission, Person, allowed
from domain.planning import AuditLine, Proposal, Status
from domain.ports import Ledger

KEY = "delegated:"
"""Before a proposal's id, where the ledger keeps to whom it was handed."""


class Delegation(BaseModel):
    """Who is asked to decide, by whom."""

    model_config = ConfigDict(frozen=True)

    to: str
    by: str
    at: datetime


def delegations(ledger: Ledger, proposals: Iterable[Proposal]) -> Mapping[str, Delegation]:
    """By proposal, to whom it was handed last."""
    kept = ledger.states(KEY)
    return {
        p.id: Delegation.model_validate_json(kept[KEY + p.id])
        for p in proposals
        if kept.get(KEY + p.id)
    }


def deciders(ledger: Ledger, proposal: Proposal) -> Sequence[Person]:
    """People who may decide on a proposal, in all venues that it is about; by name."""
    estate, venues = ledger.estate(), (proposal.venue, *proposal.linked)
    grants = ledger.accounts.grants()
    return sorted(
        (
            person
            for person in ledger.accounts.people()
            if person.active
            and all(
                allowed((g for g in grants if g.person == person.id), Permission.DECIDE, estate, v)
                for v in venues
            )
        ),
        key=lambda p: p.name,
    )


def delegate(ledger: Ledger, proposal: Proposal, to: str, *, actor: str, at: datetime) -> None:
    """Hand a proposal to somebody who may decide on it; whoever may decide still may.

    Raises `Conflict` where it no longer waits, or that person may not decide on it.
    """
    if proposal.status is not Status.OPEN:
        raise Conflict(f"proposal {proposal.id} is {proposal.status}, not open")
    if to not in {p.id for p in deciders(ledger, proposal)}:
        raise Conflict(f"{to} may not decide on proposal {proposal.id}")
    line = AuditLine(
        at=at, actor=actor, action="proposal.delegated", subject=proposal.id, detail=to
    )
    handed = Delegation(to=to, by=actor, at=at).model_dump_json()
    ledger.change_state(KEY + proposal.id, ledger.state(KEY + proposal.id), handed, line)
