"""Which deliveries wait for an acknowledgement, and on which connection it may be sent."""

import threading
from collections.abc import Callable, Iterable
from typing import NamedTuple

QOS = 1


class Delivery(NamedTuple):
    """One delivery of a message: packet ids mean something on their own connection only."""

    connection: int
    packet_id: int
    """0 where the broker wants no acknowledgement."""


class Window:
    """The deliveries received and not yet acknowledged.

    `admit` and `renew` belong to the network thread; `acknowledge` to any other.
    """

    def __init__(self, send: Callable[[int, int], object]) -> None:
        """`send` sends the acknowledgement of (packet id, QoS)."""
        self._send = send
        self._connection = 0
        self._held: set[int] = set()
        self._lock = threading.Lock()

    def admit(self, packet_id: int) -> Delivery | None:
        """Note a delivery. None for a repetition of one that is held already.

        A broker may repeat what is long unacknowledged on the same connection. Were both
        acknowledged, the second could hit another message that has got the packet id by then.
        """
        if packet_id in self._held:
            return None
        if packet_id:
            self._held.add(packet_id)
        return Delivery(self._connection, packet_id)

    def renew(self) -> None:
        """Forget all: the connection is gone, and the broker will deliver again what was held."""
        with self._lock:
            self._connection += 1
            self._held.clear()

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Acknowledge in order what came on the present connection."""
        with self._lock:
            for delivery in deliveries:
                if delivery.connection == self._connection and delivery.packet_id:
                    self._held.discard(delivery.packet_id)
                    self._send(delivery.packet_id, QOS)
