"""Which messages wait for an acknowledgement, and on which connection it may be sent."""

import threading
from collections.abc import Callable, Sequence


class Window:
    """The packet ids received and not yet acknowledged.

    `admit` and `renew` belong to the network thread; `acknowledge` to any other.
    """

    def __init__(self) -> None:
        self._send: Callable[[Sequence[int]], object] = len
        self._connection = 0
        self._held: set[int] = set()
        self._lock = threading.Lock()

    @property
    def connection(self) -> int:
        """Number of the present connection; packet ids mean something on their own only."""
        return self._connection

    def admit(self, packet_ids: Sequence[int]) -> list[int]:
        """Note messages that came; return the places of repetitions of what is held already.

        A broker may repeat what is long unacknowledged on the same connection. Were both
        acknowledged, the second could hit another message that has got the packet id by then.
        """
        with self._lock:
            held = self._held
            before = len(held)
            if held.isdisjoint(packet_ids):
                held.update(packet_ids)
                held.discard(0)
                if len(held) - before == len(packet_ids):
                    return []
                held.difference_update(packet_ids)
            repeats = []
            for place, packet_id in enumerate(packet_ids):
                if packet_id in held:
                    repeats.append(place)
                elif packet_id:
                    held.add(packet_id)
            return repeats

    def renew(self, send: Callable[[Sequence[int]], object]) -> None:
        """Forget all: on a new connection the broker will deliver again what was held.

        `send` acknowledges packet ids on it, in order.
        """
        with self._lock:
            self._send = send
            self._connection += 1
            self._held.clear()

    def acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        """Acknowledge in order what came on a connection, if it is the present one."""
        with self._lock:
            if connection != self._connection:
                return
            wanted = [packet_id for packet_id in packet_ids if packet_id]
            self._held.difference_update(wanted)
            send = self._send
        if wanted:
            send(wanted)
