"""The ports: what the house needs of its stores and of the broker.

Each is implemented in `store` (or wherever the part lives) and held to one contract suite in
`tests/contract/`. Unless a docstring says otherwise, a method may be called from any thread, raises
`StoreUnavailable` when the part does not answer, and has made its effect durable when it returns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.accounts import Accounts
from domain.audit import AuditFilter, NumberedLine
from domain.bookings import Booking
from domain.estate import Estate
from domain.hand_counts import HandCount, HeadCount
from domain.messages import Messages
from domain.planning import (
    AuditLine,
    Decision,
    Lane,
    Outgoing,
    Proposal,
    ScheduleVersion,
    Status,
)
from domain.readings import Readings, ReadingTable, Rejection
from domain.rollouts import DrawnRollout
from domain.sensor_bins import SensorBins, Stale


class TimeSeriesStore(Protocol):
    """Keeps what the sensors said, exactly."""

    def add(self, readings: Readings) -> int:
        """Store a batch in one commit; return how many of its readings were not there before.

        Idempotent by (sensor, kind, time_us, seq). Of readings with equal identity the last added
        stands, within a batch too.
        """

    def read(
        self, sensors: Iterable[str], start_us: int, end_us: int, *, previous: bool = False
    ) -> ReadingTable:
        """Readings with start_us ≤ time_us < end_us, ordered by (sensor, time_us, seq, kind).

        `previous` adds, for each sensor, its last reading before `start_us`, so that totals can be
        differenced across the edge. Sensors without readings are absent from the table's rows.
        """

    def last_seen(self) -> Mapping[str, int]:
        """`time_us` of the latest reading of every sensor that ever said anything."""

    def count(self) -> int:
        """How many readings are stored."""

    def stale(self) -> Stale:
        """What has been added or asked to be made anew since its bins were put.

        Survives a crash of the process: it may then name more than is needed, and never less.
        """

    def make_stale(self, sensors: Iterable[str]) -> None:
        """Have all bins of these sensors made anew, as when their setting has changed."""

    def put_bins(
        self, bins: SensorBins, spans: Mapping[str, tuple[int, int]], stale: Stale, until_slot: int
    ) -> None:
        """Put bins in the place of all bins that lie in `spans`, in one commit.

        Args:
            bins: what the bins in `spans` are now.
            spans: by sensor, the quarter-hours [first, end) that were made anew.
            stale: what had been stale when the bins were made. What of it lies before `until_slot`
                is so no longer; what was added since, or lies after, stays stale.
            until_slot: first quarter-hour that is not over yet. It and later ones have no bins but
                of what is held into them.
        """

    def bins(self, sensors: Iterable[str], start_slot: int, end_slot: int) -> SensorBins:
        """Bins with start_slot ≤ slot < end_slot, in order of (sensor, kind, slot).

        `sensors` of the answer are the given ones that have rows, in order of name.
        """

    def close(self) -> None:
        """Release the store; further calls are an error of the program."""


@dataclass(frozen=True, slots=True)
class RejectionGroup:
    """Alike rejections: how many, since when, with one sample."""

    reason: str
    count: int
    first_us: int
    last_us: int
    sample: Rejection


@dataclass(frozen=True, slots=True)
class Kept:
    """A rejection that is kept whole."""

    id: int
    rejection: Rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Instants before which a ledger's rows go; None: none goes."""

    audit: datetime | None = None
    rejections: datetime | None = None
    """Kept whole or not."""
    sent: datetime | None = None
    """Messages of the outbox that were sent."""


@dataclass(frozen=True, slots=True)
class Queued:
    """An outbox row that waits to be sent."""

    id: int
    message: Outgoing
    attempts: int


