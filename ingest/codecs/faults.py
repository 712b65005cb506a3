"""Why a message cannot be read."""

from domain.readings import Rejection
from ingest.message import Message


class Fault(ValueError):
    """Why a message, or a reading in it, cannot be read. Raised inside codecs, never out of one."""

    def __init__(self, reason: str, detail: str, hint: str) -> None:
        super().__init__(f"{reason}: {detail} ({hint})")
        self.reason = reason
        """A cause that groups alike messages."""
        self.detail = detail
        self.hint = hint

    def rejects(self, message: Message) -> Rejection:
        """The whole message, kept for this fault."""
        return Rejection(
            message.topic,
            message.payload,
            self.reason,
            self.detail,
            self.hint,
            message.received_us,
        )
