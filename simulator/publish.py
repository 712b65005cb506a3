"""Messages on their way to an MQTT broker, at their own pace or as many as it takes."""

import time
from collections.abc import Iterable
from typing import NamedTuple, Self

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from domain.errors import BrokerUnavailable
from simulator.messages import TimedMessage

QOS = 1
IN_FLIGHT = 1_000
"""Messages without an acknowledgement, at most."""
AT_ONCE = 100
"""So many are sent before acknowledgements are looked for."""
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
        BrokerUnavailable: it cannot be reached, or goes away, or does not answer.
    """
    with _Link(host, port) as link:
        begin_s, first, count = time.monotonic(), None, 0
        for message in messages:
            first = first or message.at
            if speed:
                link.rest_until(begin_s + (message.at - first).total_seconds() / speed)
            link.send(message)
            count += 1
        link.settle(0)
        return Played(count, time.monotonic() - begin_s)


class _Link:
    """A connection with a bounded number of messages in flight, on the caller's thread."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._is_connected = False
        self._sent = self._acknowledged = 0
        self._heard_s = time.monotonic()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.max_inflight_messages_set(IN_FLIGHT)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish

    def __enter__(self) -> Self:
        try:
            self._client.connect(self._host, self._port)
        except OSError as error:
            raise self._unavailable(str(error)) from error
        while not self._is_connected:
            self._turn(1.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()

    def rest_until(self, at_s: float) -> None:
        """Wait for an instant of the monotonic clock, and keep the connection alive."""
        while (left_s := at_s - time.monotonic()) > 0:
            self._turn(min(left_s, 1.0))

    def send(self, message: TimedMessage) -> None:
        """Send; once in a while, wait until there is room."""
        if self._sent == self._acknowledged:
            self._heard_s = time.monotonic()  # nothing was due before
        self._client.publish(message.topic, message.payload, QOS)
        self._sent += 1
        if self._sent % AT_ONCE == 0:
            self.settle(IN_FLIGHT - AT_ONCE)

    def settle(self, most: int) -> None:
        """Wait until no more than so many are in flight."""
        self._turn(0.0)
        while self._sent - self._acknowledged > most:
            self._turn(1.0)

    def _turn(self, wait_s: float) -> None:
        """Write and read what there is, and wait so long for it."""
        if self._client.loop(wait_s) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise self._unavailable("it has closed the connection")
        is_waiting = not self._is_connected or self._sent > self._acknowledged
        if is_waiting and time.monotonic() - self._heard_s > DEADLINE_S:
            raise self._unavailable(f"no answer for {DEADLINE_S:.0f} s")

    def _unavailable(self, what: str) -> BrokerUnavailable:
        where = f"{self._host}:{self._port}"
        return BrokerUnavailable(what, where=where, hint="is a broker there that lets us in?")

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._is_connected = not reason.is_failure

    def _on_publish(
        self,
        _client: Client,
        _userdata: object,
        _mid: int,
        _reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        self._acknowledged += 1
        self._heard_s = time.monotonic()
