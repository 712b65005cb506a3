"""Messages to people: what there is to say, who wants it when, and the port that keeps it.

A notice is one thing to be told, noted once by its key. A message tells one person some notices, by
their channels; it goes through the outbox, at least once, and carries a key to drop repeats by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput
from domain.hours import DAY_MINUTES
from domain.planning import Fact, Outgoing


class Kind(StrEnum):
    """What a notice is about, in the order in which a message tells it."""

    STORE = "store"
    """The store of readings does not answer."""
    BROKER = "broker"
    OUTBOX = "outbox"
    """Messages wait that could not be sent, for long."""
    DISK = "disk"
    """Little space is left."""
    PROPOSAL = "proposal"
    """It waits for a decision."""
    PROPOSAL_LATE = "proposal_late"
    """For so long that the district is asked."""
    PROPOSAL_VERY_LATE = "proposal_very_late"
    """And then the administrators."""
    SENSOR = "sensor"
    FULL = "full"
    """A room is full."""
    HOURS = "hours"
    """New hours were published, or old ones again."""
    TRIAL = "trial"
    """It began or ended."""
    EFFECT = "effect"
    """What new hours did has been measured."""
    ROOM = "room"
    """The monthly look at under-used rooms has news."""


URGENT = frozenset({Kind.STORE, Kind.BROKER, Kind.OUTBOX, Kind.DISK})
"""What is told at once, at any hour, whatever people chose: counts may be lost, or doors misled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to be told. Its words are made for each reader, in `console.words.messages`."""

    key: str
    """Names the occasion: noting it again changes nothing."""
    kind: Kind
    at: datetime
    venue: str = ""
    """Empty: it concerns the whole service."""
    subject: str = ""
    """The proposal, sensor or room."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    ends: str = ""
    """Key of the notice whose cause is gone."""
    actor: str = ""
    """Who did it, and need not be told."""


class Delivery(StrEnum):
    """When somebody wants what can wait."""

    DIGEST = "digest"
    """Once a day."""
    AT_ONCE = "at_once"
    OFF = "off"
    """Nothing at all, be it urgent."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is reached: a channel of the settings, and who they are there."""

    channel: str
    to: str = ""
    """Mail address, number or name at the channel; empty where it reaches one group only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How one person wants messages. Times are minutes of the day, in the person's zone.

    Raises `InvalidInput` for times that are none and zones that nobody knows.
    """

    person: str
    addresses: tuple[Address, ...] = ()
    """Empty: their mail address, where the settings have a channel called "mail"."""
    zone: str = ""
    """IANA name; empty: that of their venues."""
    quiet_from: int = 21 * 60
    quiet_to: int = 7 * 60
    """Both equal: there are no quiet hours."""
    delivery: Delivery = Delivery.DIGEST
    digest_at: int = 8 * 60

    def __post_init__(self) -> None:
        for minute in (self.quiet_from, self.quiet_to, self.digest_at):
            if not 0 <= minute < DAY_MINUTES:
                raise InvalidInput(f"{minute} is no minute of a day", hint="write 00:00 to 23:59")
        if self.zone:
            try:
                ZoneInfo(self.zone)
            except (KeyError, ValueError, OSError) as error:
                raise InvalidInput(
                    f"there is no time zone “{self.zone}”", hint="write one as Asia/Shanghai"
                ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Some notices told to one person."""

    key: str
    """By which receivers drop repeats."""
    person: str
    at: datetime
    subject: str
    notices: tuple[str, ...]
    """Their keys."""
    is_digest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What became of a message by one channel."""

    key: str
    person: str
    at: datetime
    subject: str
    topic: str
    attempts: int
    error: str
    sent_at: datetime | None
    given_up_at: datetime | None


class Messages(Protocol):
    """Keeps notices, what was told to whom, and how people want it.

    Each method is one transaction. Messages themselves wait in the ledger's outbox.
    """

    def preferences(self) -> Mapping[str, Preferences]:
        """Of those who chose, by person."""

    def put_preferences(self, preferences: Preferences, *, actor: str, at: datetime) -> None:
        """Replace a person's; adds an audit line."""

    def note(self, notices: Sequence[Notice]) -> int:
        """Keep notices; return how many were new. Known keys are left as they are."""

    def notices(self, since: datetime) -> Sequence[Notice]:
        """Those whose instant is not before `since`, in the order in which they were noted."""

    def told(self) -> Mapping[str, frozenset[str]]:
        """Keys of kept notices that each person was told."""

    def digested(self) -> Mapping[str, datetime]:
        """When each person was sent their latest digest."""

    def tell(self, message: Message, outgoing: Sequence[Outgoing]) -> None:
        """Keep that a person is told, and put it in the outbox, in one transaction.

        Raises `Conflict` where the message's key or one of its notices was told before.
        """

    def failing(self, attempts: int) -> int:
        """How many outbox rows of any lane wait that were tried in vain so often or more."""

    def sendings(self, limit: int = 50) -> Sequence[Sending]:
        """What became of the latest messages, newest first."""

    def forget(self, before: datetime) -> None:
        """Forget what was noted and told before. No audit line."""
