"""The manager's decisions: approve, change, reject, take back; one proposal or many."""

from collections.abc import Sequence
from itertools import compress
from operator import not_
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.access.visitors import needs, require, visitor_of
from console.proposals.deciding import Outcome, decide, edited, take_back
from console.proposals.delegation import delegate
from console.proposals.pages import LIST_LENGTH, edit_page
from console.web.rendering import Pages
from domain.decisions import approve, reject
from domain.errors import InvalidHours, InvalidInput
from domain.hours import WEEKDAYS
from domain.people import Permission
from domain.planning import Proposal, Status
from domain.ports import Ledger

Note = Annotated[str, Form(max_length=500)]
Why = Annotated[str, Form(min_length=1, max_length=500, pattern=r"\S")]
Act = Annotated[str, Form(pattern=r"^(approve|reject)(:.+)?$")]
"""What to do with the chosen ones, or with the one that is named."""


def router(pages: Pages) -> APIRouter:
    """What is posted below `/proposals`."""
    routes = APIRouter(prefix="/proposals", dependencies=[needs(Permission.DECIDE)])
    services = pages.services
    now = services.clock.now

    @routes.post("/decide")
    def decide_on_some(
        request: Request,
        act: Act,
        ids: Annotated[list[str], Form(max_length=LIST_LENGTH)] = [],  # noqa: B006 - copied
        note: Note = "",
    ) -> RedirectResponse:
        verb, _, one = act.partition(":")
        outcome = Status.APPROVED if verb == "approve" else Status.REJECTED
        if outcome is Status.REJECTED and not note.strip():
            raise InvalidInput("a rejection needs a reason", hint="say in a few words why")
        chosen, others = _theirs(services.ledger, request, [one] if one else ids)
        actor = visitor_of(request).name
        came = decide(services.ledger, chosen, outcome, actor=actor, at=now(), note=note.strip())
        return _back(outcome, came, others)

    @routes.post("/undo")
    def undo_some(
        request: Request,
        ids: Annotated[list[str], Form(max_length=LIST_LENGTH)],
    ) -> RedirectResponse:
        chosen, others = _theirs(services.ledger, request, ids)
        came = take_back(services.ledger, chosen, actor=visitor_of(request).name, at=now())
        return _back("undone", came, others)

    @routes.post("/{proposal_id}/approve")
    def approve_proposal(request: Request, proposal_id: str, note: Note = "") -> RedirectResponse:
        actor = decider(request, services.ledger.proposal(proposal_id))
        approve(services.ledger, proposal_id, actor=actor, at=now(), note=note.strip())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    @routes.post("/{proposal_id}/edit", response_model=None)
    def approve_edited(
        request: Request,
        proposal_id: str,
        days: Annotated[list[str], Form(min_length=7, max_length=7)],
        note: Note = "",
    ) -> HTMLResponse | RedirectResponse:
        proposal = services.ledger.proposal(proposal_id)
        actor = decider(request, proposal)
        venue = services.ledger.estate().venue(proposal.venue)
        given = dict(zip(WEEKDAYS, days, strict=True))
        try:
            hours = edited(venue, proposal, given)
        except InvalidHours as error:
            return edit_page(pages, request, proposal, given, error.problems, note)
        at, why = now(), note.strip()
        approve(services.ledger, proposal_id, actor=actor, at=at, note=why, hours=hours)
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    @routes.post("/{proposal_id}/reject")
    def reject_proposal(request: Request, proposal_id: str, note: Why) -> RedirectResponse:
        actor = decider(request, services.ledger.proposal(proposal_id))
        reject(services.ledger, proposal_id, actor=actor, at=now(), note=note.strip())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    @routes.post("/{proposal_id}/delegate")
    def hand_on(request: Request, proposal_id: str, to: Annotated[str, Form()]) -> RedirectResponse:
        proposal = services.ledger.proposal(proposal_id)
        actor = decider(request, proposal)
        delegate(services.ledger, proposal, to, actor=actor, at=now())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    return routes


def decider(request: Request, proposal: Proposal) -> str:
    """Who decides on a proposal, and may in all venues that it is about."""
    for venue in (proposal.venue, *proposal.linked):
        require(request, Permission.DECIDE, venue)
    return visitor_of(request).name


def _theirs(ledger: Ledger, request: Request, ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Of proposals, those that the visitor may decide on, and the others."""
    visitor, found = visitor_of(request), [ledger.proposal(i) for i in ids]
    may = [all(visitor.may(Permission.DECIDE, v) for v in (p.venue, *p.linked)) for p in found]
    return list(compress(ids, may)), list(compress(ids, map(not_, may)))


def _back(did: str, came: Outcome, others: Sequence[str]) -> RedirectResponse:
    """To the inbox, which says what came of a decision."""
    query = {"did": did, "ids": came.decided, "failed": [*came.failed, *others]}
    return RedirectResponse(f"/proposals?{urlencode(query, doseq=True)}", 303)
