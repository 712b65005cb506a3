"""Small true-to-life values for the suites of both ports."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.estate import Area, Estate, Limits, LinkGroup, Room, Sensor, Venue, Walk
from domain.hours import Block, SpecialDay, WeeklyHours
from domain.planning import (
    Decision,
    Effect,
    Interval,
    Origin,
    Outgoing,
    Proposal,
    Reason,
    ScheduleVersion,
    Status,
    Verdict,
)
from domain.ports import Ledger
from domain.readings import CountKind, CountReading, Rejection

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOURS = WeeklyHours.parse({"mon-fri": "09:00-12:00, 14:00-18:00", "sat": "20:00-02:00"})
LATER = WeeklyHours.parse({"mon-sat": "10:00-19:00"})


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def total(sensor: str, time_us: int, entered: int | None, **more: Any) -> CountReading:
    return CountReading(sensor, CountKind.TOTAL, time_us, entered, **more)


def venue(venue_id: str, **more: Any) -> Venue:
    given = {"name": venue_id.title(), "type": "library", "area": "old-town", "hours": HOURS}
    return Venue(id=venue_id, **{**given, **more})


def estate() -> Estate:
    """Two linked venues with everything that an estate may hold."""
    return Estate(
        areas=(
            Area(id="old-town", name="Old town", name_zh="老城", part_of="city"),
            Area(id="city", name="City", kind="city"),
        ),
        venues=(
            venue("reading-room", name_zh="阅览室", limits=Limits(core=LATER, staff_hours=41.5)),
            venue(
                "annex",
                special_days=(SpecialDay(date(2026, 12, 25), (Block(600, 720),), "Christmas"),),
                latitude=31.2,
                approval="automatic",
            ),
        ),
        rooms=(Room(id="hall", name="Hall", venue="annex", capacity=80),),
        sensors=(Sensor(id="door-1", room="hall", sign=-1, kind=CountKind.PERIOD),),
        link_groups=(
            LinkGroup(
                id="pair", hub="annex", satellites=(Walk(venue="reading-room", walk_minutes=4),)
            ),
        ),
    )


def version(venue_id: str, number: int, **more: Any) -> ScheduleVersion:
    given = ScheduleVersion(
        venue=venue_id,
        number=number,
        hours=HOURS,
        effective_from=date(2026, 12, 7),
        created_at=NOON,
        origin=Origin.ESTATE,
        actor="ana",
    )
    return replace(given, **more)


def message(key: str, topic: str = "") -> Outgoing:
    return Outgoing(key=key, topic=topic or f"doors/{key}", payload=b"\x00" + key.encode())


def proposal(venue_id: str, run: str, **more: Any) -> Proposal:
    given = Proposal(
        id=f"{venue_id}:{run}",
        venue=venue_id,
        run=run,
        created_at=NOON,
        verdict=Verdict.CHANGE,
        current=HOURS,
        proposed=LATER,
        effective_from=date(2026, 12, 14),
        reasons=(Reason("busy_late", {"day": "fri", "visits": 12, "share": 0.25}), Reason("trial")),
        evidence={"weeks": 8, "coverage": 0.97, "source": "计数器"},
        effect=Effect(
            visits=Interval(1.5, 4.25, 7.0),
            visits_now=310.0,
            staff_hours=-2.0,
            staff_hours_now=40.0,
        ),
        policy="hours 1",
        inputs="9f2c",
    )
    return replace(given, **more)


def decision(proposal_id: str, outcome: Status = Status.APPROVED, **more: Any) -> Decision:
    return replace(Decision(proposal=proposal_id, outcome=outcome, actor="ana", at=NOON), **more)


def rejection(reason: str, received_us: int, payload: bytes = b"\xff{") -> Rejection:
    return Rejection(
        topic="openhours/v1/door-1/counts",
        payload=payload,
        reason=reason,
        detail="at byte 0",
        hint="send UTF-8",
        received_us=received_us,
    )


def keys_due(ledger: Ledger, minutes: float = 0) -> list[str]:
    """Keys of the messages to send so many minutes after noon."""
    return [row.message.key for row in ledger.queued(after(minutes))]


def status_of(ledger: Ledger, proposal_id: str) -> Status:
    return ledger.proposal(proposal_id).status
