"""Alerts with hysteresis: one open alert for each cause, however it flickers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from domain.messages import Kind, Notice
from domain.planning import Fact


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a cause must stand before it is told, and be gone before that is."""

    opens_after: timedelta
    closes_after: timedelta


def _minutes(opens: int, closes: int) -> Patience:
    return Patience(timedelta(minutes=opens), timedelta(minutes=closes))


PATIENCE: Mapping[Kind, Patience] = {
    Kind.STORE: _minutes(2, 10),
    Kind.BROKER: _minutes(5, 10),
    Kind.OUTBOX: _minutes(5, 10),
    Kind.DISK: _minutes(5, 60),
    Kind.SENSOR: _minutes(30, 120),
    Kind.FULL: _minutes(15, 60),
}
"""A restart of a part, some minutes long, is nobody's business. What says that a sensor is silent
or stuck has waited for hours itself; one that was mended should have counted for a while. A room
that is full for a quarter of an hour is full, and one that is so twice an hour is so once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What would be a reason for an alert, if it stands."""

    id: str
    kind: Kind
    venue: str = ""
    subject: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A cause that was seen, by its latest look."""

    cause: Cause
    first: datetime
    last: datetime
    """When it was seen last, or could not be looked for."""
    is_open: bool = False

    @property
    def key(self) -> str:
        """Of its notice. `first` is kept before it opens, so a repeated look says the same."""
        return f"{self.cause.id}@{self.first:%Y-%m-%dT%H:%M:%S}"


Book = Mapping[str, Standing]
"""By cause."""


def followed(
    book: Book, causes: Iterable[Cause], looked_for: Collection[Kind], now: datetime
) -> tuple[Book, list[Notice]]:
    """The book after one look, and what is to be told: alerts that open, and those that close.

    Args:
        book: as the last look left it.
        causes: what stands now, each id once.
        looked_for: kinds that could be looked for; alerts of others stay as they are.
        now: instant of the look, not before the last one.
    """
    after, notices = dict[str, Standing](), list[Notice]()
    seen = {c.id: c for c in causes if c.kind in looked_for}
    for name in [*book, *(n for n in seen if n not in book)]:
        before = book.get(name)
        if name in seen:
            standing = _seen(before, seen[name], now)
            if standing.is_open and not (before and before.is_open):
                notices.append(_opened(standing, now))
        elif before is None or before.cause.kind in looked_for:
            if before is None or not before.is_open:
                continue
            if now - before.last >= PATIENCE[before.cause.kind].closes_after:
                notices.append(_closed(before, now))
                continue
            standing = before
        else:
            standing = replace(before, last=now)
        after[name] = standing
    return after, notices


def _seen(before: Standing | None, cause: Cause, now: datetime) -> Standing:
    first = before.first if before else now
    is_open = before is not None and before.is_open
    long_enough = before is not None and now - first >= PATIENCE[cause.kind].opens_after
    return Standing(cause=cause, first=first, last=now, is_open=is_open or long_enough)


def _opened(standing: Standing, now: datetime) -> Notice:
    cause = standing.cause
    return Notice(
        key=standing.key,
        kind=cause.kind,
        at=now,
        venue=cause.venue,
        subject=cause.subject,
        facts=cause.facts,
    )


def _closed(standing: Standing, now: datetime) -> Notice:
    return replace(_opened(standing, now), key=f"{standing.key}:over", ends=standing.key)
