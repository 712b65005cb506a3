"""From the bytes of a connection to its packets; messages in bulk, for they are many.

Source: MQTT 3.1.1, sections 2.2, 3.2, 3.3 and 3.9; MQTT 5.0, the same.
"""

from typing import NamedTuple

from ingest.message import Messages
from ingest.mqtt.packets import PUBLISH

LARGEST_PACKET = 16 * 2**20
"""Bytes. A message of counts is never as large; of one that is, the end is left out."""
REFUSED = 0x80
"""Reason codes from here on are refusals."""


class ProtocolError(ValueError):
    """The bytes are not MQTT; the connection is of no more use."""


class Control(NamedTuple):
    """A packet that is no message."""

    kind: int
    """Its first byte without the flags."""
    body: bytes


class Stream:
    """Cuts what one connection brings into packets."""

    def __init__(self, *, v5: bool) -> None:
        self._v5 = v5
        self._rest = b""
        self._to_skip = 0

    def feed(self, data: bytes) -> tuple[Messages, list[Control]]:
        """The packets that are whole after `data`. Raises `ProtocolError`.

        The messages' `received_us` are left for the caller to say.
        """
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        buffer = self._rest + data if self._rest else data
        messages, controls = Messages(), list[Control]()
        try:
            used = self._cut(buffer, messages, controls)
        except IndexError as error:
            raise ProtocolError("a packet is shorter than what it holds") from error
        self._rest = buffer[used:]
        return messages, controls

    def _cut(self, buffer: bytes, messages: Messages, controls: list[Control]) -> int:
        """Take all whole packets; return the bytes they took. Written flat: it runs for each."""
        v5, size, at = self._v5, len(buffer), 0
        add_topic, add_payload = messages.topics.append, messages.payloads.append
        add_id, add_flags = messages.packet_ids.append, messages.flags.append
        while at + 2 <= size:
            first, length, start, over = buffer[at], buffer[at + 1], at + 2, 0
            if length & 0x80:
                length, start = _varint(buffer, at + 1)
                if not start:
                    break
                if length > LARGEST_PACKET:
                    length, over = LARGEST_PACKET, length - LARGEST_PACKET
            end = start + length
            if end > size:
                break
            if first & 0xF0 == PUBLISH:
                after = start + 2 + (buffer[start] << 8 | buffer[start + 1])
                add_topic(buffer[start + 2 : after])
                if first & 0x06:
                    add_id(buffer[after] << 8 | buffer[after + 1])
                    after += 2
                else:
                    add_id(0)
                if v5:
                    properties, after = _varint(buffer, after)
                    after += properties
                if not start < after <= end:
                    raise IndexError
                add_payload(buffer[after:end])
                add_flags(first)
            else:
                controls.append(Control(first & 0xF0, buffer[start:end]))
            at = min(end + over, size)
            self._to_skip = end + over - at
        return at


def _varint(buffer: bytes, at: int) -> tuple[int, int]:
    """A length, and the place after it; the place 0 where the bytes end before it does."""
    number = 0
    for shift in (0, 7, 14, 21):
        if at >= len(buffer):
            return 0, 0
        number |= (buffer[at] & 0x7F) << shift
        at += 1
        if not buffer[at - 1] & 0x80:
            return number, at
    raise ProtocolError("a length has no end")


def connack(body: bytes) -> tuple[bool, int]:
    """Whether the broker has kept our session, and its code: 0 for welcome."""
    return bool(body[0] & 1), body[1]


def refused(body: bytes, *, v5: bool) -> list[bool]:
    """Of a SUBACK, for each filter whether the broker refused it."""
    after = 2
    if v5:
        properties, after = _varint(body, after)
        after += properties
    return [code >= REFUSED for code in body[after:]]


_REFUSALS = {
    1: "it does not speak this version of MQTT",
    2: "it does not take our name",
    3: "it is not available",
    4: "it does not know the user, or the password is wrong",
    5: "it does not let us in",
    0x84: "it does not speak this version of MQTT",
    0x85: "it does not take our name",
    0x86: "it does not know the user, or the password is wrong",
    0x87: "it does not let us in",
    0x88: "it is not available",
    0x8A: "it has banned us",
}


def meaning(code: int) -> str:
    """A CONNACK's code in words (MQTT 3.1.1, 3.2.2.3; MQTT 5.0, 3.2.2.2)."""
    return _REFUSALS.get(code, f"code {code:#x}")
