"""Our side of a connection: against a few bytes that do what no real broker does on cue."""

import contextlib
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

from domain.clock import SystemClock
from ingest import session as session_module
from ingest.broker import BrokerSettings
from ingest.mqtt import packets
from ingest.mqtt.wire import TcpWire, Wire
from ingest.session import Delivered, Session
from ingest.state import StateBoard

DEADLINE_S = 30.0
CONNACK, SUBACK = b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01"
AT_QOS_0 = b"\x30\x03\x00\x01t"
AT_QOS_1 = b"\x32\x05\x00\x01t\x00\x05"
PUBACK = b"\x40\x02\x00\x05"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(DEADLINE_S)
        yield server


@pytest.fixture
def delivered() -> "queue.Queue[Delivered]":
    return queue.Queue()


@pytest.fixture
def session_to(
    delivered: "queue.Queue[Delivered]",
) -> Iterator[Callable[[socket.socket], Session]]:
    """Makes sessions that are stopped with the test."""
    with contextlib.ExitStack() as sessions:

        def make(server: socket.socket) -> Session:
            broker = BrokerSettings(port=server.getsockname()[1])
            session = Session(
                broker, ["t"], delivered.put, StateBoard(), SystemClock(), np.random.default_rng(1)
            )
            sessions.callback(session.stop)
            return session

        yield make


def welcomed(server: socket.socket) -> socket.socket:
    """The next connection, subscribed."""
    connection, _ = server.accept()
    connection.settimeout(DEADLINE_S)
    for answer in (CONNACK, SUBACK):
        assert connection.recv(1_000)
        connection.sendall(answer)
    return connection


def test_messages_that_want_no_acknowledgement_do_not_keep_us_from_giving_signs_of_life(
    listening: socket.socket,
    session_to: Callable[[socket.socket], Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_module, "KEEP_ALIVE_S", 1)
    session_to(listening).start()
    with welcomed(listening) as connection:
        connection.settimeout(0.05)
        said = b""
        for _ in range(int(DEADLINE_S / 0.05)):
            connection.sendall(AT_QOS_0)
            with contextlib.suppress(TimeoutError):
                said = connection.recv(1_000)
                break
        assert said == packets.PINGREQ


def test_a_stop_while_we_connect_ends_the_connection_that_comes_of_it(
    listening: socket.socket,
    session_to: Callable[[socket.socket], Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_module, "ANSWERS_WITHIN_S", 0.1)
    host, port = listening.getsockname()

    def connect() -> Wire:
        stopping = threading.Thread(target=session.stop)
        stopping.start()
        stopping.join()
        return TcpWire(host, port)

    monkeypatch.setattr(session_module, "wires_to", lambda _: connect)
    session = session_to(listening)
    session.start()
    connection, _ = listening.accept()
    with connection:
        connection.settimeout(DEADLINE_S)
        assert connection.recv(1_000) == b""


def test_an_acknowledgement_held_up_until_the_next_connection_is_not_sent_on_it(
    listening: socket.socket,
    session_to: Callable[[socket.socket], Session],
    delivered: "queue.Queue[Delivered]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = session_to(listening)
    session.start()
    lost = welcomed(listening)
    lost.sendall(AT_QOS_1)
    first = delivered.get(timeout=DEADLINE_S)
    found: list[socket.socket] = []

    def held_up(_: Sequence[int]) -> bytes:
        lost.close()
        found.append(welcomed(listening))
        return PUBACK

    monkeypatch.setattr(packets, "pubacks", held_up)
    session.acknowledge(first)
    with found[0] as connection:
        stopping = threading.Thread(target=session.stop)
        stopping.start()
        said = connection.recv(1_000)
        connection.sendall(b"\xd0\x00")
        stopping.join()
    assert said.startswith(packets.PINGREQ)
