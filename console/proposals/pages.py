"""Proposals: the inbox, each one with its reasons, and the manager's decision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from console.access.visitors import needs, visitor_of
from console.proposals.deciding import as_days
from console.proposals.delegation import deciders, delegations
from console.proposals.effects import effects
from console.proposals.inbox import cards, holds_from, stranded
from console.web import picture
from console.web.rendering import Pages
from console.words import sentences
from domain.decisions import standing_version
from domain.errors import Problem
from domain.people import Permission
from domain.planning import Proposal, Status, Verdict
from policies.hours.kept import staffed_hours

LIST_LENGTH = 300
"""Proposals in the list, at most."""

FILTERS: Mapping[str, Callable[[Proposal], bool]] = {
    "open": lambda p: p.status is Status.OPEN,
    "decided": lambda p: p.status in {Status.APPROVED, Status.REJECTED},
    "keep": lambda p: p.verdict is Verdict.KEEP,
    "not_enough_data": lambda p: p.verdict is Verdict.NOT_ENOUGH_DATA,
    "all": lambda _: True,
}


def router(pages: Pages) -> APIRouter:
    """`/proposals` and what lies below it."""
    routes = APIRouter(prefix="/proposals", dependencies=[needs(Permission.READ)])
    services = pages.services

    @routes.get("")
    def list_proposals(request: Request, show: str = "open", whose: str = "") -> HTMLResponse:
        show = show if show in FILTERS else "open"
        mine = visitor_of(request).mine()
        venues = mine if whose != "all" else frozenset()
        found = services.ledger.proposals(
            status=Status.OPEN if show == "open" else None, limit=10 * LIST_LENGTH
        )
        chosen = [p for p in found if FILTERS[show](p) and (not venues or p.venue in venues)]
        return pages.page(
            request,
            "proposals/proposals.html",
            show=show,
            has_own=bool(mine),
            whose="all" if mine and not venues else "",
            **_listed(pages, request, chosen[:LIST_LENGTH]),
        )

    @routes.get("/{proposal_id}")
    def show_proposal(request: Request, proposal_id: str) -> HTMLResponse:
        proposal = services.ledger.proposal(proposal_id)
        return pages.page(request, "proposals/proposal.html", **_shown(pages, request, proposal))

    @routes.get("/{proposal_id}/edit")
    def edit_hours(request: Request, proposal_id: str) -> HTMLResponse:
        proposal = services.ledger.proposal(proposal_id)
        return edit_page(pages, request, proposal, as_days(proposal.proposed))

    return routes


def _listed(pages: Pages, request: Request, proposals: Sequence[Proposal]) -> dict[str, Any]:
    """All that the template of the list shows."""
    ledger, now = pages.services.ledger, pages.services.clock.now()
    estate, language = ledger.estate(), pages.language(request).code
    waiting = [p for p in proposals if p.status is Status.OPEN]
    return {
        "proposals": proposals,
        "cards": cards(waiting, estate.venue_by_id, ledger.schedules(), ledger.bookings(now), now),
        "handed": delegations(ledger, waiting),
        "names": {v.id: v.name_in(language) for v in estate.venues},
        "filters": tuple(FILTERS),
        "limit": LIST_LENGTH,
        "done": _done(pages, request),
    }


def _done(pages: Pages, request: Request) -> dict[str, Any]:
    """What came of the decision that led here, as the ledger has it."""
    asked, ledger = request.query_params, pages.services.ledger
    known = {p.id: p for p in ledger.proposals(limit=10 * LIST_LENGTH)}
    decided = [known[i] for i in asked.getlist("ids")[:LIST_LENGTH] if i in known]
    standing = [v for p in decided if (v := standing_version(ledger, p)) is not None]
    undone = [p for p in decided if p.status is Status.APPROVED]
    return {
        "did": asked.get("did", ""),
        "standing": standing,
        "rejected": [p for p in decided if p.status is Status.REJECTED],
        "undone": len(undone) - len(standing),
        "failed": [known[i] for i in asked.getlist("failed")[:LIST_LENGTH] if i in known],
    }


def _shown(pages: Pages, request: Request, proposal: Proposal) -> dict[str, Any]:
    """All that the template of a proposal shows."""
    ledger, language = pages.services.ledger, pages.language(request)
    now = pages.services.clock.now()
    venue = ledger.estate().venue_by_id.get(proposal.venue)
    versions = ledger.schedules(proposal.venue).get(proposal.venue, ())
    is_change = proposal.verdict is Verdict.CHANGE
    newest = ledger.proposals(venue=proposal.venue, limit=1)
    version = next((v for v in versions if v.source == proposal.id), None)
    from_when = holds_from(proposal, venue, versions, now)
    return {
        "proposal": proposal,
        "name": venue.name_in(language.code) if venue else proposal.venue,
        "zone": venue.tz if venue else UTC,
        "is_change": is_change,
        "strip": picture.week_strip(
            proposal.current,
            (version.hours if version else proposal.proposed) if is_change else None,
        ),
        "reasons": [sentences.reason(language, r) for r in proposal.reasons],
        "evidence": list(sentences.evidence(language, proposal.evidence)),
        "decision": ledger.decisions([proposal.id]).get(proposal.id),
        "version": version,
        "is_edited": version is not None and version.hours != proposal.proposed,
        "effect": effects(ledger, proposal.venue).get(proposal.id),
        "handed": delegations(ledger, [proposal]).get(proposal.id),
        "deciders": deciders(ledger, proposal) if proposal.status is Status.OPEN else (),
        "stands": standing_version(ledger, proposal) is not None,
        "holds_from": from_when,
        "stranded": stranded(venue, proposal.proposed, ledger.bookings(now), from_when)
        if venue and from_when
        else [],
        "newest": newest[0].id if newest and newest[0].id != proposal.id else None,
    }


def edit_page(
    pages: Pages,
    request: Request,
    proposal: Proposal,
    days: Mapping[str, str],
    problems: Sequence[Problem] = (),
    note: str = "",
) -> HTMLResponse:
    """The hours of each day to be changed; with faults, what was given is kept."""
    venue = pages.services.ledger.estate().venue(proposal.venue)
    return pages.page(
        request,
        "proposals/proposal_edit.html",
        422 if problems else 200,
        proposal=proposal,
        name=venue.name_in(pages.language(request).code),
        current=as_days(proposal.current),
        days=days,
        problems=problems,
        note=note,
        staffed=[staffed_hours(h, venue.limits) for h in (proposal.current, proposal.proposed)],
        budget=venue.limits.staff_hours,
    )
