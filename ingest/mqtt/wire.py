"""The connection under MQTT: plain TCP, TLS, or WebSockets; read in one thread, written in any."""

import select
import socket
import ssl
from contextlib import ExitStack, suppress
from threading import Lock
from typing import Protocol

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect as connect_websocket
from websockets.typing import Subprotocol

CHUNK = 262_144
"""Bytes read at once."""
CONNECT_WITHIN_S = 10.0


class Wire(Protocol):
    """Bytes both ways."""

    def receive(self, timeout_s: float) -> bytes:
        """The next bytes; none when none came in time. Raises `OSError` at the end."""

    def send(self, data: bytes) -> None:
        """Send all of it. Raises `OSError`."""

    def close(self) -> None:
        """End the connection, and with it a `receive` that waits."""


class TcpWire:
    """A plain connection."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), CONNECT_WITHIN_S)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._readable = select.poll()
        self._readable.register(self._socket, select.POLLIN)
        self._sending = Lock()

    def receive(self, timeout_s: float) -> bytes:
        if not self._readable.poll(timeout_s * 1_000):
            return b""
        data = self._socket.recv(CHUNK)
        if not data:
            raise ConnectionResetError("the broker closed the connection")
        return data

    def send(self, data: bytes) -> None:
        with self._sending:
            self._socket.sendall(data)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class TlsWire:
    """TLS over a plain connection.

    Two threads must not be in one TLS session at once, and one of them waits in it for what comes;
    so the session works on memory, and only the bytes below it wait.
    """

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        self._tcp = TcpWire(host, port)
        self._coming, self._going = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._coming, self._going, server_hostname=host)
        self._lock = Lock()
        try:
            self._shake_hands()
        except BaseException:
            self._tcp.close()
            raise

    def receive(self, timeout_s: float) -> bytes:
        while not (data := self._decrypted()):
            arrived = self._tcp.receive(timeout_s)
            if not arrived:
                break
            self._coming.write(arrived)  # may hold nothing for us, such as new keys
        return data

    def send(self, data: bytes) -> None:
        with self._lock:
            self._tls.write(data)
            self._tcp.send(self._going.read())

    def close(self) -> None:
        self._tcp.close()

    def _decrypted(self) -> bytes:
        with self._lock:
            parts = []
            with suppress(ssl.SSLWantReadError):
                while part := self._tls.read(CHUNK):
                    parts.append(part)
            if answer := self._going.read():  # new keys may be asked for in between
                self._tcp.send(answer)
            return b"".join(parts)

    def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._tcp.send(self._going.read())
                arrived = self._tcp.receive(CONNECT_WITHIN_S)
                if not arrived:
                    raise TimeoutError("no TLS on this port") from None
                self._coming.write(arrived)
            else:
                self._tcp.send(self._going.read())
                return


class WebSocketWire:
    """WebSockets, over TLS where there is a context."""

    def __init__(self, host: str, port: int, path: str, context: ssl.SSLContext | None) -> None:
        scheme = "wss" if context else "ws"
        address = f"[{host}]" if ":" in host else host
        self._open = ExitStack()
        try:
            connecting = connect_websocket(
                f"{scheme}://{address}:{port}{path}",
                ssl=context,
                subprotocols=[Subprotocol("mqtt")],
                open_timeout=CONNECT_WITHIN_S,
                compression=None,
                max_size=None,
                proxy=None,
            )
            self._socket = self._open.enter_context(connecting)
        except WebSocketException as error:
            raise ConnectionRefusedError(f"no WebSocket at {path}: {error}") from error

    def receive(self, timeout_s: float) -> bytes:
        try:
            data = self._socket.recv(timeout_s, decode=False)
        except TimeoutError:
            return b""
        except ConnectionClosed as error:
            raise ConnectionResetError(str(error)) from error
        return bytes(data)

    def send(self, data: bytes) -> None:
        try:
            self._socket.send(data)
        except ConnectionClosed as error:
            raise ConnectionResetError(str(error)) from error

    def close(self) -> None:
        self._open.close()
