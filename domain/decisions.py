"""What people do with proposals and schedules, over the ledger port: decide, and undo."""

from dataclasses import replace
from datetime import datetime

from domain.errors import Conflict
from domain.hours import WeeklyHours
from domain.planning import Decision, Origin, Proposal, ScheduleVersion, Status
from domain.ports import Ledger
from domain.schedules import announcement, approved, latest, rolled_back


def approve(
    ledger: Ledger,
    proposal_id: str,
    *,
    actor: str,
    at: datetime,
    note: str = "",
    hours: WeeklyHours | None = None,
) -> ScheduleVersion:
    """Approve a proposal: its hours become a schedule version, published to doors and calendars.

    Proposals of linked venues are approved with it and take effect on the same day: half of their
    plan could leave people without an open door. One that has been approved already, as by a
    process that died in between, stays as it is.

    Args:
        ledger: where it is kept.
        proposal_id: which.
        actor: who approves.
        at: when.
        note: why.
        hours: these in the place of the proposed ones; None: as proposed.

    Returns:
        The version of the venue whose proposal was named.

    Raises:
        NotFound: there is no such proposal.
        Conflict: it, or one that it is linked with, no longer waits for a decision; or linked
            hours would be changed one by one.
    """
    first, *others = map(ledger.proposal, ledger.proposal(proposal_id).decided_together)
    if hours is not None and others:
        raise Conflict(
            "the hours of linked venues stand in for one another and are not changed one by one",
            hint="approve them as they are, or reject them",
        )
    together = [first, *(p for p in others if p.status is not Status.APPROVED)]
    estate = ledger.estate()
    versions = [ledger.schedules(p.venue)[p.venue] for p in together]
    new = [
        approved(p, estate.venue(p.venue), known, at, actor, hours)
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


def undo(ledger: Ledger, proposal_id: str, *, actor: str, at: datetime) -> list[ScheduleVersion]:
    """Take an approval back at all venues that were decided together; return their new versions.

    What has been taken back already, as by a process that died in between, stays so.

    Raises:
        NotFound: there is no such proposal.
        Conflict: nothing of it stands, or other hours have followed.
    """
    together = [ledger.proposal(p) for p in ledger.proposal(proposal_id).decided_together]
    standing = [v for p in together if (v := standing_version(ledger, p)) is not None]
    if not standing:
        raise Conflict(f"nothing of proposal {proposal_id} stands that could be taken back")
    for version in standing:
        if latest(ledger.schedules(version.venue)[version.venue]) != version:
            raise Conflict(
                f"other hours of {version.venue} have followed those of proposal {proposal_id}",
                hint="take back the later hours first, on the venue’s page",
            )
    return [roll_back(ledger, v.venue, actor=actor, at=at) for v in standing]


def standing_version(ledger: Ledger, proposal: Proposal) -> ScheduleVersion | None:
    """The version that a proposal became; None where it became none, or was taken back."""
    versions = ledger.schedules(proposal.venue)[proposal.venue]
    gone = {v.source for v in versions if v.origin is Origin.ROLLBACK}
    return next(
        (v for v in versions if v.source == proposal.id and str(v.number) not in gone), None
    )


def roll_back(ledger: Ledger, venue_id: str, *, actor: str, at: datetime) -> ScheduleVersion:
    """Undo the venue's latest schedule version. Raises `NotFound` or `Conflict`."""
    venue = ledger.estate().venue(venue_id)
    versions = ledger.schedules(venue.id)[venue.id]
    version = rolled_back(venue, versions, at, actor)
    ledger.add_schedule(version, [announcement(venue, [*versions, version], at)])
    return version
