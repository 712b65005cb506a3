"""Encrypted connections, with certificates made by openssl for the test."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import BrokerUnavailable
from ingest.publisher import MqttPublisher
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import DEADLINE_S, Stores, change, counts

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]


def certificate(folder: Path, name: str) -> Path:
    """A certificate for loopback that signs itself; its key lies beside it."""
    path = folder / f"{name}.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 "
        f"-subj /CN={name} -addext subjectAltName=IP:127.0.0.1 -keyout {name}.key -out {name}.pem"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return path


def test_counts_travel_encrypted_between_those_who_trust_each_other(
    start_mosquitto: StartMosquitto, stores: Stores, tmp_path: Path
) -> None:
    server, ours = certificate(tmp_path, "server"), certificate(tmp_path, "ours")
    lines = [
        f"certfile {server}",
        f"keyfile {server.with_suffix('.key')}",
        f"cafile {ours}",
        "require_certificate true",
    ]
    broker = replace(
        settings_of(start_mosquitto(more="\n".join(lines))),
        tls_ca=server,
        tls_certificate=ours,
        tls_key=ours.with_suffix(".key"),
    )
    subscriber = stores.subscriber(broker)
    publisher = MqttPublisher(broker)
    publisher.publish(counts([change(1)]))
    publisher.close()
    assert subscriber.wait_until(lambda s: s.stored == 1, DEADLINE_S), subscriber.state


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_with_a_certificate_that_we_do_not_trust_gets_nothing(
    start_mosquitto: StartMosquitto, stores: Stores, tmp_path: Path
) -> None:
    server, other = certificate(tmp_path, "server"), certificate(tmp_path, "other")
    lines = [f"certfile {server}", f"keyfile {server.with_suffix('.key')}"]
    broker = replace(settings_of(start_mosquitto(more="\n".join(lines))), tls_ca=other)
    with pytest.raises(BrokerUnavailable, match=r"(?i)certificate"):
        MqttPublisher(broker).publish(counts([change(1)]))
    subscriber = stores.started(broker)
    assert subscriber.wait_until(lambda s: bool(s.broker_problem), DEADLINE_S)
    assert not subscriber.state.connected
