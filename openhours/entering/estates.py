"""Puts a checked estate into the ledger, with the schedules and announcements that follow.

`EstateDesk` does so for the pages.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.clock import Clock
from domain.estate import Estate, Venue
from domain.estate_diff import Change, diff
from domain.estate_rules import check
from domain.planning import AuditLine, Outgoing, ScheduleVersion
from domain.ports import Ledger
from domain.schedules import announcement, entered, schedule_topic
from store.estate_yaml import draft_of, yaml_of


def import_estate(
    ledger: Ledger,
    estate: Estate,
    *,
    actor: str,
    clock: Clock,
    seen: Estate | None = None,
    line: AuditLine | None = None,
) -> list[Change]:
    """Replace the ledger's estate by `estate`; return what changed.

    Hours count as entered anew where the venue is new or its `hours` differ from the estate before:
    a planned change stays in force when a file is imported again as it was. Doors are told of new
    hours, and of names and special days that changed; the message of a venue that went is cleared.

    Raises `Conflict` when hours change at the same time by another way, or when the ledger's estate
    is no longer the one `seen`; nothing is stored then. `line` says in the audit log what was done,
    where that is more than an import.
    """
    at = clock.now()
    before = seen or ledger.estate()
    schedules = ledger.schedules()
    versions: list[ScheduleVersion] = []
    messages: list[Outgoing] = []
    for venue in estate.venues:
        history = list(schedules.get(venue.id, ()))
        was = before.venue_by_id.get(venue.id)
        if was is None or was.hours != venue.hours:
            version = entered(venue, history, at, actor)
            versions.append(version)
            messages.append(announcement(venue, [*history, version], at))
        elif _told(was) != _told(venue):
            messages.append(_once_more(venue, history, at))
    messages += [
        _cleared(venue, at) for venue in before.venues if venue.id not in estate.venue_by_id
    ]
    ledger.put_estate(estate, versions, messages, actor=actor, at=at, before=seen, line=line)
    return diff(before, estate)


class EstateDesk:
    """The estate as the pages take it in and give it out: `console.estate.desk.EstateDesk`."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def read(self, text: str, name: str) -> Estate:
        draft = draft_of(text, name)
        return check(draft.document, draft.locate, draft.problems)

    def text(self, estate: Estate) -> str:
        return yaml_of(estate)

    def put(
        self, estate: Estate, seen: Estate, *, actor: str, line: AuditLine | None = None
    ) -> Sequence[Change]:
        return import_estate(
            self._ledger, estate, actor=actor, clock=self._clock, seen=seen, line=line
        )


def _told(venue: Venue) -> object:
    """What an announcement says of a venue beside its hours."""
    return venue.name, venue.zone, venue.special_days


def _once_more(venue: Venue, history: Sequence[ScheduleVersion], at: datetime) -> Outgoing:
    """The announcement of a version that was announced before, under a key of its own."""
    message = announcement(venue, history, at)
    return replace(message, key=f"{message.key}:{at.isoformat()}")


def _cleared(venue: Venue, at: datetime) -> Outgoing:
    """An empty retained message, by which the broker forgets the one before."""
    key = f"schedule:{venue.id}:cleared:{at.isoformat()}"
    return Outgoing(key=key, topic=schedule_topic(venue.id), payload=b"", retain=True)
