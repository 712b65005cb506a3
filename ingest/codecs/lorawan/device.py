"""What a LoRaWAN device's codec is, and how the one that fits an uplink is found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.codecs.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One model, or several that speak alike."""

    name: str
    """As settings name it, e.g. "milesight-vs133"."""
    title: str
    """As people name it, e.g. "Milesight VS133"."""
    models: tuple[str, ...]
    """By what network servers' profiles name it, in lower case: "vs133"."""
    of_bytes: Callable[[bytes, int], Iterable[Said]] | None = None
    """What an uplink's bytes on an FPort say. `Said.device` is left empty, and so are `time_us` and
    `seq` where the device says none: the uplink's own take their places."""
    of_object: Callable[[Mapping[str, Any]], Sequence[Said] | None] | None = None
    """The same of an object that the network server's codec made of the bytes; None where it has
    not the shape of this device's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """What a network server passes on of one message of one device."""

    device: str
    """DevEUI in lower case where there is one, else the server's id of the device."""
    hints: str
    """All that names the model, in lower case: profile, brand, model id."""
    decoded: Mapping[str, Any] | None
    data: bytes
    port: int
    count: int
    """FCntUp."""
    time_us: int | None
    """Instant at which the network heard it."""
