"""One message for one address, as it waits in the outbox and as channels get it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, ConfigDict

from console.words.i18n import Language
from domain.messages import Address
from domain.planning import Lane, Outgoing


@dataclass(frozen=True, slots=True)
class Composed:
    """A message in words."""

    subject: str
    text: str
    html: str


class Envelope(BaseModel):
    """A message that only has to be sent."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Equal for each try, and for each address of the person."""
    person: str
    channel: str
    to: str
    is_urgent: bool
    at: AwareDatetime
    """When it was made."""
    language: str
    """BCP 47 tag."""
    subject: str
    text: str
    html: str

    @property
    def message_id(self) -> str:
        """What names the message in any system: short, and of harmless letters."""
        return sha256(self.key.encode()).hexdigest()[:32]

    def outgoing(self) -> Outgoing:
        """As the outbox keeps it. Messages to one address keep their order."""
        return Outgoing(
            key=self.key,
            topic=f"people/{self.person}/{self.channel}/{self.to}",
            payload=self.model_dump_json().encode(),
            lane=Lane.PEOPLE,
        )

    @classmethod
    def parse(cls, message: Outgoing) -> "Envelope":
        """From `outgoing`."""
        return cls.model_validate_json(message.payload)


def addressed(
    said: Composed,
    *,
    key: str,
    person: str,
    language: Language,
    addresses: Iterable[Address],
    at: datetime,
    is_urgent: bool = False,
) -> list[Envelope]:
    """One message for each address of a person, with one key."""
    return [
        Envelope(
            key=key,
            person=person,
            channel=address.channel,
            to=address.to,
            is_urgent=is_urgent,
            at=at,
            language=language.tag,
            subject=said.subject,
            text=said.text,
            html=said.html,
        )
        for address in addresses
    ]
