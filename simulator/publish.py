"""Messages on their way to an MQTT broker, at their own pace or as many as it takes."""

import threading
import time
from collections.abc import Iterable
from typing import NamedTuple, Self

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from domain.errors import BrokerUnavailable
from simulator.messages import TimedMessage

QOS = 1
IN_FLIGHT = 1_000
"""Messages without an acknowledgement, at most."""
DEADLINE_S = 30.0
"""So long the broker may stay without any answer."""


class Played(NamedTuple):
    """What has been published."""

    messages: int
    seconds: float

    @property
    def per_s(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds if self.seconds else 0.0


def play(messages: Iterable[TimedMessage], host: str, port: int, *, speed: float = 0.0) -> Played:
    """Publish messages at QoS 1, and return once the broker has acknowledged every one.

    Args:
        messages: in order of time.
        host: of the broker.
        port: of the broker.
        speed: so many times as fast as they were said; 0: as fast as the broker takes them.

    Raises:
        BrokerUnavailable: it cannot be reached, or does not answer.
    """
    with _Link(host, port) as link:
        begin_s, first, count = time.monotonic(), None, 0
        for message in messages:
            first = first or message.at
            if speed:
                link.rest_until(begin_s + (message.at - first).total_seconds() / speed)
            link.send(message)
            count += 1
        link.settle()
        return Played(count, time.monotonic() - begin_s)


class _Link:
    """A connection with a bounded number of messages in flight."""

    def __init__(self, host: str, port: int) -> None:
        self._where = f"{host}:{port}"
        self._room = threading.Semaphore(IN_FLIGHT)
        self._is_connected, self._never = threading.Event(), threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.on_connect = self._connected
        self._client.on_publish = self._acknowledged
        try:
            self._client.connect(host, port)
        except OSError as error:
            raise self._unavailable(str(error)) from error

    def __enter__(self) -> Self:
        self._client.loop_start()
        if not self._is_connected.wait(DEADLINE_S):
            self.__exit__()
            raise self._unavailable("it does not let us in")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def rest_until(self, at_s: float) -> None:
        """Wait for an instant of the monotonic clock."""
        self._never.wait(max(at_s - time.monotonic(), 0))

    def send(self, message: TimedMessage) -> None:
        """Send once there is room."""
        self._take_room()
        self._client.publish(message.topic, message.payload, QOS)

    def settle(self) -> None:
        """Wait until nothing is in flight."""
        for _ in range(IN_FLIGHT):
            self._take_room()

    def _take_room(self) -> None:
        if not self._room.acquire(timeout=DEADLINE_S):
            raise self._unavailable(f"no answer for {DEADLINE_S:.0f} s")

    def _unavailable(self, what: str) -> BrokerUnavailable:
        return BrokerUnavailable(what, where=self._where, hint="is a broker there?")

    def _connected(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not reason.is_failure:
            self._is_connected.set()

    def _acknowledged(
        self,
        _client: Client,
        _userdata: object,
        _mid: int,
        _reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        self._room.release()
