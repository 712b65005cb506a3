"""Our session at the broker: connected, subscribed anew at every connect, what is wrong is said."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import structlog
from numpy.random import Generator

from domain.clock import Clock
from ingest.backoff import Backoff
from ingest.broker import BrokerSettings, wires_to
from ingest.message import Messages, Receipts
from ingest.mqtt import packets
from ingest.mqtt.stream import Control, ProtocolError, Stream, connack, meaning, refused
from ingest.state import StateBoard
from ingest.window import Window

if TYPE_CHECKING:
    from ingest.mqtt.wire import Wire

log = structlog.get_logger(__name__)

KEEP_ALIVE_S = 60
"""The broker takes us for gone after one and a half times as long without a word."""
ANSWERS_WITHIN_S = 10.0
"""How long the broker may take to answer when we connect, ask for a sign of life, or leave."""
MESSAGE_BYTES = 256
"""No single reading is longer: what has more is taken for several messages."""
SUBSCRIPTION = 1
"""Packet id of our SUBSCRIBE: one is under way at a time."""


class Delivered(NamedTuple):
    """Messages that came together on one connection."""

    connection: int
    messages: Messages

    def __len__(self) -> int:
        """Messages, a long one counting as several."""
        return len(self.messages) + sum(map(len, self.messages.payloads)) // MESSAGE_BYTES


class Refused(ConnectionError):
    """The broker answers, and does not let us in."""


class Session:
    """Receives what matches the filters, until it is told to acknowledge.

    Args:
        broker: where to connect, and under which name.
        filters: topic filters.
        receive: called in the network thread with messages that are not held already. While it does
            not return nothing more is read, and the broker has to wait.
        board: where connection and subscription are shown.
        clock: gives the instants of receipt.
        rng: draws the waits between attempts to connect.
    """

    def __init__(
        self,
        broker: BrokerSettings,
        filters: Sequence[str],
        receive: Callable[[Delivered], None],
        board: StateBoard,
        clock: Clock,
        rng: Generator,
    ) -> None:
        self._broker, self._receive, self._board = broker, receive, board
        self._connect = wires_to(broker)
        self._filters = shared(filters, broker.shared_group)
        self._receipts, self._rng = Receipts(clock), rng
        self._v5 = broker.protocol == "5"
        self._had_session = False
        self._window = Window()
        self._wire: Wire | None = None
        self._stopping, self._answered = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        """Connect in the background, for as long as it takes."""
        self._thread.start()

    def subscribe(self, filters: Sequence[str]) -> None:
        """Subscribe to these filters from now on."""
        self._filters = shared(filters, self._broker.shared_group)
        if self._board.read().connected:
            self._send(packets.subscribe(SUBSCRIPTION, self._filters, v5=self._v5))

    def acknowledge(self, delivered: Delivered) -> None:
        """Tell the broker that these are safe."""
        self._window.acknowledge(delivered.connection, delivered.messages.packet_ids)

    def stop(self) -> None:
        """Disconnect, once the broker has read the acknowledgements given so far.

        It keeps the session.
        """
        self._answered.clear()
        self._stopping.set()
        if self._wire is not None and self._board.read().connected:
            self._send(packets.PINGREQ)  # answered after all that was sent before has been read
            self._answered.wait(ANSWERS_WITHIN_S)
            self._send(packets.disconnect(v5=self._v5))
        self._leave()
        if self._thread.is_alive():
            self._thread.join(ANSWERS_WITHIN_S)

    def _run(self) -> None:
        delays = Backoff().delays(self._rng)
        while not self._stopping.is_set():
            began_s = time.monotonic()
            try:
                self._live()
            except (OSError, ProtocolError) as error:
                self._lost(error)
            except Exception as error:  # who receives must not end, whatever came
                log.exception("fault while receiving")
                self._lost(error)
            if time.monotonic() - began_s > KEEP_ALIVE_S:
                delays = Backoff().delays(self._rng)
            self._stopping.wait(next(delays))
        self._board.change(lambda s: replace(s, connected=False, subscribed=False))

    def _live(self) -> None:
        """One connection, from beginning to end. Raises `OSError` or `ProtocolError`."""
        wire = self._wire = self._connect()
        if self._stopping.is_set():  # since we began to connect: nobody else will close it
            wire.close()
            return
        self._window.renew(lambda packet_ids: _try_to_send(wire, packets.pubacks(packet_ids)))
        stream = Stream(v5=self._v5)
        wire.send(greeting(self._broker))
        is_asked, asked_s = True, time.monotonic()
        while not (self._stopping.is_set() and self._answered.is_set()):
            data = wire.receive(ANSWERS_WITHIN_S if is_asked else KEEP_ALIVE_S / 3)
            if not data and is_asked:
                raise TimeoutError(f"no word for {ANSWERS_WITHIN_S:g} s")
            if not data or time.monotonic() - asked_s > KEEP_ALIVE_S / 3:
                wire.send(packets.PINGREQ)  # also amid messages that want no acknowledgement
                asked_s = time.monotonic()
            is_asked = not data
            messages, controls = stream.feed(data)
            for control in controls:
                self._heed(control)
            if len(messages):
                self._pass_on(messages)

    def _pass_on(self, messages: Messages) -> None:
        if repeats := set(self._window.admit(messages.packet_ids)):
            messages = messages.take([n for n in range(len(messages)) if n not in repeats])
        if len(messages):
            self._receive(Delivered(self._window.connection, self._receipts.stamp(messages)))

    def _heed(self, control: Control) -> None:
        if control.kind == packets.CONNACK:
            self._welcomed(*connack(control.body))
        elif control.kind == packets.SUBACK:
            self._subscribed(refused(control.body, v5=self._v5))
        elif control.kind == packets.PINGRESP:
            self._answered.set()
        elif control.kind == packets.DISCONNECT:
            code = control.body[0] if control.body else 0
            raise ConnectionAbortedError(f"the broker sent us away with code {code:#x}")

    def _welcomed(self, kept_session: bool, code: int) -> None:  # noqa: FBT001 - as the packet has it
        if code:
            raise Refused(meaning(code))
        if self._had_session and not kept_session:
            log.warning(
                "broker lost our session and what it held for us", broker=self._broker.address
            )
        self._had_session = True
        self._board.change(lambda s: replace(s, connected=True))
        log.info("connected", broker=self._broker.address, kept_session=kept_session)
        self._send(packets.subscribe(SUBSCRIPTION, self._filters, v5=self._v5))

    def _subscribed(self, refusals: Sequence[bool]) -> None:
        refused_filters = [f for f, no in zip(self._filters, refusals, strict=False) if no]
        problem = f"{self._broker.address} refused to subscribe us to {', '.join(refused_filters)}"
        self._say(problem if refused_filters else "")
        self._board.change(lambda s: replace(s, subscribed=not refused_filters))

    def _send(self, data: bytes) -> None:
        if self._wire is not None:
            _try_to_send(self._wire, data)

    def _lost(self, error: Exception) -> None:
        self._leave()
        if not self._stopping.is_set():
            what = "is gone" if self._board.read().connected else "does not answer"
            if isinstance(error, Refused):
                what = "refused the connection"
            self._say(f"{self._broker.address} {what}: {error}")
        self._board.change(lambda s: replace(s, connected=False, subscribed=False))
        self._answered.set()  # or a stop would wait for what cannot come

    def _leave(self) -> None:
        if self._wire is not None:
            self._wire.close()

    def _say(self, problem: str) -> None:
        """Show what is wrong, empty for nothing; log it when it is news."""
        if problem and problem != self._board.read().broker_problem:
            log.error("broker problem", problem=problem)
        self._board.change(lambda s: replace(s, broker_problem=problem))


def greeting(broker: BrokerSettings, *, clean: bool = False) -> bytes:
    """What we say first on a connection; `clean`: to end the session with it."""
    return packets.connect(
        broker.client_id,
        v5=broker.protocol == "5",
        keep_alive_s=KEEP_ALIVE_S,
        max_in_flight=broker.max_in_flight,
        username=broker.username,
        password=broker.password,
        clean=clean,
    )


def shared(filters: Sequence[str], group: str) -> tuple[str, ...]:
    """The filters as a group subscribes to them; as they are where there is none."""
    return tuple(f"$share/{group}/{f}" if group else f for f in filters)


def _try_to_send(wire: "Wire", data: bytes) -> None:
    """Send if we can; if not, the network thread finds out by itself."""
    with suppress(OSError):
        wire.send(data)
