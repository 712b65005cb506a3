"""Deciding on a proposal by a program, with a token of the person who answers for it."""

from typing import Literal, Self

from fastapi import APIRouter, Request
from pydantic import Field, model_validator

from console.access.visitors import needs
from console.outputs.api import ProposalOut, proposal_out
from console.outputs.paging import DECIDING, Answer
from console.proposals.decisions import decider
from console.web.services import Services
from domain.decisions import approve, reject
from domain.people import Permission


class DecisionIn(Answer):
    """What is decided."""

    outcome: Literal["approved", "rejected"]
    note: str = Field("", max_length=500)
    """Why; a rejection needs it."""

    @model_validator(mode="after")
    def _has_reason(self) -> Self:
        if self.outcome == "rejected" and not self.note.strip():
            raise ValueError("a rejection needs a reason: say in a few words why")
        return self


def router(services: Services) -> APIRouter:
    """`POST /api/v1/proposals/{id}/decision`."""
    routes = APIRouter(prefix="/api/v1", dependencies=[needs(Permission.DECIDE)])
    ledger = services.ledger

    @routes.post("/proposals/{proposal_id}/decision", responses=DECIDING)
    def decide(request: Request, proposal_id: str, given: DecisionIn) -> ProposalOut:
        """Approve or reject a proposal, and those of linked venues with it."""
        actor = decider(request, ledger.proposal(proposal_id))
        act = approve if given.outcome == "approved" else reject
        act(ledger, proposal_id, actor=actor, at=services.clock.now(), note=given.note.strip())
        return proposal_out(ledger.proposal(proposal_id))

    return routes
