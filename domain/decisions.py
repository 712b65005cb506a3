"""What people do with proposals and schedules, over the ledger port: decide, and undo."""

from dataclasses import replace
from datetime import datetime

from domain.errors import Conflict
from domain.planning import Decision, ScheduleVersion, Status
from domain.ports import Ledger
from domain.schedules import announcement, approved, rolled_back


def approve(
    ledger: Ledger, proposal_id: str, *, actor: str, at: datetime, note: str = ""
) -> ScheduleVersion:
    """Approve a proposal: its hours become a schedule version, published to doors and calendars.

    Proposals of linked venues are approved with it and take effect on the same day: half of their
    plan could leave people without an open door. One that has been approved already, as by a
    process that died in between, stays as it is.

    Returns:
        The version of the venue whose proposal was named.

    Raises:
        NotFound: there is no such proposal.
        Conflict: it, or one that it is linked with, no longer waits for a decision.
    """
    first, *others = map(ledger.proposal, ledger.proposal(proposal_id).decided_together)
    together = [first, *(p for p in others if p.status is not Status.APPROVED)]
    estate = ledger.estate()
    versions = [ledger.schedules(p.venue)[p.venue] for p in together]
    new = [
        approved(p, estate.venue(p.venue), known, at, actor)
        for p, known in zip(together, versions, strict=True)
    ]
    day = max(v.effective_from for v in new)
    new = [replace(v, effective_from=day) for v in new]
    for proposal, known, version in zip(together, versions, new, strict=True):
        venue = estate.venue(proposal.venue)
        ledger.decide(
            Decision(proposal=proposal.id, outcome=Status.APPROVED, actor=actor, at=at, note=note),
            version,
            [announcement(venue, [*known, version], at)],
        )
    return new[0]


def reject(ledger: Ledger, proposal_id: str, *, actor: str, at: datetime, note: str = "") -> None:
    """Reject a proposal, and those of linked venues: the hours stay.

    Raises `NotFound` or `Conflict`.
    """
    first, *others = map(ledger.proposal, ledger.proposal(proposal_id).decided_together)
    if first.status is not Status.OPEN:
        raise Conflict(f"proposal {proposal_id} is {first.status}, not open")
    for proposal in [first, *(p for p in others if p.status is Status.OPEN)]:
        ledger.decide(
            Decision(proposal=proposal.id, outcome=Status.REJECTED, actor=actor, at=at, note=note),
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
