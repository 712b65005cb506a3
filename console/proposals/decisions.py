"""The manager's decisions: approve, change, reject, take back; one proposal or many."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.access.security import ACTOR
from console.proposals.deciding import Outcome, decide, edited, take_back
from console.proposals.pages import LIST_LENGTH, edit_page
from console.web.rendering import Pages
from domain.decisions import approve, reject
from domain.errors import InvalidHours, InvalidInput
from domain.hours import WEEKDAYS
from domain.planning import Status

Note = Annotated[str, Form(max_length=500)]
Why = Annotated[str, Form(min_length=1, max_length=500, pattern=r"\S")]
Act = Annotated[str, Form(pattern=r"^(approve|reject)(:.+)?$")]
"""What to do with the chosen ones, or with the one that is named."""
Token = Annotated[str, Form()]


def router(pages: Pages) -> APIRouter:
    """What is posted below `/proposals`."""
    routes = APIRouter(prefix="/proposals")
    services = pages.services
    now = services.clock.now

    @routes.post("/decide")
    def decide_on_some(
        request: Request,
        act: Act,
        ids: Annotated[list[str], Form(max_length=LIST_LENGTH)] = [],  # noqa: B006 - copied
        token: Token = "",
        note: Note = "",
    ) -> RedirectResponse:
        pages.managers.require(request, token)
        verb, _, one = act.partition(":")
        outcome = Status.APPROVED if verb == "approve" else Status.REJECTED
        if outcome is Status.REJECTED and not note.strip():
            raise InvalidInput("a rejection needs a reason", hint="say in a few words why")
        chosen = [one] if one else ids
        came = decide(services.ledger, chosen, outcome, actor=ACTOR, at=now(), note=note.strip())
        return _back(outcome, came)

    @routes.post("/undo")
    def undo_some(
        request: Request,
        ids: Annotated[list[str], Form(max_length=LIST_LENGTH)],
        token: Token = "",
    ) -> RedirectResponse:
        pages.managers.require(request, token)
        return _back("undone", take_back(services.ledger, ids, actor=ACTOR, at=now()))

    @routes.post("/{proposal_id}/approve")
    def approve_proposal(
        request: Request, proposal_id: str, token: Token = "", note: Note = ""
    ) -> RedirectResponse:
        pages.managers.require(request, token)
        approve(services.ledger, proposal_id, actor=ACTOR, at=now(), note=note.strip())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    @routes.post("/{proposal_id}/edit", response_model=None)
    def approve_edited(
        request: Request,
        proposal_id: str,
        days: Annotated[list[str], Form(min_length=7, max_length=7)],
        token: Token = "",
        note: Note = "",
    ) -> HTMLResponse | RedirectResponse:
        pages.managers.require(request, token)
        proposal = services.ledger.proposal(proposal_id)
        venue = services.ledger.estate().venue(proposal.venue)
        given = dict(zip(WEEKDAYS, days, strict=True))
        try:
            hours = edited(venue, proposal, given)
        except InvalidHours as error:
            return edit_page(pages, request, proposal, given, error.problems, note)
        at = now()
        approve(services.ledger, proposal_id, actor=ACTOR, at=at, note=note.strip(), hours=hours)
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    @routes.post("/{proposal_id}/reject")
    def reject_proposal(
        request: Request, proposal_id: str, note: Why, token: Token = ""
    ) -> RedirectResponse:
        pages.managers.require(request, token)
        reject(services.ledger, proposal_id, actor=ACTOR, at=now(), note=note.strip())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    return routes


def _back(did: str, came: Outcome) -> RedirectResponse:
    """To the inbox, which says what came of a decision."""
    query = {"did": did, "ids": came.decided, "failed": came.failed}
    return RedirectResponse(f"/proposals?{urlencode(query, doseq=True)}", 303)
