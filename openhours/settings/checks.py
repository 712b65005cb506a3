"""Settings that are each well-formed and cannot work together, or not here."""

from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from domain.errors import Problem
from openhours.settings.entrance import is_loopback, unsafe_entrance
from openhours.settings.ingest import problems_of
from store.timeseries.influx_address import InfluxAddress, is_influx

if TYPE_CHECKING:
    from openhours.settings.model import Settings

INFLUX_HINT = "write it as influxdb://HOST:8086/DATABASE; the token goes to store.token_file"
_FILES = (
    "broker.tls_ca",
    "broker.tls_certificate",
    "broker.tls_key",
    "broker.password_file",
    "store.token_file",
    "store.ledger_password_file",
    "login.oidc_client_secret_file",
    "messages.channels_file",
)


def impossible(settings: "Settings") -> list[Problem]:
    """Every fault of settings that cannot work."""
    problems = problems_of(settings.ingest.sources, settings.ingest.csv_folder)
    problems += unsafe_entrance(settings)
    if settings.broker.embedded:
        problems += _beyond_the_embedded_broker(settings)
    if settings.store.ledger:
        problems += _unusable_ledger(settings.store.ledger)
    if is_influx(settings.store.timeseries):
        problems += _unusable_influx(settings.store.timeseries)
    for name in _FILES:
        section, _, field = name.partition(".")
        path = getattr(getattr(settings, section), field)
        if path is not None and not path.is_file():
            problems.append(Problem(name, f"there is no file {path}", "give its path"))
    if bool(settings.broker.tls_certificate) != bool(settings.broker.tls_key):
        problems.append(Problem("broker", "a certificate needs its key", "give both or none"))
    return problems


def _beyond_the_embedded_broker(settings: "Settings") -> list[Problem]:
    broker, problems = settings.broker, []
    if not is_loopback(broker.host):
        problems.append(
            Problem("broker.host", "the embedded broker listens on loopback", "set 127.0.0.1")
        )
    asked = {
        "protocol": ("speaks MQTT 3.1.1 only", broker.protocol != "3.1.1"),
        "username": ("knows no users", bool(broker.username)),
        "tls": ("has no TLS", broker.tls),
        "tls_ca": ("has no TLS", broker.tls_ca is not None),
        "tls_certificate": ("has no TLS", broker.tls_certificate is not None),
        "transport": ("has no WebSockets", broker.transport != "tcp"),
        "shared_group": ("has no shared subscriptions", bool(broker.shared_group)),
    }
    hint = "leave it out, or set broker.embedded=false to use another broker"
    problems += [
        Problem(f"broker.{name}", f"the embedded broker {what}", hint)
        for name, (what, is_asked) in asked.items()
        if is_asked
    ]
    if settings.ingest.workers > 1:
        problems.append(
            Problem(
                "ingest.workers",
                "the embedded broker has no shared subscriptions, so one worker receives",
                "set it to 1, or broker.embedded=false to use another broker",
            )
        )
    return problems


def _unusable_ledger(url: str) -> list[Problem]:
    try:
        make_url(url).get_dialect().import_dbapi()
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        hint = "write it as sqlite:////folder/ledger.sqlite, or postgresql+psycopg://…"
        return [Problem("store.ledger", f"cannot be used: {error}", hint)]
    return []


def _unusable_influx(place: str) -> list[Problem]:
    try:
        InfluxAddress.parse(place)
    except ValueError as error:
        return [Problem("store.timeseries", f"cannot be used: {error}", INFLUX_HINT)]
    return []
