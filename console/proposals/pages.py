"""Proposals: the list, each one with its reasons, and the manager's decision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from console.access.visitors import needs, require, visitor_of
from console.web import picture
from console.web.rendering import Pages
from console.words import sentences
from domain.decisions import approve, reject
from domain.errors import Conflict, NotFound
from domain.people import Permission
from domain.planning import Proposal, ScheduleVersion, Status, Verdict
from domain.schedules import approved

LIST_LENGTH = 300
"""Proposals in the list, at most."""

FILTERS: Mapping[str, Callable[[Proposal], bool]] = {
    "open": lambda p: p.status is Status.OPEN,
    "decided": lambda p: p.status in {Status.APPROVED, Status.REJECTED},
    "keep": lambda p: p.verdict is Verdict.KEEP,
    "not_enough_data": lambda p: p.verdict is Verdict.NOT_ENOUGH_DATA,
    "all": lambda _: True,
}

Note = Annotated[str, Form(max_length=500)]


def router(pages: Pages) -> APIRouter:
    """`/proposals` and what lies below it."""
    routes = APIRouter(prefix="/proposals", dependencies=[needs(Permission.READ)])
    decides = [needs(Permission.DECIDE)]
    services = pages.services

    def decider(request: Request, proposal_id: str) -> str:
        """Who decides on a proposal, and may in its venue."""
        venue = services.ledger.proposal(proposal_id).venue
        return require(request, Permission.DECIDE, venue).name

    @routes.get("")
    def list_proposals(request: Request, show: str = "open", whose: str = "") -> HTMLResponse:
        show = show if show in FILTERS else "open"
        mine = visitor_of(request).mine()
        venues = mine if whose != "all" else frozenset()
        found = services.ledger.proposals(
            status=Status.OPEN if show == "open" else None, limit=10 * LIST_LENGTH
        )
        language = pages.language(request).code
        return pages.page(
            request,
            "proposals.html",
            proposals=[p for p in found if FILTERS[show](p) and (not venues or p.venue in venues)][
                :LIST_LENGTH
            ],
            has_own=bool(mine),
            whose="all" if mine and not venues else "",
            names={v.id: v.name_in(language) for v in services.ledger.estate().venues},
            filters=tuple(FILTERS),
            show=show,
            limit=LIST_LENGTH,
        )

    @routes.get("/{proposal_id}")
    def show_proposal(request: Request, proposal_id: str) -> HTMLResponse:
        proposal = services.ledger.proposal(proposal_id)
        return pages.page(request, "proposal.html", **_shown(pages, request, proposal))

    @routes.post("/{proposal_id}/approve", dependencies=decides)
    def approve_proposal(request: Request, proposal_id: str, note: Note = "") -> RedirectResponse:
        actor, now = decider(request, proposal_id), services.clock.now()
        approve(services.ledger, proposal_id, actor=actor, at=now, note=note.strip())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    @routes.post("/{proposal_id}/reject", dependencies=decides)
    def reject_proposal(request: Request, proposal_id: str, note: Note = "") -> RedirectResponse:
        actor, now = decider(request, proposal_id), services.clock.now()
        reject(services.ledger, proposal_id, actor=actor, at=now, note=note.strip())
        return RedirectResponse(f"/proposals/{proposal_id}", 303)

    return routes


def _shown(pages: Pages, request: Request, proposal: Proposal) -> dict[str, Any]:
    """All that the template of a proposal shows."""
    ledger, language = pages.services.ledger, pages.language(request)
    venue = ledger.estate().venue_by_id.get(proposal.venue)
    versions = ledger.schedules(proposal.venue).get(proposal.venue, ())
    is_change = proposal.verdict is Verdict.CHANGE
    newest = ledger.proposals(venue=proposal.venue, limit=1)
    return {
        "proposal": proposal,
        "name": venue.name_in(language.code) if venue else proposal.venue,
        "zone": venue.tz if venue else UTC,
        "is_change": is_change,
        "strip": picture.week_strip(proposal.current, proposal.proposed if is_change else None),
        "reasons": [sentences.reason(language, r) for r in proposal.reasons],
        "evidence": list(sentences.evidence(language, proposal.evidence)),
        "decision": ledger.decisions([proposal.id]).get(proposal.id),
        "version": next((v for v in versions if v.source == proposal.id), None),
        "holds_from": _holds_from(pages, proposal, versions),
        "newest": newest[0].id if newest and newest[0].id != proposal.id else None,
    }


def _holds_from(
    pages: Pages, proposal: Proposal, versions: Sequence[ScheduleVersion]
) -> date | None:
    """From when the hours would hold, approved now; None where they cannot be approved."""
    try:
        venue = pages.services.ledger.estate().venue(proposal.venue)
        now = pages.services.clock.now()
        return approved(proposal, venue, versions, now, "").effective_from
    except (Conflict, NotFound):
        return None
