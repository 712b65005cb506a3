"""How to reach the MQTT broker, and clients that are set up for it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from domain.errors import InvalidSettings

NEVER_EXPIRES = 0xFFFF_FFFF
LONGEST_RECONNECT_WAIT_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Where the broker is, who we are to it, and how we speak."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password: str = field(default="", repr=False)
    tls_ca: Path | None = None
    """Certificates to trust; none: the system's. TLS is used where any of these three is given."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    protocol: Literal["3.1.1", "5"] = "3.1.1"
    client_id: str = "openhours"
    """Name of the subscriber's session at the broker."""
    max_in_flight: int = 4_000
    """Messages received and not yet acknowledged, at most."""

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


def subscribing_client(settings: BrokerSettings) -> Client:
    """A client with a session that the broker keeps, and acknowledgements that are ours to give.

    It connects when its loop is started, and again whenever the connection is lost. Raises
    `InvalidSettings` when the certificates cannot be used.
    """
    client = _client(settings, settings.client_id, keep_session=True)
    properties = None
    if settings.protocol == "5":
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = NEVER_EXPIRES
        properties.ReceiveMaximum = settings.max_in_flight
    client.connect_async(settings.host, settings.port, clean_start=False, properties=properties)
    return client


def publishing_client(settings: BrokerSettings) -> Client:
    """A client without a session, under a name that the broker gives it; else as the above."""
    client = _client(settings, "", keep_session=False)
    client.max_inflight_messages_set(0)  # the publisher bounds them, and knows when to wake
    client.connect_async(settings.host, settings.port, clean_start=True)
    return client


def _client(settings: BrokerSettings, client_id: str, *, keep_session: bool) -> Client:
    v5 = settings.protocol == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id,
        clean_session=None if v5 else not keep_session,
        protocol=MQTTv5 if v5 else MQTTv311,
        manual_ack=True,
    )
    if settings.username:
        client.username_pw_set(settings.username, settings.password)
    if settings.tls_ca or settings.tls_certificate or settings.tls_key:
        _trust(client, settings.tls_ca, settings.tls_certificate, settings.tls_key)
    client.reconnect_delay_set(1, LONGEST_RECONNECT_WAIT_S)
    return client


def _trust(client: Client, ca: Path | None, certificate: Path | None, key: Path | None) -> None:
    try:
        client.tls_set(
            str(ca) if ca else None,
            str(certificate) if certificate else None,
            str(key) if key else None,
        )
    except (OSError, ValueError) as error:
        raise InvalidSettings(
            f"the certificates cannot be used: {error}",
            where="broker.tls_ca, tls_certificate, tls_key",
            hint="give PEM files that this user may read",
        ) from error
