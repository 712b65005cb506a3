"""Messages as they came from the broker, or out of the spool: one, and many as lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

from domain.calendars import epoch_us
from domain.clock import Clock

RETAINED, REPEATED = 0x01, 0x08
"""Flags of an MQTT message's first byte."""


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


@dataclass(slots=True)
class Messages:
    """Many messages in the order in which they came, as lists of equal length."""

    topics: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    packet_ids: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    """First bytes, which hold `RETAINED` and `REPEATED`."""
    received_us: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.topics)

    def at(self, place: int) -> Message:
        """One of them. What is no UTF-8 in its topic becomes "�"."""
        flags = self.flags[place]
        return Message(
            self.topics[place].decode(errors="replace"),
            self.payloads[place],
            self.received_us[place],
            bool(flags & RETAINED),
            bool(flags & REPEATED),
            self.packet_ids[place],
        )

    def take(self, places: Sequence[int]) -> Self:
        """Some of them."""
        return type(self)(*([column[n] for n in places] for column in self.columns()))

    def part(self, first: int, end: int) -> Self:
        """Those from `first` to before `end`."""
        return type(self)(*(column[first:end] for column in self.columns()))

    @classmethod
    def joined(cls, parts: Sequence["Messages"]) -> Self:
        """All of several, in order."""
        whole = cls()
        for part in parts:
            for column, more in zip(whole.columns(), part.columns(), strict=True):
                column.extend(more)
        return whole

    def columns(self) -> list[list[Any]]:
        """The lists, in the order of the fields."""
        return [getattr(self, f.name) for f in fields(self)]


class Receipts:
    """Gives messages their instants of receipt, of which no two are the same."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._last_us = clock, 0

    def stamp(self, messages: Messages) -> Messages:
        """The messages, received now."""
        first_us = max(epoch_us(self._clock.now()), self._last_us + 1)
        self._last_us = first_us + len(messages)
        messages.received_us = list(range(first_us, self._last_us))
        return messages
