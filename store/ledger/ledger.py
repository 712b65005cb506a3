"""The ledger: every method one transaction over the functions of its subjects."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Self

from domain.audit import AuditFilter, NumberedLine
from domain.bookings import Booking
from domain.estate import Estate
from domain.hand_counts import HandCount, HeadCount
from domain.planning import AuditLine, Decision, Lane, Outgoing, Proposal, ScheduleVersion, Status
from domain.ports import Expiry, Kept, Queued, RejectionGroup
from domain.readings import Rejection
from domain.rollouts import DrawnRollout
from store.ledger import (
    audit_rows,
    booking_rows,
    estate_rows,
    expiry_rows,
    hand_rows,
    input_rows,
    outbox_rows,
    proposal_rows,
    rejection_rows,
    rollout_rows,
    schedule_rows,
    state_rows,
)
from store.ledger.accounts import SqlAccounts
from store.ledger.engine import connect, reading, tidy, writing
from store.ledger.messages import SqlMessages
from store.ledger.migrations import migrate

REJECTIONS_KEPT = 10_000
REJECTION_BYTES_KEPT = 256 * 2**20


class SqlLedger:
    """A `Ledger` in the database at an SQLAlchemy `url`, whose tables `migrate` has made.

    Args:
        url: sqlite:////folder/ledger.sqlite, or postgresql+psycopg://user@host/database.
        rejections_kept: how many rejections are kept whole; all are counted.
        rejection_bytes_kept: how much these may take together. The newest of each reason is kept
            whatever its size.

    Any number of threads may call it. Every method raises `StoreUnavailable` when the database
    does not answer or cannot write; the constructor raises `InvalidSettings` for a `url` of no use.
    """

    def __init__(
        self,
        url: str,
        *,
        rejections_kept: int = REJECTIONS_KEPT,
        rejection_bytes_kept: int = REJECTION_BYTES_KEPT,
    ) -> None:
        self._engine = connect(url)
        self.messages = SqlMessages(self._engine)
        self.accounts = SqlAccounts(self._engine)
        self._rejection_limits = rejection_rows.Limits(rejections_kept, rejection_bytes_kept)
        self._estate: tuple[str | None, Estate] = None, Estate()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        rejections_kept: int = REJECTIONS_KEPT,
        rejection_bytes_kept: int = REJECTION_BYTES_KEPT,
    ) -> Self:
        """The ledger at `url`, its tables made or brought up to date first."""
        migrate(url)
        return cls(url, rejections_kept=rejections_kept, rejection_bytes_kept=rejection_bytes_kept)

    def estate(self) -> Estate:
        with reading(self._engine) as connection:
            revision = estate_rows.revision(connection)
            if revision != self._estate[0]:
                self._estate = revision, estate_rows.read(connection)
            return self._estate[1]

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
        with writing(self._engine) as connection:
            changes = estate_rows.put(connection, estate, before)
            schedule_rows.add(connection, versions)
            outbox_rows.add(connection, messages)
            if any(changes) or versions or messages:
                detail = f"{changes}; {len(versions)} schedule versions"
                counts = AuditLine(
                    at=at, actor=actor, action="estate.put", subject="estate", detail=detail
                )
                audit_rows.add(connection, [line or counts])

    def schedules(self, venue: str | None = None) -> Mapping[str, Sequence[ScheduleVersion]]:
        with reading(self._engine) as connection:
            return schedule_rows.read(connection, venue)

    def add_schedule(self, version: ScheduleVersion, messages: Sequence[Outgoing]) -> None:
        with writing(self._engine) as connection:
            schedule_rows.add(connection, [version])
            outbox_rows.add(connection, messages)
            line = AuditLine(
                at=version.created_at,
                actor=version.actor,
                action=f"schedule.{version.origin}",
                subject=version.venue,
                detail=schedule_rows.line_of(version),
            )
            audit_rows.add(connection, [line])

    def add_proposals(self, proposals: Sequence[Proposal]) -> int:
        with writing(self._engine) as connection:
            new = proposal_rows.add(connection, proposals)
            audit_rows.add(connection, proposal_rows.lines_of(new))
            return len(new)

    def proposals(
        self,
        *,
        venue: str | None = None,
        status: Status | None = None,
        run: str | None = None,
        limit: int = 500,
    ) -> Sequence[Proposal]:
        with reading(self._engine) as connection:
            return proposal_rows.find(connection, venue, status, run, limit)

    def proposal(self, proposal_id: str) -> Proposal:
        with reading(self._engine) as connection:
            return proposal_rows.one(connection, proposal_id)

    def decide(
        self, decision: Decision, version: ScheduleVersion | None, messages: Sequence[Outgoing]
    ) -> None:
        with writing(self._engine) as connection:
            proposal_rows.decide(connection, decision)
            schedule_rows.add(connection, [version] if version else [])
            outbox_rows.add(connection, messages)
            said = [schedule_rows.line_of(version)] if version else []
            line = AuditLine(
                at=decision.at,
                actor=decision.actor,
                action=f"proposal.{decision.outcome}",
                subject=decision.proposal,
                detail="; ".join([*said, *filter(None, [decision.note])]),
            )
            audit_rows.add(connection, [line])

    def decisions(self, proposal_ids: Iterable[str]) -> Mapping[str, Decision]:
        with reading(self._engine) as connection:
            return proposal_rows.decisions_on(connection, proposal_ids)

    def keep_inputs(self, inputs: Mapping[str, tuple[str, bytes]], at: datetime) -> None:
        with writing(self._engine) as connection:
            input_rows.keep(connection, inputs, at)

    def inputs(self, fingerprint: str) -> bytes | None:
        with reading(self._engine) as connection:
            return input_rows.read(connection, fingerprint)

    def add_rollout(self, drawn: DrawnRollout) -> None:
        with writing(self._engine) as connection:
            rollout_rows.add(connection, drawn)
            audit_rows.add(connection, [rollout_rows.line_of(drawn)])

    def rollouts(self) -> Sequence[DrawnRollout]:
        with reading(self._engine) as connection:
            return rollout_rows.read(connection)

    def queued(
        self, at: datetime, limit: int = 100, *, lane: Lane = Lane.BROKER
    ) -> Sequence[Queued]:
        with reading(self._engine) as connection:
            return outbox_rows.queued(connection, at, limit, lane)

    def sent(self, ids: Sequence[int], at: datetime) -> None:
        with writing(self._engine) as connection:
            audit_rows.add(
                connection,
                (
                    AuditLine(at=at, actor="outbox", action="message.sent", subject=key)
                    for key in outbox_rows.sent(connection, ids, at)
                ),
            )

    def postpone(self, row: int, until: datetime, error: str) -> None:
        with writing(self._engine) as connection:
            outbox_rows.postpone(connection, row, until, error)

    def give_up(self, row: int, at: datetime, error: str) -> None:
        with writing(self._engine) as connection:
            audit_rows.add(connection, outbox_rows.give_up(connection, row, at, error))

    def keep_rejections(self, rejections: Sequence[Rejection]) -> None:
        with writing(self._engine) as connection:
            rejection_rows.keep(connection, rejections, self._rejection_limits)

    def rejections(self) -> Sequence[RejectionGroup]:
        with reading(self._engine) as connection:
            return rejection_rows.groups(connection)

    def kept_rejections(
        self, reason: str | None = None, *, after: int = 0, limit: int = 500
    ) -> Sequence[Kept]:
        with reading(self._engine) as connection:
            return rejection_rows.kept(connection, reason, after, limit)

    def drop_rejections(self, ids: Sequence[int]) -> None:
        with writing(self._engine) as connection:
            rejection_rows.drop(connection, ids)

    def add_hand_count(self, count: HandCount, at: datetime) -> None:
        with writing(self._engine) as connection:
            hand_rows.add_at_door(connection, count)
            audit_rows.add(connection, [hand_rows.line_at_door(count, at)])

    def add_head_count(self, count: HeadCount, at: datetime) -> None:
        with writing(self._engine) as connection:
            hand_rows.add_in_room(connection, count)
            audit_rows.add(connection, [hand_rows.line_in_room(count, at)])

    def hand_counts(self, since: datetime | None = None) -> Sequence[HandCount]:
        with reading(self._engine) as connection:
            return hand_rows.at_doors(connection, since)

    def head_counts(self, since: datetime | None = None) -> Sequence[HeadCount]:
        with reading(self._engine) as connection:
            return hand_rows.in_rooms(connection, since)

    def put_bookings(self, bookings: Sequence[Booking], *, actor: str, at: datetime) -> None:
        with writing(self._engine) as connection:
            if changes := booking_rows.replace(connection, bookings):
                line = AuditLine(
                    at=at, actor=actor, action="bookings.put", subject="bookings", detail=changes
                )
                audit_rows.add(connection, [line])

    def bookings(self, since: datetime | None = None) -> Sequence[Booking]:
        with reading(self._engine) as connection:
            return booking_rows.read(connection, since)

    def audit(self, limit: int = 200) -> Sequence[AuditLine]:
        with reading(self._engine) as connection:
            return audit_rows.latest(connection, limit)

    def expire(self, before: Expiry, now: datetime) -> int:
        gone = 0
        with writing(self._engine) as connection:
            if before.audit:
                gone += expiry_rows.drop_audit(connection, before.audit, now)
            if before.rejections:
                gone += expiry_rows.drop_rejections(connection, before.rejections)
            if before.sent:
                gone += expiry_rows.drop_sent(connection, before.sent)
        return gone

    def tidy(self) -> None:
        tidy(self._engine)

    def waiting(self) -> int:
        with reading(self._engine) as connection:
            return outbox_rows.waiting(connection)

    def find_audit(
        self, wanted: AuditFilter, *, before: int | None = None, limit: int = 200
    ) -> Sequence[NumberedLine]:
        with reading(self._engine) as connection:
            return audit_rows.find(connection, wanted, before, limit)

    def state(self, key: str) -> str | None:
        with reading(self._engine) as connection:
            return state_rows.read(connection, key)

    def states(self, prefix: str) -> Mapping[str, str]:
        with reading(self._engine) as connection:
            return state_rows.beginning_with(connection, prefix)

    def set_state(self, key: str, value: str) -> None:
        with writing(self._engine) as connection:
            state_rows.put(connection, key, value)

    def change_state(self, key: str, before: str | None, value: str, line: AuditLine) -> None:
        with writing(self._engine) as connection:
            state_rows.change(connection, key, before, value)
            audit_rows.add(connection, [line])

    def close(self) -> None:
        self._engine.dispose()
