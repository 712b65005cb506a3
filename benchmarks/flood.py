"""Publishes at QoS 1 as fast as a broker takes it: a plain socket, many messages in flight."""

import socket
import struct
import threading
from collections.abc import Iterable

ACK_BYTES = 4
IN_FLIGHT = 5_000


def publish(port: int, messages: Iterable[tuple[str, bytes]]) -> int:
    """Publish all, and return how many once the broker has acknowledged every one."""
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00")
        if link.recv(4)[3]:
            raise ConnectionRefusedError("the broker does not let us in")
        room = threading.Semaphore(IN_FLIGHT)
        done = threading.Event()
        sent = [0]
        reader = threading.Thread(target=_count, args=(link, room, done, sent), daemon=True)
        reader.start()
        burst: list[bytes] = []
        for topic, payload in messages:
            if not room.acquire(blocking=False):
                link.sendall(b"".join(burst))
                burst.clear()
                room.acquire()
            sent[0] += 1
            burst.append(_packet(topic.encode(), payload, sent[0] % 65_535 + 1))
        done.set()
        link.sendall(b"".join(burst) + b"\xc0\x00")
        reader.join()
    return sent[0]


def _count(
    link: socket.socket, room: threading.Semaphore, done: threading.Event, sent: list[int]
) -> None:
    """Count acknowledgements, until there is one for each message that was sent."""
    rest, acknowledged = b"", 0
    while not (done.is_set() and acknowledged >= sent[0]):
        rest += link.recv(65_536)
        while len(rest) >= 2:
            size = 2 + rest[1]
            if len(rest) < size:
                break
            if rest[0] == 0x40:
                acknowledged += 1
                room.release()
            rest = rest[size:]


def _packet(topic: bytes, payload: bytes, packet_id: int) -> bytes:
    length = 4 + len(topic) + len(payload)
    written = bytearray(b"\x32")
    while True:
        length, low = divmod(length, 128)
        written.append(low | 0x80 * bool(length))
        if not length:
            break
    return (
        bytes(written)
        + struct.pack(">H", len(topic))
        + topic
        + struct.pack(">H", packet_id)
        + payload
    )
