"""From versions to the hours that hold, and from decisions to versions and what is published."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.calendars import next_monday, openings
from domain.errors import Conflict, NotFound
from domain.estate import Venue
from domain.hours import WeeklyHours, day_text
from domain.planning import Origin, Outgoing, Proposal, ScheduleVersion, Status, Verdict

REGRET = timedelta(hours=1)
"""For how long a decision can be taken back as if it had not been."""


def in_force(versions: Iterable[ScheduleVersion], day: date) -> ScheduleVersion:
    """The version that holds on `day`. Raises `NotFound` when none does yet."""
    held = [v for v in versions if v.effective_from <= day]
    if not held:
        raise NotFound(f"no schedule holds on {day}", hint="import the estate with its hours")
    return max(held, key=lambda v: v.number)


def latest(versions: Iterable[ScheduleVersion]) -> ScheduleVersion:
    """The version that will hold in the end, if nothing more is decided.

    Raises `NotFound` when there is none.
    """
    found = max(versions, key=lambda v: v.number, default=None)
    if found is None:
        raise NotFound("there is no schedule yet", hint="import the estate with its hours")
    return found


def openings_of(
    venue: Venue, versions: Sequence[ScheduleVersion], first: date, days: int
) -> list[tuple[datetime, datetime]]:
    """Open intervals [start, end), in UTC, by the versions in force on each of `days` days.

    Days before the first version are closed.
    """
    found: list[tuple[datetime, datetime]] = []
    ordered = sorted(versions, key=lambda v: v.number)
    for n in range(days):
        day = first + timedelta(days=n)
        held = [v for v in ordered if v.effective_from <= day]
        if held:
            found += openings(day, 1, held[-1].hours, venue.tz, venue.special_days)
    return found


def timeline(versions: Iterable[ScheduleVersion], since: date) -> list[ScheduleVersion]:
    """The version in force on `since` and those that will follow it, in order of effect."""
    shown: list[ScheduleVersion] = []
    for version in sorted(versions, key=lambda v: v.number):
        shown = [v for v in shown if v.effective_from < version.effective_from]
        shown.append(version)
    past = [v for v in shown if v.effective_from <= since]
    return past[-1:] + [v for v in shown if v.effective_from > since]


def earliest_effect(venue: Venue, at: datetime) -> date:
    """The first Monday after the notice period of a change decided at `at`."""
    today = at.astimezone(venue.tz).date()
    return next_monday(today + timedelta(days=max(venue.limits.notice_days, 1)))


def entered(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime, actor: str
) -> ScheduleVersion:
    """The version that says what the estate says, in force at once."""
    today = at.astimezone(venue.tz).date()
    return ScheduleVersion(
        venue=venue.id,
        number=_next(versions),
        hours=venue.hours,
        effective_from=today if versions else date(1970, 1, 5),
        created_at=at,
        origin=Origin.ESTATE,
        actor=actor,
    )


def approved(
    proposal: Proposal,
    venue: Venue,
    versions: Sequence[ScheduleVersion],
    at: datetime,
    actor: str,
    hours: WeeklyHours | None = None,
) -> ScheduleVersion:
    """The version that an approved proposal becomes: after the notice period, one a week at most.

    Args:
        proposal: what was decided on.
        venue: whose it is.
        versions: of its hours until now.
        at: when it was decided.
        actor: by whom.
        hours: what the decider made of the proposed hours; None: left them.

    Raises `Conflict` when the proposal does not wait for a decision, or the hours it set out from
    are no longer those in force.
    """
    if proposal.verdict is not Verdict.CHANGE or proposal.status is not Status.OPEN:
        raise Conflict(f"proposal {proposal.id} is {proposal.status}, not open")
    pending = latest(versions).effective_from
    effective = max(
        proposal.effective_from,
        earliest_effect(venue, at),
        next_monday(pending + timedelta(days=1)),
    )
    if in_force(versions, effective).hours != proposal.current:
        raise Conflict(
            f"the hours of {venue.id} have changed since proposal {proposal.id} was made",
            hint="wait for the next planning run",
        )
    return ScheduleVersion(
        venue=venue.id,
        number=_next(versions),
        hours=proposal.proposed if hours is None else hours,
        effective_from=effective,
        created_at=at,
        origin=Origin.PROPOSAL,
        source=proposal.id,
        actor=actor,
    )


def rolled_back(
    venue: Venue, versions: Sequence[ScheduleVersion], at: datetime, actor: str
) -> ScheduleVersion:
    """The version that undoes the latest one that stands; done again, it undoes the one before.

    It takes effect on that one's own date where the notice period allows, or where it is undone
    before anybody can have taken note of it (`REGRET`); else after the notice period. Raises
    `Conflict` when there is nothing to go back to.
    """
    gone = {int(v.source) for v in versions if v.origin is Origin.ROLLBACK}
    stands = [v for v in versions if v.origin is not Origin.ROLLBACK and v.number not in gone]
    if len(stands) < 2:
        raise Conflict(f"{venue.id} has no earlier hours to go back to")
    *earlier, undone = sorted(stands, key=lambda v: v.number)
    effective = undone.effective_from
    if at - undone.created_at > REGRET:
        effective = max(effective, earliest_effect(venue, at))
    return replace(
        in_force(earlier, effective),
        number=_next(versions),
        effective_from=effective,
        created_at=at,
        origin=Origin.ROLLBACK,
        source=str(undone.number),
        actor=actor,
    )


def announcement(venue: Venue, versions: Sequence[ScheduleVersion], at: datetime) -> Outgoing:
    """The retained MQTT message for doors and signs: hours in force, and those to come."""
    today = at.astimezone(venue.tz).date()
    coming = timeline(versions, today)
    body = {
        "venue": venue.id,
        "name": venue.name,
        "zone": venue.zone,
        "version": max(v.number for v in versions),
        "schedules": [
            {
                "effective_from": v.effective_from.isoformat(),
                "version": v.number,
                "hours": v.hours.as_text(),
            }
            for v in coming
        ],
        "special_days": [
            {"day": s.day.isoformat(), "hours": day_text(s.blocks), "name": s.name}
            for s in venue.special_days
            if s.day >= today
        ],
    }
    return Outgoing(
        key=f"schedule:{venue.id}:{body['version']}",
        topic=schedule_topic(venue.id),
        payload=json.dumps(body, ensure_ascii=False).encode(),
        retain=True,
    )


def schedule_topic(venue: str) -> str:
    """Where a venue's hours are announced."""
    return f"openhours/v1/venues/{venue}/schedule"


def _next(versions: Sequence[ScheduleVersion]) -> int:
    return max((v.number for v in versions), default=0) + 1
