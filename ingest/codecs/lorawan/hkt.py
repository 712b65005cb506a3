"""HKT people counter, an infrared barrier.

No capture of a real device was at hand; written from the decoder and the test messages in
akenza-io/device-type-library. After the letters "hkt", a zero and a running number come values,
each after a byte of its type. Which direction is A is a matter of mounting: it is taken for
inwards. Counters A and B start anew with every report, and a report comes after a time, a number of
counts or an event, as set: they are changes. The absolute counts beside them are totals of 32 bits.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind, Mark
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan.device import Device
from ingest.codecs.said import Said, whole

_HEADER = b"hkt\x00"
_BATTERY, _COUNTS, _BLOCKED, _INSTALLED = 0x03, 0x07, 0x83, 0x84
_BYTES = {
    0x01: 2,  # versions of hardware and software
    _BATTERY: 1,
    0x04: 1,  # when it reports
    0x06: 2,  # threshold
    _COUNTS: 12,
    _BLOCKED: 1,
    _INSTALLED: 1,
}
"""Of the value of each type."""
_LOW_BATTERY_PERCENT = 10
_DECODED = ("counterA", "counterB", "absCountA", "absCountB")


def of_bytes(data: bytes, _port: int) -> Iterator[Said]:
    """What an uplink says. Raises `Fault` after what is understood of it."""
    if not data.startswith(_HEADER) or len(data) <= len(_HEADER) + 1:
        raise Fault("unknown payload", f"{data[:8].hex()} is not HKT's", "is it an HKT counter?")
    counts: tuple[int, ...] = ()
    marks, at = Mark(0), len(_HEADER) + 1
    while at < len(data) and data[at] in _BYTES:
        kind, value = data[at], data[at + 1 : at + 1 + _BYTES[data[at]]]
        if len(value) < _BYTES[kind]:
            break
        if kind == _COUNTS:
            counts = struct.unpack(">HHII", value)
        marks |= _marks(kind, value[0])
        at += 1 + len(value)
    if at > len(_HEADER) + 1:
        yield from _said(counts, marks)
    if at < len(data):
        raise Fault(
            "unknown payload",
            f"byte {at}: type {data[at]:#04x} is not known, or its value breaks off",
            "types known are of counts, battery, settings and alarms",
        )


def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
    """The same of an object with the names of the platform akenza; None where it has not those."""
    if not decoded.keys() >= set(_DECODED):
        return None
    return list(_said([whole(decoded[name], name) for name in _DECODED], Mark(0)))


def _said(counts: Sequence[int | None], marks: Mark) -> Iterator[Said]:
    if not counts:
        yield Said("", CountKind.STATUS, marks=marks)
        return
    a, b, total_a, total_b = counts
    yield Said("", CountKind.TOTAL, total_a, total_b, marks=marks)
    yield Said("", CountKind.CHANGE, a, b, marks=marks)


def _marks(kind: int, value: int) -> Mark:
    if kind == _BATTERY and value <= _LOW_BATTERY_PERCENT:
        return Mark.LOW_BATTERY
    is_faulty = (kind == _BLOCKED and value) or (kind == _INSTALLED and not value)
    return Mark.FAULT if is_faulty else Mark(0)


DEVICES = (
    Device(
        name="hkt-people-counter",
        title="HKT people counter",
        models=("hkt", "hkt-people-counter"),
        of_bytes=of_bytes,
        of_object=of_object,
    ),
)
