"""How to reach the MQTT broker, and clients that are set up for it."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from domain.errors import InvalidSettings
from ingest.mqtt.wire import TcpWire, TlsWire, WebSocketWire, Wire

LONGEST_RECONNECT_WAIT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Where the broker is, who we are to it, and how we speak."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    """Use TLS with the system's certificates; the three below imply it."""
    tls_ca: Path | None = None
    """Certificates to trust; none: the system's. TLS is used where any of these three is given."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    transport: Literal["tcp", "websockets"] = "tcp"
    path: str = "/mqtt"
    """Of the WebSocket."""
    protocol: Literal["3.1.1", "5"] = "3.1.1"
    client_id: str = "openhours"
    """Name of the subscriber's session at the broker."""
    shared_group: str = ""
    """Name of the group among whose members the broker divides the messages; empty for none."""
    max_in_flight: int = 4_000
    """Messages received and not yet acknowledged, at most."""

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


def wires_to(settings: BrokerSettings) -> Callable[[], Wire]:
    """Makes connections for receiving; each call raises `OSError` where there is no answer.

    Raises `InvalidSettings` when the certificates cannot be used.
    """
    context = _tls(settings)
    host, port = settings.host, settings.port
    if settings.transport == "websockets":
        return lambda: WebSocketWire(host, port, settings.path, context)
    if context is not None:
        return lambda: TlsWire(host, port, context)
    return lambda: TcpWire(host, port)


def publishing_client(settings: BrokerSettings) -> Client:
    """A client that only publishes, without a session, under a name that the broker gives it.

    Raises `InvalidSettings` when the certificates cannot be used.
    """
    v5 = settings.protocol == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        "",
        clean_session=None if v5 else True,
        protocol=MQTTv5 if v5 else MQTTv311,
        transport=settings.transport,
    )
    if settings.username:
        client.username_pw_set(settings.username, settings.password)
    context = _tls(settings)
    if context is not None:
        client.tls_set_context(context)
    if settings.transport == "websockets":
        client.ws_set_options(settings.path)
    client.reconnect_delay_set(1, LONGEST_RECONNECT_WAIT_S)
    client.max_inflight_messages_set(0)  # the publisher bounds them, and knows when to wake
    client.connect_async(settings.host, settings.port, clean_start=True)
    return client


def _tls(settings: BrokerSettings) -> ssl.SSLContext | None:
    """How to trust and be trusted, where any of it is asked for."""
    ca, certificate, key = settings.tls_ca, settings.tls_certificate, settings.tls_key
    if not (settings.tls or ca or certificate or key):
        return None
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        if certificate:
            context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        raise InvalidSettings(
            f"the certificates cannot be used: {error}",
            where="broker.tls_ca, tls_certificate, tls_key",
            hint="give PEM files that this user may read",
        ) from error
    return context
