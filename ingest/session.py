"""Our session at the broker: connected, subscribed anew at every connect, what is wrong is said."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.broker import BrokerSettings, subscribing_client
from ingest.state import StateBoard
from ingest.window import QOS, Delivery, Window

log = structlog.get_logger(__name__)


class Session:
    """Receives what matches the filters, until it is told to acknowledge.

    Args:
        broker: where to connect, and under which name.
        filters: topic filters.
        receive: called in the network thread with each message that is not held already. While it
            does not return nothing more is read, and the broker has to wait.
        board: where connection and subscription are shown.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        filters: Sequence[str],
        receive: Callable[[MQTTMessage, Delivery], None],
        board: StateBoard,
    ) -> None:
        self._broker, self._filters, self._receive, self._board = broker, filters, receive, board
        self._had_session = False
        self._client = subscribing_client(broker)
        self._client.on_connect = self._on_connect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_disconnect = self._on_disconnect
        self._window = Window(self._client.ack)

    def start(self) -> None:
        """Connect in the background, for as long as it takes."""
        self._client.loop_start()

    def acknowledge(self, deliveries: Iterable[Delivery]) -> None:
        """Tell the broker that these are safe."""
        self._window.acknowledge(deliveries)

    def stop(self) -> None:
        """Send the acknowledgements given so far, and disconnect. The broker keeps the session."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        flags: ConnectFlags,
        code: ReasonCode,
        _props: object,
    ) -> None:
        if code.is_failure:
            self._say(f"{self._broker.address} refused the connection: {code}")
            return
        if self._had_session and not flags.session_present:
            log.warning(
                "broker lost our session and what it held for us", broker=self._broker.address
            )
        self._had_session = True
        self._board.change(lambda s: replace(s, connected=True))
        log.info("connected", broker=self._broker.address, kept_session=flags.session_present)
        if self._broker.protocol == "5":
            options = SubscribeOptions(QOS, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
            client.subscribe([(f, options) for f in self._filters])
        else:
            client.subscribe([(f, QOS) for f in self._filters])

    def _on_subscribe(
        self, _client: Client, _userdata: object, _mid: int, codes: list[ReasonCode], _props: object
    ) -> None:
        refused = [f for f, code in zip(self._filters, codes, strict=False) if code.is_failure]
        problem = f"{self._broker.address} refused to subscribe us to {', '.join(refused)}"
        self._say(problem if refused else "")
        self._board.change(lambda s: replace(s, subscribed=not refused))

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        delivery = self._window.admit(message.mid)
        if delivery is not None:
            self._receive(message, delivery)

    def _on_disconnect(self, _client: Client, _userdata: object, *rest: Any) -> None:
        code: ReasonCode = rest[1]
        self._window.renew()
        if code.is_failure and self._board.read().connected:
            self._say(f"{self._broker.address} is gone: {code}")
        self._board.change(lambda s: replace(s, connected=False, subscribed=False))

    def _on_connect_fail(self, _client: Client, _userdata: object) -> None:
        self._say(f"{self._broker.address} does not answer: {sys.exc_info()[1]}")

    def _say(self, problem: str) -> None:
        """Show what is wrong, empty for nothing; log it when it is news."""
        if problem and problem != self._board.read().broker_problem:
            log.error("broker problem", problem=problem)
        self._board.change(lambda s: replace(s, broker_problem=problem))
