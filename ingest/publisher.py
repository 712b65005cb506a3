"""Messages to the broker at QoS 1: one at a time, or many in flight."""

import itertools
import threading
from collections.abc import Iterable, Iterator

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from domain.errors import BrokerUnavailable
from domain.planning import Outgoing
from ingest.broker import BrokerSettings, publishing_client

QOS = 1
NO_MAXIMUM = 65_535
"""More packet ids than these there are not."""


class MqttPublisher:
    """Publishes, and returns once the broker has acknowledged. Connects when first needed.

    Safe to share between threads. After a failure it starts anew: nothing that was not
    acknowledged is sent later behind the caller's back.
    """

    def __init__(self, broker: BrokerSettings, *, deadline_s: float = 10.0) -> None:
        """`deadline_s`: how long the broker may stay without any answer."""
        self._broker, self._deadline_s = broker, deadline_s
        self._link: _Link | None = None
        self._lock = threading.Lock()

    def publish(self, message: Outgoing) -> None:
        """Send one message. Raises `BrokerUnavailable`; it may have arrived all the same."""
        self.publish_many((message,))

    def publish_many(self, messages: Iterable[Outgoing], max_in_flight: int = 2_000) -> int:
        """Send all, with up to `max_in_flight` unacknowledged; return how many they were.

        Raises `BrokerUnavailable`; any of them may have arrived all the same.
        """
        with self._lock:
            try:
                if self._link is None:
                    self._link = _Link(self._broker, self._deadline_s)
                    self._link.open()
                return self._link.send(messages, max_in_flight)
            except BrokerUnavailable:
                self._drop()
                raise

    def close(self) -> None:
        """Disconnect."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class _Link:
    """One client and what it has sent. A lost connection is made again within the deadline."""

    def __init__(self, broker: BrokerSettings, deadline_s: float) -> None:
        self._address, self._deadline_s = broker.address, deadline_s
        self._client = publishing_client(broker)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._changed = threading.Condition()
        self._connected = False
        self._receive_maximum = NO_MAXIMUM
        self._refusal = ""
        self._sent = self._acknowledged = self._awaited = 0

    def open(self) -> None:
        try:
            self._client.reconnect()
        except OSError as error:
            raise self._unavailable(f"does not answer: {error}") from error
        self._client.loop_start()
        with self._changed:
            self._changed.wait_for(lambda: self._connected or self._refusal, self._deadline_s)
        if self._refusal or not self._connected:
            raise self._unavailable(self._refusal or "does not speak MQTT")

    def send(self, messages: Iterable[Outgoing], max_in_flight: int) -> int:
        sent_before = self._sent
        burst = max(min(max_in_flight, self._receive_maximum) // 2, 1)
        for some in _bursts(messages, burst):
            for message in some:
                self._client.publish(message.topic, message.payload, QOS, message.retain)
            self._sent += len(some)
            self._await(self._sent - burst)
        self._await(self._sent)
        return self._sent - sent_before

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _await(self, acknowledged: int) -> None:
        """Wait until so many have been acknowledged; some must be, within each deadline."""
        with self._changed:
            self._awaited = acknowledged
            while self._acknowledged < acknowledged:
                seen = self._acknowledged
                self._changed.wait_for(
                    lambda: self._acknowledged >= acknowledged or self._refusal, self._deadline_s
                )
                if self._acknowledged == seen:
                    raise self._unavailable(f"acknowledged nothing for {self._deadline_s:g} s")
        if self._refusal:
            raise self._unavailable(self._refusal)

    def _on_connect(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        code: ReasonCode,
        properties: Properties | None,
    ) -> None:
        with self._changed:
            if code.is_failure:
                self._refusal = f"refused the connection: {code}"
            else:
                self._connected = True
                self._receive_maximum = getattr(properties, "ReceiveMaximum", NO_MAXIMUM)
            self._changed.notify()

    def _on_publish(
        self,
        _client: Client,
        _userdata: object,
        _mid: int,
        code: ReasonCode,
        _properties: Properties,
    ) -> None:
        if code.is_failure:
            self._refusal = f"refused a message: {code}"
        self._acknowledged += 1
        # Waking the sender for every acknowledgement would halve the rate.
        if self._acknowledged == self._awaited:
            with self._changed:
                self._changed.notify()

    def _unavailable(self, what: str) -> BrokerUnavailable:
        return BrokerUnavailable(
            f"{self._address} {what}", where="broker", hint="is it running, and are we let in?"
        )


def _bursts(messages: Iterable[Outgoing], size: int) -> Iterator[list[Outgoing]]:
    rest = iter(messages)
    while burst := list(itertools.islice(rest, size)):
        yield burst
