"""Checks of the service, the broker and both stores."""

import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from paho.mqtt.client import Client
from paho.mqtt.reasoncodes import ReasonCode

from ingest.broker import BrokerSettings, publishing_client
from openhours.doctor.patient import Patient
from openhours.doctor.registry import Said, check, fault, warning
from openhours.receiving.receiver import broker_of
from store.ledger.migrations import revision_of, revisions

CONNECT_WITHIN_S = 5.0
EXPIRES_SOON = timedelta(days=30)


@check("service")
def service(patient: Patient) -> Iterator[Said]:
    """It runs, and its pages answer."""
    if not patient.is_running:
        yield warning("the service does not run", "systemctl start openhours, or `openhours run`")
    elif patient.health is None:
        yield warning(
            "the service runs, and no pages answer where the settings say",
            "give doctor the settings of the service, or it only takes counts in",
        )
    elif not patient.health["storing"]:
        yield fault(
            f"the store takes nothing; {patient.health['waiting']:,} messages wait",
            "see `disk`, `ledger` and `readings` here, and the log",
        )


@check("broker")
def broker(patient: Patient) -> Iterator[Said]:
    """It answers, and lets us in."""
    settings = patient.settings
    if settings.broker.embedded and not patient.is_running:
        return  # the service starts it
    reach = broker_of(settings, settings.broker.port)
    try:
        socket.create_connection((reach.host, reach.port), CONNECT_WITHIN_S).close()
    except OSError as error:
        yield fault(
            f"no broker answers at {reach.address}: {error}",
            "start the broker, or mend broker.host and broker.port",
        )
        return
    refusal = _refusal(reach)
    if refusal:
        yield fault(f"the broker at {reach.address} does not let us in: {refusal}", _MEND_LOGIN)


_MEND_LOGIN = "mend broker.username and broker.password_file, or the broker's list of users"


@check("certificates")
def certificates(patient: Patient) -> Iterator[Said]:
    """Those of the broker, and ours, are good for another month."""
    settings = patient.settings
    reach = broker_of(settings, settings.broker.port)
    if not (reach.tls or reach.tls_ca or reach.tls_certificate):
        return
    if reach.tls_certificate is not None:
        ends = expiry_of(reach.tls_certificate.read_text())
        yield from _ending(f"our certificate {reach.tls_certificate}", ends, patient.now)
    try:
        theirs = ssl.get_server_certificate((reach.host, reach.port), timeout=CONNECT_WITHIN_S)
    except OSError as error:
        yield fault(f"no TLS at {reach.address}: {error}", "mend broker.port, or set broker.tls")
        return
    ends = expiry_of(theirs)
    yield from _ending(f"the broker's certificate at {reach.address}", ends, patient.now)


@check("ledger")
def ledger(patient: Patient) -> Iterator[Said]:
    """It answers, and its tables are those of this openhours."""
    if not patient.ledger_is_there:
        return
    found, known = revision_of(patient.settings.ledger_url), revisions()
    if found is None:
        yield warning("it has no tables yet", "the first start makes them")
    elif found not in known:
        yield fault(
            f"its tables are of revision {found}, which this openhours does not know",
            "run the openhours that made them, or restore a backup",
        )
    elif found != known[-1]:
        yield warning(
            f"its tables are of revision {found}, this openhours has {known[-1]}",
            "back up, then `openhours store upgrade` or restart the service",
        )


@check("readings")
def readings(patient: Patient) -> Iterator[Said]:
    """The store of the readings answers."""
    place = patient.settings.timeseries
    series = patient.open_series()
    if series is not None:
        series.close()
        return
    if isinstance(place, Path) and patient.health and not patient.health["stores_answer"]:
        yield fault(f"the running service cannot read {place}", "see its log")


def expiry_of(certificate: str) -> datetime:
    """When a PEM certificate ends.

    Its validity is a sequence of two times, UTCTime until 2049 and GeneralizedTime from then on.
    Source: RFC 5280, 4.1.2.5. Raises `ValueError` where there is none.
    """
    found = _VALIDITY.search(ssl.PEM_cert_to_DER_cert(_first(certificate)))
    if found is None:
        raise ValueError("it holds no certificate")
    ends = found[1].decode()
    ends = ends if len(ends) == len("20500101000000Z") else f"20{ends}"
    return datetime.strptime(ends, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


_TIME = rb"(?:\x17\x0d\d{12}Z|\x18\x0f\d{14}Z)"
_VALIDITY = re.compile(rb"\x30." + _TIME + rb"(?:\x17\x0d|\x18\x0f)(\d{12,14}Z)", re.DOTALL)


def _first(chain: str) -> str:
    """The first certificate of a file, which is the one that it is about."""
    begin, end = ssl.PEM_HEADER, ssl.PEM_FOOTER
    return begin + chain.partition(begin)[2].partition(end)[0] + end + "\n"


def _ending(what: str, ends: datetime, now: datetime) -> Iterator[Said]:
    mend = "renew it, and restart who serves it"
    if ends <= now:
        yield fault(f"{what} ended on {ends:%Y-%m-%d}", mend)
    elif ends - now < EXPIRES_SOON:
        yield warning(f"{what} ends on {ends:%Y-%m-%d}", mend)


def _refusal(reach: BrokerSettings) -> str:
    """Why the broker does not let us in; empty where it does."""
    client = publishing_client(reach)
    answered = Event()
    said: list[ReasonCode] = []

    def heard(_client: Client, _data: object, _flags: object, code: ReasonCode, *_: object) -> None:
        said.append(code)
        answered.set()

    client.on_connect = heard
    try:
        client.connect(reach.host, reach.port)
        client.loop_start()
        answered.wait(CONNECT_WITHIN_S)
        client.disconnect()
        client.loop_stop()
    except OSError as error:
        return str(error)
    if not said:
        return f"no answer within {CONNECT_WITHIN_S:.0f} s"
    return str(said[0]) if said[0].is_failure else ""
