"""What the ledger has that people should hear of, as notices; noting them again changes nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.rooms.flags import kept
from domain.errors import InvalidInput, NotFound
from domain.messages import Kind, Notice
from domain.planning import Origin, Proposal, Status
from domain.ports import Ledger, TimeSeriesStore
from openhours.measuring.rollouts import members
from openhours.measuring.uplift import outcome
from policies.trials.reasons import Code

TOLD_WITHIN = timedelta(days=28)
"""What is older is news to nobody."""
LATE_KINDS = (Kind.PROPOSAL_LATE, Kind.PROPOSAL_VERY_LATE)
EFFECT_STATE = "messages:effect"
_ENDED = frozenset({Code.TRIAL_KEPT, Code.TRIAL_WITHDRAWN, Code.TRIAL_UNDECIDED})


@dataclass(frozen=True, slots=True)
class Escalation:
    """When the district is told of a proposal that waits, and when the administrators."""

    late: timedelta
    very_late: timedelta


def news(
    ledger: Ledger, timeseries: TimeSeriesStore, escalation: Escalation, now: datetime
) -> list[Notice]:
    """All notices that the ledger gives cause for. Raises `StoreUnavailable`."""
    latest = [p for p in ledger.proposals() if p.created_at >= now - TOLD_WITHIN]
    return [
        *_waiting(latest, escalation, now),
        *_trials(latest, now),
        *_hours(ledger, now),
        *_rooms(ledger, now),
        *_effect(ledger, timeseries, now),
    ]


def _waiting(
    proposals: Sequence[Proposal], escalation: Escalation, now: datetime
) -> Iterator[Notice]:
    for proposal in proposals:
        if proposal.status is not Status.OPEN:
            continue
        yield _of_proposal(proposal, Kind.PROPOSAL, proposal.created_at)
        for kind, after in zip(LATE_KINDS, (escalation.late, escalation.very_late), strict=True):
            since = proposal.created_at + after
            if now >= since:
                yield _of_proposal(proposal, kind, since, days=after / timedelta(days=1))


def _of_proposal(proposal: Proposal, kind: Kind, at: datetime, **facts: float) -> Notice:
    return Notice(
        key=f"{kind}:{proposal.id}",
        kind=kind,
        at=at,
        venue=proposal.venue,
        subject=proposal.id,
        facts=facts,
    )


def _trials(proposals: Sequence[Proposal], now: datetime) -> Iterator[Notice]:
    """Those that begin are approved; those that end have no need to be."""
    for proposal in proposals:
        begins = {Code.TRIAL_STARTS} if proposal.status is Status.APPROVED else set()
        for number, reason in enumerate(proposal.reasons):
            if reason.code in begins | _ENDED:
                yield Notice(
                    key=f"trial:{proposal.id}:{number}",
                    kind=Kind.TRIAL,
                    at=now,
                    venue=proposal.venue,
                    facts={"code": reason.code, **reason.facts},
                )


def _hours(ledger: Ledger, now: datetime) -> Iterator[Notice]:
    """New versions, but for the first of each venue, by which it entered the estate."""
    for versions in ledger.schedules().values():
        for version in versions:
            is_first = version.origin is Origin.ESTATE and version.number == 1
            if version.created_at < now - TOLD_WITHIN or is_first:
                continue
            yield Notice(
                key=f"hours:{version.venue}:{version.number}",
                kind=Kind.HOURS,
                at=version.created_at,
                venue=version.venue,
                facts={
                    "from": version.effective_from.isoformat(),
                    "hours": json.dumps(version.hours.as_text()),
                },
                actor=version.actor,
            )


def _rooms(ledger: Ledger, now: datetime) -> Iterator[Notice]:
    """What the latest monthly look found new."""
    state = kept(ledger)[1]
    for flag in state.flags:
        if flag.month == state.month and flag.reasons:
            first = flag.reasons[0]
            yield Notice(
                key=f"room:{flag.month}:{flag.room}",
                kind=Kind.ROOM,
                at=now,
                venue=flag.venue,
                subject=flag.room,
                facts={"code": first.code, **first.facts},
            )


def _effect(ledger: Ledger, timeseries: TimeSeriesStore, now: datetime) -> Iterator[Notice]:
    """What the roll-out that was drawn last did, once: it is final when the last wave has begun."""
    drawn = ledger.rollouts()
    if not drawn or drawn[-1].waves[-1] >= now.date():
        return
    name = drawn[-1].drawn_at.isoformat()
    if ledger.state(EFFECT_STATE) == name:
        return
    try:
        reasons = outcome(ledger, timeseries, now).claim.reasons
        known = members(ledger.estate())
    except (InvalidInput, NotFound):
        return
    for venue in (v for group in drawn[-1].groups for v in known.get(group, ())):
        for number, reason in enumerate(reasons):
            yield Notice(
                key=f"effect:{name}:{venue}:{number}",
                kind=Kind.EFFECT,
                at=now,
                venue=venue,
                subject=name,
                facts={"code": reason.code, **reason.facts},
            )
