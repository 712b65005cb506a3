"""Who can be reached: people with roles, their language, addresses and zone."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from console.messages.channels import Channels, addresses_of
from console.words.i18n import LANGUAGES, Language
from domain.estate import Estate
from domain.messages import Address, Preferences
from domain.people import Grant, Person
from domain.ports import Ledger
from policies.messages.audience import zone_of
from policies.messages.quiet import quiet_until


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who can be told something."""

    person: Person
    language: Language
    preferences: Preferences
    """With a zone."""
    addresses: tuple[Address, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.preferences.zone)


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody who is active, by id, and the roles of all."""

    by_id: dict[str, Reader]
    grants: tuple[Grant, ...]

    @classmethod
    def of(cls, ledger: Ledger, estate: Estate, channels: Channels, language: str) -> "Readers":
        """As the ledger has them. `language` is for those who have chosen none."""
        people = {p.id: p for p in ledger.accounts.people() if p.active}
        grants = tuple(g for g in ledger.accounts.grants() if g.person in people)
        chosen = ledger.messages.preferences()
        found = {}
        for person in people.values():
            own = [g for g in grants if g.person == person.id]
            wanted = chosen.get(person.id, Preferences(person=person.id))
            wanted = replace(wanted, zone=wanted.zone or zone_of(own, estate))
            found[person.id] = Reader(
                person=person,
                language=LANGUAGES[person.language or language],
                preferences=wanted,
                addresses=addresses_of(person, wanted, channels),
            )
        return cls(found, grants)

    def quiet_until(self, person: str, now: datetime) -> datetime | None:
        """When the quiet hours end that somebody has now; those who have left have none."""
        reader = self.by_id.get(person)
        return quiet_until(reader.preferences, now) if reader else None
