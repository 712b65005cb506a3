"""Messages read as ingest reads them."""

from ingest.codecs.codec import Decoded
from ingest.message import Message
from ingest.sources import Sources

_SOURCES = Sources()


def decode(topic: str, payload: bytes, received_us: int) -> Decoded:
    """What a message on a topic says, by the formats that need no settings."""
    return _SOURCES.decode(Message(topic, payload, received_us))
