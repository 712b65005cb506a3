"""The bytes of Milesight's LoRaWAN devices: channel, type and data, one after another.

Source: Milesight's documents of each device ("uplink data", "downlink commands"), and for the
lengths of replies to commands the lists of the open repository Milesight-IoT/SensorDecoders. All
numbers are little-endian.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any

from ingest.codecs.faults import Fault

Fields = dict[str, Any]
"""What a message says, by the names that Milesight's own decoders use."""
Read = Callable[[bytes], tuple[int, Fields]]
"""Given all that follows a channel's type: how many bytes are the channel's, and what they say."""
Layout = Mapping[tuple[int, int], Read]
"""How channels are read, by channel and type."""


def little(form: str, *names: str) -> Read:
    """Numbers in a row, as `struct` describes them; a name for each."""
    numbers = struct.Struct(f"<{form}")

    def read(rest: bytes) -> tuple[int, Fields]:
        return numbers.size, dict(zip(names, numbers.unpack_from(rest), strict=True))

    return read


def skip(length: int) -> Read:
    """Bytes that do not speak of people."""
    return lambda _rest: (length, {})


def reply(type_: int, length: int) -> Layout:
    """A reply to a command that is longer or shorter of one model than of the others."""
    return {(channel, type_): skip(length) for channel in (0xFE, 0xFF)}


def history(of_type: Mapping[int, Read]) -> Read:
    """What a device kept for want of a network: epoch seconds, a type, and data by the type."""

    def read(rest: bytes) -> tuple[int, Fields]:
        time, kind = struct.unpack_from("<IB", rest)
        if kind not in of_type:
            raise _unknown(f"history of type {kind:02x}")
        length, fields = of_type[kind](rest[5:])
        return 5 + length, {"history": [{"timestamp": time, **fields}]}

    return read


def walk(data: bytes, layout: Layout) -> tuple[Fields, Fault | None]:
    """All that a message says, as far as it can be read, and why the rest of it cannot.

    What a channel says twice is taken from its last; lists, such as history, grow.
    """
    fields: Fields = {}
    at = 0
    while at < len(data):
        name = f"channel {data[at : at + 2].hex()} at byte {at}"
        read = layout.get((data[at], data[at + 1])) if at + 1 < len(data) else skip(0)
        if read is None:
            return fields, _unknown(name)
        try:
            length, said = read(data[at + 2 :])
        except Fault as fault:
            return fields, fault
        except (struct.error, IndexError):
            length, said = len(data), {}
        at += 2 + length
        if at > len(data):
            return fields, Fault("cut off", f"{name} is cut off", "is the payload whole?")
        for key, value in said.items():
            fields[key] = [*fields.get(key, ()), *value] if isinstance(value, list) else value
    return fields, None


def _unknown(what: str) -> Fault:
    return Fault(
        "unknown channel",
        f"{what} is not known of this device",
        "is it this model? name the right one as the source's device",
    )


def _serial(rest: bytes) -> tuple[int, Fields]:
    """Six bytes, or eight of later firmware: pairs of digits, and the next channel begins ff."""
    is_long = rest[6:7] not in {b"", b"\xff"} and rest[8:9] in {b"", b"\xff"}
    return (8 if is_long else 6), {}


_INFO: dict[int, Read] = {
    **dict.fromkeys((0x01, 0x0F, 0xCC), skip(1)),
    **dict.fromkeys((0x09, 0x0A, 0xFF), skip(2)),
    0x08: _serial,
    0x0B: lambda _rest: (1, {"device_status": "on"}),
    0x16: skip(8),
    0x1F: skip(4),
    0xFE: lambda _rest: (1, {"reset_event": "reset"}),
}
_REPLIES: dict[int, Read] = {
    type_: skip(length)
    for length, types in (
        (1, "04 10 27 28 2f 3e 40 41 42 43 44 45 48 50 64 65 68 69 6b 6d 71 84 8f 97 a6 a9 aa ad"),
        (1, "b2 ec fc fd"),
        (2, "02 03 70 72 77 95 a7 bd"),
        (3, "05 46 6a 7a 8e ab ed ef"),
        (4, "11 ac"),
        (5, "98 99"),
        (6, "75"),
        (8, "35 96"),
        (9, "06"),
        (10, "ba"),
    )
    for type_ in bytes.fromhex(types)
} | {
    0x51: lambda _rest: (1, {"clear_total_count": "yes"}),
    0xA8: lambda _rest: (1, {"reset_cumulative": "yes"}),
}
_LATER_REPLIES: dict[int, int] = {
    type_: length
    for length, types in (
        (1, "10 11 3d 3e 3f 40 42 43 48 4d 4e 6b 6c 6e 86 87 8b 8c 93 94 98 a2 a3 b3 ba cd cf"),
        (1, "d0 d1 d2 d3 d4 d8 dc dd"),
        (2, "50 56 85 88 89 97 d5"),
        (3, "52 53 84 92 96 b2 b4 b7"),
        (4, "8d 8e d6"),
        (5, "41 4a 4c 91"),
        (6, "44 51 90 95 b5"),
        (7, "99 b1 d7"),
        (9, "49 4b"),
        (12, "4f"),
    )
    for type_ in bytes.fromhex(types)
}

COMMON: Layout = {
    **{(0xFF, type_): read for type_, read in (_REPLIES | _INFO).items()},
    **{(0xFE, type_): read for type_, read in _REPLIES.items()},
    **{(0xF9, type_): skip(length) for type_, length in _LATER_REPLIES.items()},
    **{(0xF8, type_): skip(length + 1) for type_, length in _LATER_REPLIES.items()},
    (0xF9, 0xD8): lambda _rest: (1, {"clear_all_cumulative_count": "yes"}),
    (0x01, 0x75): little("B", "battery"),
}
"""What all of them may say: what they are, that they started, replies to commands, battery."""
