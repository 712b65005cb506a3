"""Decisions on one proposal or many, and hours that the decider has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.decisions import approve, reject, undo
from domain.errors import Conflict, InvalidHours, NotFound, Problem
from domain.estate import Venue
from domain.hours import WEEKDAYS, WeeklyHours, day_text
from domain.planning import Proposal, Status
from domain.ports import Ledger
from domain.venue_rules import rule_faults
from policies.hours.kept import broken_limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision on some proposals."""

    decided: tuple[str, ...]
    """Their ids; linked ones, which went with them, are not named."""
    failed: tuple[str, ...]
    """Those that no longer waited."""


def decide(
    ledger: Ledger, ids: Iterable[str], outcome: Status, *, actor: str, at: datetime, note: str
) -> Outcome:
    """Approve or reject proposals one by one; one that no longer waits does not stop the others."""
    act = approve if outcome is Status.APPROVED else reject
    decided: list[str] = []
    failed: list[str] = []
    gone: set[str] = set()
    for each in dict.fromkeys(ids):
        if each in gone:
            continue
        try:
            act(ledger, each, actor=actor, at=at, note=note)
        except (Conflict, NotFound):
            failed.append(each)
        else:
            decided.append(each)
            gone |= {*ledger.proposal(each).decided_together}
    return Outcome(tuple(decided), tuple(failed))


def take_back(ledger: Ledger, ids: Iterable[str], *, actor: str, at: datetime) -> Outcome:
    """Take approvals back one by one, likewise."""
    decided: list[str] = []
    failed: list[str] = []
    for each in dict.fromkeys(ids):
        try:
            undo(ledger, each, actor=actor, at=at)
        except (Conflict, NotFound):
            failed.append(each)
        else:
            decided.append(each)
    return Outcome(tuple(decided), tuple(failed))


def edited(venue: Venue, proposal: Proposal, days: Mapping[str, str]) -> WeeklyHours:
    """Hours as the decider wrote them, day by day.

    Args:
        venue: whose hours these are to be.
        proposal: what they are written in the place of.
        days: text of each day, as `domain.hours.parse_day` reads it.

    Raises:
        InvalidHours: with every fault. A limit that the proposal breaks too may stay broken.
    """
    hours = WeeklyHours.parse({day: days.get(day, "") for day in WEEKDAYS})
    problems = [
        Problem(str(fault.path[-1]), fault.what, fault.hint)
        for fault in rule_faults(venue.model_copy(update={"hours": hours}), ())
        if fault.path[0] == "hours"
    ]
    if not problems:
        known = broken_limits(venue, proposal.proposed)
        problems = [
            Problem("" if b.day is None else WEEKDAYS[b.day], b.limit)
            for b in sorted(broken_limits(venue, hours) - known, key=lambda b: (b.day or 0, b))
        ]
    if problems:
        raise InvalidHours("these opening hours cannot be", problems=problems)
    return hours


def as_days(hours: WeeklyHours) -> dict[str, str]:
    """Text of each day, as `edited` reads it."""
    return {day: day_text(blocks) for day, blocks in zip(WEEKDAYS, hours.days, strict=True)}
