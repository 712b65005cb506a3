"""Who gets which report by message, as the ledger keeps it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.people import Role
from domain.periods import Period
from domain.planning import AuditLine
from domain.ports import Ledger

KEY = "reports:to:"
"""Before the person and the area; the value is the period of the last report that was sent."""
MAY_SUBSCRIBE = frozenset({Role.DISTRICT, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Somebody gets the reports on an area."""

    person: str
    area: str
    after: Period
    """The last period of which they have the report, or that was over when they asked for it."""

    @property
    def key(self) -> str:
        """Under which the ledger keeps it."""
        return f"{KEY}{self.person}:{self.area}"


def subscriptions(ledger: Ledger) -> Iterator[Subscription]:
    """All there are."""
    for key, value in ledger.states(KEY).items():
        person, _, area = key.removeprefix(KEY).partition(":")
        yield Subscription(person=person, area=area, after=Period.parse(value))


def is_subscribed(ledger: Ledger, person: str, area: str) -> bool:
    """Whether somebody gets the reports on an area."""
    return bool(ledger.state(f"{KEY}{person}:{area}"))


def subscribe(ledger: Ledger, wanted: Subscription, at: datetime) -> None:
    """Have a person sent the reports on periods after `wanted.after`. Raises `Conflict`."""
    _change(ledger, wanted, wanted.after.name, "report.subscribed", at)


def unsubscribe(ledger: Ledger, wanted: Subscription, at: datetime) -> None:
    """Send them no more. Raises `Conflict`."""
    _change(ledger, wanted, "", "report.unsubscribed", at)


def _change(ledger: Ledger, what: Subscription, value: str, action: str, at: datetime) -> None:
    line = AuditLine(at=at, actor=what.person, action=action, subject=what.area)
    ledger.change_state(what.key, ledger.state(what.key), value, line)
