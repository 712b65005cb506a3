"""What people do with proposals and schedules, over the ledger port: decide, and undo."""

from datetime import datetime

from domain.errors import Conflict
from domain.planning import Decision, ScheduleVersion, Status
from domain.ports import Ledger
from domain.schedules import announcement, approved, rolled_back


def approve(
    ledger: Ledger, proposal_id: str, *, actor: str, at: datetime, note: str = ""
) -> ScheduleVersion:
    """Approve a proposal: its hours become a schedule version, published to doors and calendars.

    Raises `NotFound`, or `Conflict` when it no longer waits for a decision.
    """
    proposal = ledger.proposal(proposal_id)
    venue = ledger.estate().venue(proposal.venue)
    versions = ledger.schedules(venue.id)[venue.id]
    version = approved(proposal, venue, versions, at, actor)
    ledger.decide(
        Decision(proposal=proposal_id, outcome=Status.APPROVED, actor=actor, at=at, note=note),
        version,
        [announcement(venue, [*versions, version], at)],
    )
    return version


def reject(ledger: Ledger, proposal_id: str, *, actor: str, at: datetime, note: str = "") -> None:
    """Reject a proposal: the hours stay. Raises `NotFound` or `Conflict`."""
    proposal = ledger.proposal(proposal_id)
    if proposal.status is not Status.OPEN:
        raise Conflict(f"proposal {proposal_id} is {proposal.status}, not open")
    ledger.decide(
        Decision(proposal=proposal_id, outcome=Status.REJECTED, actor=actor, at=at, note=note),
        None,
        [],
    )


def roll_back(ledger: Ledger, venue_id: str, *, actor: str, at: datetime) -> ScheduleVersion:
    """Undo the venue's latest schedule version. Raises `NotFound` or `Conflict`."""
    venue = ledger.estate().venue(venue_id)
    versions = ledger.schedules(venue.id)[venue.id]
    version = rolled_back(venue, versions, at, actor)
    ledger.add_schedule(version, [announcement(venue, [*versions, version], at)])
    return version
