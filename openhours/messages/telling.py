"""One message to one reader: by each of their addresses, and once."""

from datetime import datetime

import structlog

from console.messages.envelope import Composed, Envelope, addressed
from domain.errors import Conflict
from domain.messages import Message
from domain.ports import Ledger
from openhours.messages.readers import Reader

log = structlog.get_logger(__name__)


def envelopes(
    reader: Reader, said: Composed, *, key: str, at: datetime, is_urgent: bool = False
) -> list[Envelope]:
    """What is said, for each address of a reader."""
    return addressed(
        said,
        key=key,
        person=reader.person.id,
        language=reader.language,
        addresses=reader.addresses,
        at=at,
        is_urgent=is_urgent,
    )


def tell(
    ledger: Ledger, reader: Reader, said: Composed, message: Message, *, is_urgent: bool = False
) -> bool:
    """Put a message into the outbox; return whether it is new.

    Args:
        ledger: with the outbox.
        reader: whom it is for.
        said: in the reader's language.
        message: what is kept of it; one with its key that was told before stays as it is.
        is_urgent: whether quiet hours do not hold it up.
    """
    found = envelopes(reader, said, key=message.key, at=message.at, is_urgent=is_urgent)
    try:
        ledger.messages.tell(message, [e.outgoing() for e in found])
    except Conflict as error:
        log.info("told before", key=message.key, reason=str(error))
        return False
    return True
