"""What a codec is: a pure function from a topic and bytes to readings and rejections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.readings import CountReading, Rejection


class Fault(ValueError):
    """Why a message, or a reading in it, cannot be read. Raised inside codecs, never out of one."""

    def __init__(self, reason: str, detail: str, hint: str) -> None:
        super().__init__(f"{reason}: {detail} ({hint})")
        self.reason = reason
        """A cause that groups alike messages."""
        self.detail = detail
        self.hint = hint


class Decoded(NamedTuple):
    """What a message said, and what of it could not be read; it may have both."""

    readings: Sequence[CountReading] = ()
    rejections: Sequence[Rejection] = ()


@dataclass(frozen=True, slots=True)
class Codec:
    """One device's or vendor's way of writing counts."""

    filters: tuple[str, ...]
    """MQTT topic filters of its messages."""
    decode: Callable[[str, bytes, int], Decoded]
    """(topic, payload, microseconds of receipt) → `Decoded`. Raises nothing, whatever the bytes."""


def rejection(topic: str, payload: bytes, received_us: int, fault: Fault) -> Rejection:
    """The whole message, kept for its fault."""
    return Rejection(topic, payload, fault.reason, fault.detail, fault.hint, received_us)
