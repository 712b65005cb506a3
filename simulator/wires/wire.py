"""What a way of writing is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from domain.readings import CountKind


class Statement(NamedTuple):
    """One reading as its device would write it."""

    kind: CountKind
    true_s: int
    """The instant it speaks of, seconds since 1970 UTC; its network, if it has one, knows it."""
    written_s: int
    """The same by the device's clock."""
    entered: int | None
    left: int | None
    present: int | None
    period_s: int
    seq: int
    booted: bool
    """The first since the device started, and it says so."""
    uptime_s: int | None


class Letter(NamedTuple):
    """A message without its time of sending."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One device's way of writing counts, and of being addressed."""

    name: str
    """By which the codec that reads it is known."""
    kinds: tuple[CountKind, ...]
    """What it can say."""
    device: Callable[[int], str]
    """What the device with a number calls itself."""
    write: Callable[[str, Sequence[Statement], int], Letter]
    """Consecutive statements of a device as its message with a number."""
    filter: str
    """MQTT topic filter of its messages."""
    readings: int = 1
    """In one message, as it is set up."""
    counts_to: int | None = None
    """Its totals count modulo this; None: they never roll over in practice."""
    has_clock: bool = True
    """It writes its own time; else its network's stands, or none."""


def rfc3339(at_s: int) -> str:
    """An instant, seconds since 1970 UTC, as text."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at_s)).isoformat()


def eui(number: int) -> str:
    """A device's EUI-64: 16 digits, hexadecimal."""
    return f"24e124{number:010x}"
