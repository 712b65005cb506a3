"""IMBuildings people counters and office occupancy counters, over LoRaWAN and NB-IoT.

Source: IMBuildings' page "payload definitions" (types and variants, sizes, order of fields), its
decoder in TheThingsNetwork/lorawan-devices for the variants of NB-IoT and for payloads without a
header, and the meaning of status bits in akenza-io/device-type-library. Variant 1 is in none of
them; by its length it is variant 4 with counts of one byte.

Which direction is A is a matter of mounting: it is taken for inwards. Counters A and B start anew
with every message and are read as periods of the sensor's interval, for messages tell none; the
totals beside them have 16 bits. Date and time are UTC.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.calendars import epoch_us
from domain.readings import CountKind, Mark
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan.device import Device
from ingest.codecs.said import Said, whole

PEOPLE_COUNTER = 2
_REPLY = b"\xf1\x01"
_LONG_ID, _SHORT_ID = 8, 6

_FIELDS: Mapping[int, tuple[int, str, tuple[str, ...]]] = {
    1: (_SHORT_ID, ">BHb7sBBB", ("status", "volts", "rssi", "time", "a", "b", "sensor")),
    2: (_SHORT_ID, ">BHbBBB", ("status", "volts", "rssi", "a", "b", "sensor")),
    3: (_SHORT_ID, ">BHbHHB", ("status", "volts", "rssi", "a", "b", "sensor")),
    4: (_SHORT_ID, ">BHb7sHHB", ("status", "volts", "rssi", "time", "a", "b", "sensor")),
    5: (_LONG_ID, ">BHHHBB", ("status", "volts", "a", "b", "sensor", "number")),
    6: (
        _LONG_ID,
        ">BHHHBHHB",
        ("status", "volts", "a", "b", "sensor", "total_a", "total_b", "number"),
    ),
    7: (_LONG_ID, ">BHH", ("sensor", "total_a", "total_b")),
    8: (_LONG_ID, ">BHB", ("status", "volts", "sensor")),
    9: (
        _LONG_ID,
        ">BHHHBHHBbB",
        ("status", "volts", "a", "b", "sensor", "total_a", "total_b", "number", "rssi", "level"),
    ),
    12: (_LONG_ID, ">BHBHH", ("status", "volts", "sensor", "seconds_on", "seconds_off")),
}
"""By variant: bytes of the device's id in the header, and what comes after it."""
_DECODED = {
    "counter_a": "a",
    "counter_b": "b",
    "total_counter_a": "total_a",
    "total_counter_b": "total_b",
    "device_status": "status",
    "sensor_status": "sensor",
}


def device_id(data: bytes) -> str:
    """The id in a payload's header, in hex; empty where it has none."""
    variant = _variant_of_header(data)
    return data[2 : 2 + _FIELDS[variant][0]].hex() if variant else ""


def of_bytes(data: bytes, port: int) -> Iterator[Said]:
    """What a payload says. Raises `Fault` where it is not a people counter's."""
    if data.startswith(_REPLY):
        yield Said("", CountKind.STATUS)
        return
    variant = _variant_of_header(data)
    header = 2 + _FIELDS[variant][0] if variant else 0
    if not variant:  # with the header switched off, FPort tells type and variant: 26 is 2 and 6
        variant = port - 10 * PEOPLE_COUNTER
    if variant not in _FIELDS or struct.calcsize(_FIELDS[variant][1]) != len(data) - header:
        raise Fault(
            "unknown payload",
            f"{len(data)} bytes {data[:8].hex()}… on FPort {port} are of no known variant",
            "leave the header on, or use FPort 26, 27 or 28 for variants 6, 7 and 8",
        )
    _, layout, names = _FIELDS[variant]
    yield from _said(dict(zip(names, struct.unpack(layout, data[header:]), strict=True)))


def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
    """What the vendor's decoder made of a payload; None where it is not its."""
    fields = {_DECODED[name]: value for name, value in decoded.items() if name in _DECODED}
    if "sensor" not in fields:
        return None
    for name in ("sensor", "status"):
        fields[name] = whole(fields.get(name, 0), name) or 0
    return list(_said(fields))


def _said(fields: Mapping[str, Any]) -> Iterator[Said]:
    said = Said(
        "",
        CountKind.STATUS,
        time_us=_instant_us(fields["time"]) if "time" in fields else None,
        marks=_marks(fields.get("status", 0), fields["sensor"]),
    )
    found = False
    for kind, a, b in (
        (CountKind.TOTAL, "total_a", "total_b"),
        (CountKind.PERIOD, "a", "b"),
    ):
        entered, left = whole(fields.get(a), a), whole(fields.get(b), b)
        if entered is not None or left is not None:
            found = True
            yield said._replace(kind=kind, entered=entered, left=left)
    if not found:
        yield said


def _marks(status: int, sensor: int) -> Mark:
    marks = Mark(0)
    if status & 0x01 or sensor & 0x04:  # started; sensor powered up
        marks |= Mark.BOOTED
    if sensor & 0xC0:  # infrared blocked; receiver disturbed
        marks |= Mark.FAULT
    if sensor & 0x20:
        marks |= Mark.LOW_BATTERY
    return marks


def _instant_us(digits: bytes) -> int:
    """Of century, year, month, day, hour, minute and second, two decimal digits each."""
    return epoch_us(datetime.strptime(digits.hex(), "%Y%m%d%H%M%S").replace(tzinfo=UTC))


def _variant_of_header(data: bytes) -> int:
    """Variant that the header names, 0 where the bytes have no header."""
    if len(data) < 2 or data[0] != PEOPLE_COUNTER or data[1] not in _FIELDS:
        return 0
    id_bytes, layout, _ = _FIELDS[data[1]]
    return data[1] if len(data) == 2 + id_bytes + struct.calcsize(layout) else 0


DEVICES = (
    Device(
        name="imbuildings-people-counter",
        title="IMBuildings People Counter",
        models=("imbuildings", "imbuildings-people-counter", "verticount", "verticount-pro"),
        of_bytes=of_bytes,
        of_object=of_object,
    ),
)
