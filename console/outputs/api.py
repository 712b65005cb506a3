"""Schedules and proposals as JSON, and the probe."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from fastapi import APIRouter, Response

from console.access.visitors import needs
from console.outputs.paging import NOT_FOUND, Answer, Asked, Links
from console.web.services import Services
from domain.errors import Unavailable
from domain.hours import day_text
from domain.people import Permission
from domain.planning import Effect, Fact, Origin, Proposal, ScheduleVersion, Status, Verdict
from domain.schedules import timeline


class VersionOut(Answer):
    """Weekly hours from a date on."""

    version: int
    effective_from: date
    hours: dict[str, str]
    origin: Origin


class SpecialDayOut(Answer):
    """A date with hours of its own."""

    day: date
    hours: str
    name: str


class ScheduleOut(Answer):
    """A venue's hours in force, and those to come."""

    venue: str
    name: str
    zone: str
    schedules: list[VersionOut]
    special_days: list[SpecialDayOut]


class ReasonOut(Answer):
    """A reason as a code and its facts."""

    code: str
    facts: Mapping[str, Fact]


class ProposalOut(Answer):
    """What a planning run says of a venue."""

    id: str
    venue: str
    run: str
    created_at: datetime
    verdict: Verdict
    status: Status
    current: dict[str, str]
    proposed: dict[str, str]
    effective_from: date
    reasons: list[ReasonOut]
    evidence: Mapping[str, Fact]
    effect: Effect
    policy: str
    inputs: str


class Health(Answer):
    """How the service is doing."""

    status: Literal["ok", "degraded", "down"]
    broker_connected: bool
    stores_answer: bool
    storing: bool
    messages: int
    waiting: int
    rejected: int
    damaged_spool_files: int
    flooding: tuple[str, ...]
    """Topics that say so much that some of it is left out."""
    last_message: datetime | None
    clock: datetime


def router(services: Services) -> APIRouter:
    """Schedules, proposals, and `/health`."""
    routes = APIRouter()
    ledger = services.ledger
    reads, public = [needs(Permission.READ)], [needs(Permission.OPEN)]

    @routes.get("/api/v1/venues/{venue_id}/schedule", dependencies=public, responses=NOT_FOUND)
    def schedule(venue_id: str) -> ScheduleOut:
        """Hours in force and to come, special days from today on."""
        venue = ledger.estate().venue(venue_id)
        today = services.clock.now().astimezone(venue.tz).date()
        versions = timeline(ledger.schedules(venue_id).get(venue_id, ()), today)
        return ScheduleOut(
            venue=venue.id,
            name=venue.name,
            zone=venue.zone,
            schedules=[_version(v) for v in versions],
            special_days=[
                SpecialDayOut(day=s.day, hours=day_text(s.blocks), name=s.name)
                for s in venue.special_days
                if s.day >= today
            ],
        )

    @routes.get("/api/v1/proposals", dependencies=reads)
    def proposals(
        links: Links, paging: Asked, venue: str | None = None, status: Status | None = None
    ) -> list[ProposalOut]:
        """Proposals, newest first; of one venue, or in one state."""
        found = ledger.proposals(venue=venue, status=status, limit=paging.reach)
        return [proposal_out(p) for p in links.page(found, paging)]

    @routes.get("/api/v1/proposals/{proposal_id}", dependencies=reads, responses=NOT_FOUND)
    def proposal(proposal_id: str) -> ProposalOut:
        """One proposal."""
        return proposal_out(ledger.proposal(proposal_id))

    @routes.get("/health", dependencies=public, responses={503: {"model": Health}})
    def health(response: Response) -> Health:
        """For probes: 200 while pages and stores answer, else 503."""
        service = services.status()
        stores_answer = do_stores_answer(services)
        response.status_code = 200 if stores_answer else 503
        has_fault = service.damaged or service.flooding
        is_well = service.broker_connected and service.storing and not has_fault
        working = "ok" if is_well else "degraded"
        return Health(
            status=working if stores_answer else "down",
            broker_connected=service.broker_connected,
            stores_answer=stores_answer,
            storing=service.storing,
            messages=service.messages,
            waiting=service.waiting,
            rejected=service.rejected,
            damaged_spool_files=service.damaged,
            flooding=service.flooding,
            last_message=service.last_message,
            clock=services.clock.now(),
        )

    return routes


def do_stores_answer(services: Services) -> bool:
    """Whether both stores can be asked."""
    try:
        services.timeseries.count()
        services.ledger.state("health")
    except Unavailable:
        return False
    return True


def _version(version: ScheduleVersion) -> VersionOut:
    return VersionOut(
        version=version.number,
        effective_from=version.effective_from,
        hours=version.hours.as_text(),
        origin=version.origin,
    )


def proposal_out(proposal: Proposal) -> ProposalOut:
    """A proposal as it is answered."""
    return ProposalOut(
        id=proposal.id,
        venue=proposal.venue,
        run=proposal.run,
        created_at=proposal.created_at,
        verdict=proposal.verdict,
        status=proposal.status,
        current=proposal.current.as_text(),
        proposed=proposal.proposed.as_text(),
        effective_from=proposal.effective_from,
        reasons=[ReasonOut(code=r.code, facts=r.facts) for r in proposal.reasons],
        evidence=proposal.evidence,
        effect=proposal.effect,
        policy=proposal.policy,
        inputs=proposal.inputs,
    )
