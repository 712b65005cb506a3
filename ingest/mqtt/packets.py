"""The packets that a receiving client sends, as bytes.

Source: MQTT 3.1.1 (OASIS, 2014), sections 2 and 3; MQTT 5.0 (OASIS, 2019), sections 2 and 3.
"""

import struct
from collections.abc import Sequence

import numpy as np

CONNACK, PUBLISH, SUBACK, PINGRESP, DISCONNECT = 0x20, 0x30, 0x90, 0xD0, 0xE0
"""First byte of the packets that come, without its flags."""
QOS = 1
MAX_PACKET_IDS = 65_535
"""More of them there are not."""
NEVER_EXPIRES = 0xFFFF_FFFF

_SESSION_EXPIRY_INTERVAL = 0x11
_RECEIVE_MAXIMUM = 0x21
_RETAIN_IF_NEW = 1 << 4
"""Subscription option: kept messages come with a new subscription only."""

PINGREQ = b"\xc0\x00"


def connect(
    client_id: str,
    *,
    v5: bool,
    keep_alive_s: int,
    max_in_flight: int,
    username: str = "",
    password: str = "",
    clean: bool = False,
) -> bytes:
    """Ask for the session of `client_id`, which the broker keeps while we are away.

    `clean`: have it forgotten instead; it ends with the connection.
    """
    flags = 0x80 * bool(username) | 0x40 * bool(password) | 0x02 * clean
    properties = b""
    if v5:
        expiry_s = 0 if clean else NEVER_EXPIRES
        said = struct.pack(
            ">BIBH", _SESSION_EXPIRY_INTERVAL, expiry_s, _RECEIVE_MAXIMUM, max_in_flight
        )
        properties = _varint(len(said)) + said
    body = _text("MQTT") + struct.pack(">BBH", 5 if v5 else 4, flags, keep_alive_s) + properties
    texts = [client_id, *[t for t in (username, password) if t]]
    return _packet(0x10, body + b"".join(map(_text, texts)))


def subscribe(packet_id: int, filters: Sequence[str], *, v5: bool) -> bytes:
    """Ask for messages at QoS 1."""
    options = QOS | _RETAIN_IF_NEW if v5 else QOS
    body = struct.pack(">H", packet_id) + b"\x00" * v5
    return _packet(0x82, body + b"".join(_text(f) + bytes([options]) for f in filters))


def unsubscribe(packet_id: int, filters: Sequence[str], *, v5: bool) -> bytes:
    """Ask for messages no more."""
    body = struct.pack(">H", packet_id) + b"\x00" * v5
    return _packet(0xA2, body + b"".join(map(_text, filters)))


def pubacks(packet_ids: Sequence[int]) -> bytes:
    """Acknowledge messages, in order."""
    packets = np.empty((len(packet_ids), 2), dtype=">u2")
    packets[:, 0] = 0x4002
    packets[:, 1] = packet_ids
    return packets.tobytes()


def disconnect(*, v5: bool) -> bytes:
    """Leave in good order; the session stays."""
    return b"\xe0\x02\x00\x00" if v5 else b"\xe0\x00"


def _packet(first: int, body: bytes) -> bytes:
    return bytes([first]) + _varint(len(body)) + body


def _text(text: str) -> bytes:
    written = text.encode()
    return struct.pack(">H", len(written)) + written


def _varint(number: int) -> bytes:
    written = bytearray()
    while True:
        number, low = divmod(number, 128)
        written.append(low | 0x80 * bool(number))
        if not number:
            return bytes(written)
