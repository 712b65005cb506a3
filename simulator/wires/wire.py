"""What a way of writing is."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from domain.readings import CountKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    risen: tuple[int, int] = (0, 0)
    """Of a total: who entered and left since the statement before, as the device counts them."""


class Letter(NamedTuple):
    """A message without its time of sending."""

    topic: str
    payload: bytes


def _no_greeting(_device: str, _at_s: int) -> Sequence[Letter]:
    return ()


def _no_farewell(_device: str, _at_s: int, _number: int) -> Sequence[Letter]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One device's way of writing counts, and of being addressed."""

    name: str
    codec: str
    """The name of the format, as docs/formats.md and the settings have it."""
    kinds: tuple[CountKind, ...]
    """What it can say."""
    device: Callable[[int], str]
    """What the device with a number calls itself."""
    write: Callable[[str, Sequence[Statement], int], Letter]
    """Consecutive statements of a device as its message with a number."""
    filter: str
    """MQTT topic filter of its messages."""
    channel: str = ""
    """The line, zone or logic that it counts, as openhours names it after the device."""
    greeting: Callable[[str, int], Sequence[Letter]] = _no_greeting
    """What goes before a device's first message at an instant: births, descriptions."""
    farewell: Callable[[str, int, int], Sequence[Letter]] = _no_farewell
    """What others say of it once it is dead, at an instant and after so many messages."""
    readings: int = 1
    """In one message, as it is set up."""
    counts_to: int | None = None
    """Its totals count modulo this; None: they never roll over in practice."""
    present_to: int | None = None
    """The most people present that it can tell; 1: whether there is anybody."""
    tells_periods: bool = True
    """It says how long a period was; else this is the sensor's interval to whoever reads."""
    both_ways: bool = True
    """It tells who leaves, too."""
    tells_apart: bool = True
    """Two changes within one second remain two."""
    has_clock: bool = True
    """It writes its own time."""
    is_networked: bool = False
    """Its network writes when it heard it."""
    says_boot: bool = False
    """It can say that it has just started."""

    @property
    def is_timed(self) -> bool:
        """Whether its messages tell when; else the instant of receipt must do."""
        return self.has_clock or self.is_networked

    def tells_all(self, kind: CountKind) -> bool:
        """Whether who reads what it writes of a kind knows as much as it does.

        Left out are one direction, whether there is anybody, and two changes in a second that are
        but one.
        """
        return kind in self.kinds and {
            CountKind.CHANGE: self.tells_apart and self.is_timed,
            CountKind.PRESENT: self.present_to != 1,
        }.get(kind, self.both_ways)

    def sensor(self, device: str) -> str:
        """What openhours calls a device's sensor: its name, and after a colon its channel's."""
        name = f"{device}:{self.channel}" if self.channel else device
        return re.sub(r"[^A-Za-z0-9_.:-]+", "-", name)


def instant(at_s: float) -> datetime:
    """Aware, UTC; of seconds since 1970 UTC."""
    return _EPOCH + timedelta(seconds=at_s)


def rfc3339(at_s: int) -> str:
    """An instant, seconds since 1970 UTC, as text."""
    return instant(at_s).isoformat()


def zulu(at_s: int) -> str:
    """The same with a Z."""
    return rfc3339(at_s).replace("+00:00", "Z")


def as_json(content: object) -> bytes:
    """JSON as devices write it: without blanks."""
    return json.dumps(content, separators=(",", ":")).encode()


def eui(number: int) -> str:
    """A device's EUI-64: 16 digits, hexadecimal."""
    return f"24e124{number:010x}"


def mac(number: int, maker: str) -> str:
    """A device's MAC address in capitals, without colons; `maker`: its first six digits."""
    return f"{maker}{number:06X}"
