"""What devices say, and how it becomes readings: names, numbers and times made sure of."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from domain.readings import SEQ_SPAN, CountKind, CountReading, Mark
from ingest.codecs.clock import placed
from ingest.codecs.faults import Fault
from ingest.message import Message

MAX_COUNT = 2**53
"""The largest whole number that every JSON reader keeps exactly."""
MAX_PERIOD_S = 366 * 86_400
NO_SENSOR = "no sensor's id"
"""Reason of a message that names no device."""


class Said(NamedTuple):
    """One thing that a device says in a message."""

    device: str
    """Its serial number, EUI, or whatever its vendor tells devices apart by."""
    kind: CountKind
    entered: int | None = None
    left: int | None = None
    present: int | None = None
    channel: str = ""
    """The line, region or zone of a device that watches several; empty for the whole device."""
    time_us: int | None = None
    """The device's own time, or its network server's; None where there is none."""
    period_s: int = 0
    """0: as long as the sensor's interval."""
    seq: int = 0
    """A number that the device counts up, where changes of one instant need telling apart."""
    marks: Mark = Mark(0)
    uptime_s: int | None = None


class Learned(NamedTuple):
    """What a message teaches about later ones, to be remembered by all workers."""

    key: str
    value: str
    """Empty to forget."""


class Nothing(NamedTuple):
    """The message is understood and is of no interest: nothing to store, nothing to mend."""


def whole(value: object, name: str, *, least: int | None = 0) -> int | None:
    """A whole number, also one in quotes or written 3.0; None for None and an empty text.

    Raises:
        Fault: it is another thing, below `least`, or beyond 2⁵³.
    """
    number = value
    if isinstance(number, str):
        text = number.strip()
        if not text:
            return None
        number = int(text) if re.fullmatch(r"[+-]?\d{1,17}", text) else _float(text)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int):
        number = None
    if number is None or (least is not None and number < least) or abs(number) > MAX_COUNT:
        rule = "a whole number" if least is None else f"a whole number, {least} or more"
        shown = f"{str(value)[:60]!r}"
        raise Fault("not a count", f"{name} is {shown}, not {rule}", f"send {name} as {rule}")
    return number


def sensor_name(device: str, channel: str = "") -> str:
    """The sensor's id: the device's, and after a colon the channel's where it has several.

    Characters that no id has become "-"; letters of other scripts also a checksum of the name.
    Raises `Fault` where nothing is left.
    """
    joined = ":".join(filter(None, (_as_text(device), _as_text(channel))))
    name = re.sub(r"[^A-Za-z0-9_.:-]+", "-", joined).lstrip("_.:-")[:120]
    if any(char.isalnum() for char in joined if not char.isascii()):
        # Or else all doors whose names are written in Chinese would be one.
        name = f"{name[:100].rstrip('-') or 'sensor'}-{crc32(joined.encode()):08x}"
    if not name:
        raise Fault(NO_SENSOR, "the message names no device", "name the sensor in the source")
    return name


def _as_text(name: object) -> str:
    """A name as JSON has it: there are serial numbers without quotes."""
    is_number = isinstance(name, int) and not isinstance(name, bool)
    return str(name).strip() if isinstance(name, str) or is_number else ""


def last_level(message: Message) -> str:
    """The last level of a message's topic: a device's name, where its messages do not name it."""
    return message.topic.rstrip("/").rpartition("/")[2]


def readings_of(message: Message, said: Sequence[Said], sensor: str = "") -> list[CountReading]:
    """The readings of a message.

    Args:
        message: the message.
        said: all that its devices say in it.
        sensor: name of the device where it is not to go by its own.

    Raises:
        Fault: something of it cannot be.
    """
    for each in said:
        _check(each)
    times = placed([s.time_us for s in said], [s.marks for s in said], message.received_us)
    delivery = crc32(message.payload) << 16 | message.packet_id if message.packet_id else 0
    return [
        CountReading(
            sensor_name(sensor or each.device, each.channel),
            each.kind,
            time_us,
            each.entered,
            each.left,
            each.present,
            each.period_s,
            (each.seq or (message.packet_id if marks & Mark.RECEIPT_TIME else 0)) % SEQ_SPAN,
            message.received_us,
            int(marks),
            each.uptime_s,
            delivery if marks & Mark.RECEIPT_TIME else 0,
        )
        for each, (time_us, marks) in zip(said, times, strict=True)
    ]


def _check(said: Said) -> None:
    """Make sure that nothing impossible goes on, whatever the codec made of the bytes."""
    for name in ("entered", "left", "seq", "uptime_s"):
        whole(getattr(said, name), name)
    whole(said.present, "present", least=None)
    counts = said.entered is not None or said.left is not None
    fits = {
        CountKind.STATUS: not counts and said.present is None,
        CountKind.PRESENT: not counts and said.present is not None,
    }.get(said.kind, counts and said.present is None)
    if not fits:
        raise Fault("no counts", f"nothing of kind “{said.kind}” in it", "see the device's manual")
    longest_s = MAX_PERIOD_S if said.kind is CountKind.PERIOD else 0
    if not 0 <= said.period_s <= longest_s:
        raise Fault("not a period", f"{said.period_s} s is no period", "give 1 s to a year")


def _float(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
