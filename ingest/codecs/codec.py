"""What a codec is: a pure function from a message to readings, things learned, and rejections."""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.readings import CountReading, Rejection
from ingest.codecs.faults import Fault
from ingest.codecs.said import Learned, Nothing, Said, readings_of
from ingest.message import Message


def _nothing_known(_key: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a codec is told beside the message."""

    zone: ZoneInfo | None = None
    """Zone of times that are written without an offset."""
    device: str = ""
    """Model of the device, where its bytes do not say; e.g. "milesight-vs133"."""
    sensor: str = ""
    """Name of the device, where it is not to go by its own."""
    known: Callable[[str], str | None] = _nothing_known
    """What earlier messages taught, by key."""


class Decoded(NamedTuple):
    """What a message said, and what of it could not be read; it may have both."""

    readings: Sequence[CountReading] = ()
    rejections: Sequence[Rejection] = ()
    learned: Sequence[Learned] = ()


Read = Callable[[Message, Context], Iterable[Said | Learned | Nothing]]
"""Yields what a message says. Raises `Fault`; missing fields and wrong types raise as they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One device's, vendor's or standard's way of writing counts."""

    name: str
    """As settings name it, e.g. "ttn-v3"."""
    title: str
    """As people name it, e.g. "The Things Stack v3"."""
    decode: Callable[[Message, Context], Decoded]
    """Raises nothing, whatever the bytes."""
    filters: tuple[str, ...] = ()
    """MQTT topic filters that its messages come by of themselves; none where topics are the user's
    own."""
    fits: Callable[[object], bool] | None = None
    """Whether a JSON value has the shape of its messages; None where that cannot be told."""


def codec(
    name: str,
    title: str,
    read: Read,
    *,
    filters: tuple[str, ...] = (),
    fits: Callable[[object], bool] | None = None,
) -> Codec:
    """A codec that reads by `read`."""

    def decode(message: Message, context: Context) -> Decoded:
        return decoded(message, context, read)

    return Codec(name=name, title=title, decode=decode, filters=filters, fits=fits)


UNEXPECTED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)
"""What a message of another shape raises in code that takes its shape for granted."""


def decoded(message: Message, context: Context, read: Read) -> Decoded:
    """Run `read`. What it yields before a fault is kept, and the message for its fault."""
    said: list[Said] = []
    learned: list[Learned] = []
    rejections: list[Rejection] = []
    is_understood = False
    try:
        for each in read(message, context):
            if isinstance(each, Said):
                said.append(each)
            elif isinstance(each, Learned):
                learned.append(each)
            is_understood = True
    except UNEXPECTED as error:
        rejections.append(fault_of(error).rejects(message))
    try:
        readings = readings_of(message, said, context.sensor)
    except UNEXPECTED as error:
        return Decoded((), [*rejections, fault_of(error).rejects(message)][:1], learned)
    if not (is_understood or rejections):
        empty = Fault(
            "no counts", "the message says nothing of people", "publish counts on this topic alone"
        )
        rejections.append(empty.rejects(message))
    return Decoded(readings, rejections, learned)


def fault_of(error: Exception) -> Fault:
    """Why a message cannot be read, whatever was raised of it."""
    if isinstance(error, Fault):
        return error
    what = f"no field {error}" if isinstance(error, KeyError) else str(error)
    return Fault(
        "unexpected content",
        f"{type(error).__name__}: {what}"[:300],
        "is it a message of this format? `openhours ingest formats` lists them",
    )