class Ledger(Protocol):
    """Keeps the estate, what was decided and counted by hand, outbox, rejections and audit log.

    Each writing method is one transaction and adds its audit line itself.
    """

    @property
    def messages(self) -> Messages:
        """What people are told, and how they want it."""

    @property
    def accounts(self) -> Accounts:
        """People, what they may do, and how they get in."""

    def estate(self) -> Estate:
        """The estate as last put; an empty one before the first time."""

    def put_estate(
        self,
        estate: Estate,
        versions: Sequence[ScheduleVersion],
        messages: Sequence[Outgoing],
        *,
        actor: str,
        at: datetime,
        before: Estate | None = None,
        line: AuditLine | None = None,
    ) -> None:
        """Replace the estate, and add the schedule versions and messages that follow from it.

        Raises `Conflict` when a version's number is taken, and where the estate is no longer
        `before`, if that is given. No audit line where nothing changes; `line` is one that says
        more than how much did.
        """

    def schedules(self, venue: str | None = None) -> Mapping[str, Sequence[ScheduleVersion]]:
        """Schedule versions by venue, in order of `number`; only of `venue` where given.

        A `venue` that is given is always among the keys.
        """

    def add_schedule(self, version: ScheduleVersion, messages: Sequence[Outgoing]) -> None:
        """Add one version and its messages. Raises `Conflict` when the number is taken."""

    def add_proposals(self, proposals: Sequence[Proposal]) -> int:
        """Add a run's proposals; return how many were new. Known ids are left as they are.

        A new proposal supersedes the venue's open ones.
        """

    def proposals(
        self,
        *,
        venue: str | None = None,
        status: Status | None = None,
        run: str | None = None,
        limit: int = 500,
    ) -> Sequence[Proposal]:
        """Proposals that match, newest first."""

    def proposal(self, proposal_id: str) -> Proposal:
        """One proposal. Raises `NotFound`."""

    def decide(
        self, decision: Decision, version: ScheduleVersion | None, messages: Sequence[Outgoing]
    ) -> None:
        """Record a decision with the version and messages it brings.

        Raises `NotFound`, or `Conflict` when the proposal is not open or the number is taken.
        """

    def decisions(self, proposal_ids: Iterable[str]) -> Mapping[str, Decision]:
        """The decisions on these proposals; the undecided are absent."""

    def keep_inputs(self, inputs: Mapping[str, tuple[str, bytes]], at: datetime) -> None:
        """Keep what proposals were made from: id and inputs by fingerprint. No audit line.

        Those that nobody decided on may be forgotten after a quarter of a year.
        """

    def inputs(self, fingerprint: str) -> bytes | None:
        """What a proposal with this fingerprint was made from; None where it is not kept."""

    def add_rollout(self, drawn: DrawnRollout) -> None:
        """Note a roll-out that was drawn by lot."""

    def rollouts(self) -> Sequence[DrawnRollout]:
        """All that were ever drawn, in that order."""

    def queued(
        self, at: datetime, limit: int = 100, *, lane: Lane = Lane.BROKER
    ) -> Sequence[Queued]:
        """Outbox rows due at `at`, oldest first; none overtakes a postponed one of its topic."""

    def sent(self, ids: Sequence[int], at: datetime) -> None:
        """Mark outbox rows as sent."""

    def postpone(self, row: int, until: datetime, error: str) -> None:
        """Count one failed attempt and try again no earlier than `until`.

        Without an `error` it was not tried, and nothing is counted. No audit line: the row itself
        keeps the count and the error.
        """

    def give_up(self, row: int, at: datetime, error: str) -> None:
        """Try an outbox row no more."""

    def keep_rejections(self, rejections: Sequence[Rejection]) -> None:
        """Keep messages that could not be read. No audit line: these are not decisions."""

    def rejections(self) -> Sequence[RejectionGroup]:
        """Rejections grouped by reason, the largest group first."""

    def kept_rejections(
        self, reason: str | None = None, *, after: int = 0, limit: int = 500
    ) -> Sequence[Kept]:
        """Rejections that are kept whole, in order of id, with ids greater than `after`."""

    def drop_rejections(self, ids: Sequence[int]) -> None:
        """Forget rejections whose messages could be read after all; they count no more."""

    def add_hand_count(self, count: HandCount, at: datetime) -> None:
        """Keep what was counted at a door; one of the same sensor and start is replaced."""

    def add_head_count(self, count: HeadCount, at: datetime) -> None:
        """Keep what was counted in a room; one of the same room and instant is replaced."""

    def hand_counts(self, since: datetime | None = None) -> Sequence[HandCount]:
        """Counts at doors that ended at `since` or later, by start, then sensor."""

    def head_counts(self, since: datetime | None = None) -> Sequence[HeadCount]:
        """Counts in rooms at `since` or later, by instant, then room."""

    def put_bookings(self, bookings: Sequence[Booking], *, actor: str, at: datetime) -> None:
        """Replace all bookings by these. No audit line where nothing changes."""

    def bookings(self, since: datetime | None = None) -> Sequence[Booking]:
        """Bookings that end after `since`, by start, then venue, then room."""

    def audit(self, limit: int = 200) -> Sequence[AuditLine]:
        """The latest lines, newest first. Nothing edits them."""

    def expire(self, before: Expiry, now: datetime) -> int:
        """Delete what is older than that; return how many rows went.

        Lines of the audit log that go are themselves a line of it.
        """

    def tidy(self) -> None:
        """Give back the room of deleted rows, where the database does not do so by itself."""

    def waiting(self) -> int:
        """How many messages of the outbox have not been sent."""

    def find_audit(
        self, wanted: AuditFilter, *, before: int | None = None, limit: int = 200
    ) -> Sequence[NumberedLine]:
        """Lines that match, newest first; only those before a number where it is given."""

    def state(self, key: str) -> str | None:
        """A small value kept for a restart, such as how far a replay has come."""

    def states(self, prefix: str) -> Mapping[str, str]:
        """All small values whose keys begin so, by key."""

    def set_state(self, key: str, value: str) -> None:
        """Keep a small value; an empty one is as good as none. No audit line."""

    def change_state(self, key: str, before: str | None, value: str, line: AuditLine) -> None:
        """Keep a small value that was made from the one `before`, and who changed it.

        Raises `Conflict` where another is kept by now.
        """

    def close(self) -> None:
        """Release the ledger."""


class Publisher(Protocol):
    """Sends messages to the broker."""

    def publish(self, message: Outgoing) -> None:
        """Return once the broker has acknowledged. Raises `BrokerUnavailable`."""
