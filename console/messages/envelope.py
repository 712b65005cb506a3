"""One message for one address, as it waits in the outbox and as channels get it."""

from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.planning import Lane, Outgoing


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
