"""Proposals, decisions and schedules: what a plan says, who agreed, what then holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from domain.hours import WeeklyHours


class Verdict(StrEnum):
    """What a planning run says of a venue; every run says one of these of every venue."""

    CHANGE = "change"
    KEEP = "keep"
    NOT_ENOUGH_DATA = "not_enough_data"


class Status(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    """Waits for a manager. Only a proposal to change is ever open."""
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """A later run spoke before anybody decided."""
    CLOSED = "closed"
    """Nothing to decide: keep, or not enough data."""


class Interval(NamedTuple):
    """An estimate with its 80 % interval."""

    low: float
    mean: float
    high: float


Fact = str | int | float


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as a code and its facts; `console.words` has the sentence in each language."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change is expected to do to an ordinary week, against today's hours."""

    visits: Interval
    """Change in served visits a week."""
    visits_now: float
    """Served visits a week at today's hours."""
    staff_hours: float
    """Change in staffed hours a week."""
    staff_hours_now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one planning run says of one venue. `run` and `venue` together are its key."""

    id: str
    """`{venue}:{run}`, so that a repeated run writes nothing new."""
    venue: str
    run: str
    """The week it was planned at, e.g. "2026-W47"."""
    created_at: datetime
    verdict: Verdict
    current: WeeklyHours
    proposed: WeeklyHours
    effective_from: date
    """First Monday after the notice period; meaningless unless the verdict is to change."""
    reasons: tuple[Reason, ...]
    evidence: Mapping[str, Fact]
    effect: Effect
    policy: str
    """Name and version of the policy."""
    inputs: str
    """Fingerprint of everything the policy was given."""
    status: Status = Status.OPEN
    linked: tuple[str, ...] = ()
    """Venues whose hours change by the same plan: their proposals of this run are decided on
    together."""

    @property
    def decided_together(self) -> tuple[str, ...]:
        """Ids of the proposals that one decision is about, its own first."""
        return (self.id, *(proposal_id(venue, self.run) for venue in self.linked))


def proposal_id(venue: str, run: str) -> str:
    """The id of what a run says of a venue."""
    return f"{venue}:{run}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person, or the venue's rule, made of a proposal."""

    proposal: str
    outcome: Status
    actor: str
    at: datetime
    note: str = ""


class Origin(StrEnum):
    """Where a schedule version came from."""

    ESTATE = "estate"
    PROPOSAL = "proposal"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleVersion:
    """Weekly hours of a venue from a date on. Versions are only ever added.

    On a date, of the versions with `effective_from` not after it, the one with the greatest
    `number` holds: a later version replaces all that an earlier one still had to say.
    """

    venue: str
    number: int
    """1, 2, 3… for each venue."""
    hours: WeeklyHours
    effective_from: date
    created_at: datetime
    origin: Origin
    source: str = ""
    """The proposal's id, or the number of the version rolled back."""
    actor: str = ""


class Lane(StrEnum):
    """Which way messages go: one that is blocked holds up no other."""

    BROKER = "broker"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to be sent at least once; receivers drop repeats by `key`."""

    key: str
    topic: str
    """Of the broker, or one for each address of a person. Those of one topic keep their order."""
    payload: bytes
    retain: bool = False
    lane: Lane = Lane.BROKER


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One state change: who did what to which thing, when."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str = ""
