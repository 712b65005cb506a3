"""One message as it came from the broker, or out of the spool."""

from typing import NamedTuple


class Message(NamedTuple):
    """What was published, and what the broker said of it."""

    topic: str
    payload: bytes
    received_us: int
    """Instant of receipt, microseconds since 1970 UTC; no two messages of one worker share it."""
    retained: bool = False
    """The broker had kept it from before we subscribed."""
    repeated: bool = False
    """The broker may have delivered it before (DUP)."""
    packet_id: int = 0
    """The broker keeps it over repetitions; 0 where it wants no acknowledgement."""
