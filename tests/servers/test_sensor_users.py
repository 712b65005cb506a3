"""Each sensor has a secret of its own, and a real Mosquitto holds it to its own topic."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from typer.testing import CliRunner, Result

from benchmarks.mosquitto import Mosquitto
from domain.errors import InvalidInput, InvalidSettings, NotFound
from domain.planning import Outgoing
from ingest.broker import BrokerSettings
from ingest.codecs import native
from ingest.publisher import MqttPublisher
from ingest.subscriber import Batching
from openhours.cli import app
from tests.fixtures.brokers import StartMosquitto, settings_of
from tests.servers.conftest import DEADLINE_S, START_US, Stores

pytestmark = pytest.mark.server

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    flags = ["--set", f"data_dir={tmp_path / 'data'}", "--set", "broker.embedded=false"]
    flags += ["sensors"]

    def run_one(*words: str) -> Result:
        where = ["--folder", str(tmp_path / "users")]
        return CliRunner().invoke(app, [*flags, *words, *where], catch_exceptions=False)

    return run_one


@pytest.fixture
def secrets(run: Run) -> dict[str, str]:
    """Of the service and of two doors, as the command says them."""
    lines = run("provision", "door-a", "door-b").stdout.splitlines()
    return {line.split()[0]: line.split()[1] for line in lines}


@pytest.fixture
def broker(secrets: dict[str, str], start_mosquitto: StartMosquitto, tmp_path: Path) -> Mosquitto:
    assert [*secrets] == ["openhours", "door-a", "door-b"]
    folder = tmp_path / "users"
    lines = f"allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/access\n"
    started: Mosquitto = start_mosquitto(more=f"{lines}pid_file {tmp_path}/mosquitto.pid\n")
    return started


def login(broker: Mosquitto, name: str, secret: str) -> BrokerSettings:
    return replace(settings_of(broker), username=name, password=secret)


def counted(door: str, seq: int = 1) -> Outgoing:
    payload = b'{"kind": "change", "entered": 1, "seq": %d, "time": %d}' % (seq, START_US)
    return Outgoing(key="", topic=native.topic_of(door), payload=payload)


def send(reach: BrokerSettings, *messages: Outgoing) -> None:
    with closing(MqttPublisher(reach)) as publisher:
        publisher.publish_many(messages)


@contextmanager
def listener(reach: BrokerSettings, topic: str) -> Iterator[queue.SimpleQueue[MQTTMessage]]:
    """What a client hears that asks for a topic."""
    heard: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
    asked = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, "")
    client.username_pw_set(reach.username, reach.password)
    client.on_message = lambda _client, _data, message: heard.put(message)
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.on_subscribe = lambda *_: asked.set()
    client.connect(reach.host, reach.port)
    client.loop_start()
    assert connected.wait(DEADLINE_S)
    client.subscribe(topic, qos=1)
    assert asked.wait(DEADLINE_S)
    yield heard
    client.disconnect()
    client.loop_stop()


def answer(reach: BrokerSettings) -> str:
    """What the broker says to one who connects."""
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2, "")
    client.username_pw_set(reach.username, reach.password)
    client.on_connect = lambda _client, _data, _flags, code, _more: said.put(str(code))
    client.connect(reach.host, reach.port)
    client.loop_start()
    found = said.get(timeout=DEADLINE_S)
    client.disconnect()
    client.loop_stop()
    return found


def test_a_sensor_counts_for_itself_and_for_no_other(
    broker: Mosquitto, secrets: dict[str, str], stores: Stores
) -> None:
    subscriber = stores.subscriber(login(broker, "openhours", secrets["openhours"]))
    own = login(broker, "door-a", secrets["door-a"])
    send(own, counted("door-b"), counted("door-a"))
    send(login(broker, "door-b", secrets["door-b"]), counted("door-b", seq=2))
    assert subscriber.wait_until(lambda s: s.stored == 2, DEADLINE_S), subscriber.state
    assert (stores.sequence("door-a"), stores.sequence("door-b")) == ([1], [2])


@pytest.mark.parametrize("topic", ["#", "openhours/v1/door-b/counts", "openhours/v1/door-a/counts"])
def test_a_sensor_reads_nothing(
    broker: Mosquitto, secrets: dict[str, str], stores: Stores, topic: str
) -> None:
    subscriber = stores.subscriber(login(broker, "openhours", secrets["openhours"]))
    with listener(login(broker, "door-a", secrets["door-a"]), topic) as heard:
        send(login(broker, "door-b", secrets["door-b"]), counted("door-b"))
        send(login(broker, "door-a", secrets["door-a"]), counted("door-a"))
        assert subscriber.wait_until(lambda s: s.stored == 2, DEADLINE_S), subscriber.state
    assert heard.empty()


def test_a_revoked_sensor_is_let_in_no_longer_and_the_others_are(
    broker: Mosquitto, secrets: dict[str, str], run: Run, tmp_path: Path
) -> None:
    a, b = (login(broker, name, secrets[name]) for name in ("door-a", "door-b"))
    assert answer(a) == "Success"
    assert "no longer" in run("revoke", "door-a", "--reload", f"{tmp_path}/mosquitto.pid").stdout
    assert (answer(a), answer(b)) == ("Not authorized", "Success")


def test_a_new_secret_takes_the_place_of_the_old_one(
    broker: Mosquitto, secrets: dict[str, str], run: Run, tmp_path: Path
) -> None:
    told = run("provision", "door-a", "--reload", f"{tmp_path}/mosquitto.pid").stdout
    (line,) = told.splitlines()
    assert answer(login(broker, "door-a", secrets["door-a"])) == "Not authorized"
    assert answer(login(broker, "door-a", line.split()[1])) == "Success"


def test_nobody_gets_in_without_a_secret(broker: Mosquitto, secrets: dict[str, str]) -> None:
    assert answer(login(broker, "door-a", secrets["door-b"])) == "Not authorized"
    assert answer(login(broker, "stranger", "")) == "Not authorized"


def test_a_sensor_that_floods_is_bounded_and_named_and_the_others_are_not_touched(
    broker: Mosquitto, secrets: dict[str, str], stores: Stores
) -> None:
    reach = login(broker, "openhours", secrets["openhours"])
    subscriber = stores.subscriber(reach, batching=Batching(wait_s=0.05, topic_an_hour=40))
    mad, sane = (login(broker, name, secrets[name]) for name in ("door-a", "door-b"))
    send(mad, *(counted("door-a", n) for n in range(1, 501)))
    send(sane, *(counted("door-b", n) for n in range(1, 31)))
    assert subscriber.wait_until(lambda s: s.received == 530 and not s.waiting, DEADLINE_S), (
        subscriber.state
    )
    assert stores.sequence("door-a") == [*range(1, 41)]
    assert stores.sequence("door-b") == [*range(1, 31)]
    state = subscriber.state
    assert (state.flooded, state.flooding) == (460, ("openhours/v1/door-a/counts",))


def test_lines_of_others_in_the_files_stay_as_they_are(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "users"
    folder.mkdir()
    (folder / "passwords").write_text("display:$7$101$x$y\n")
    (folder / "access").write_text("# signs\nuser display\ntopic read openhours/v1/venues/#\n")
    before = [(folder / name).read_text() for name in ("passwords", "access")]
    run("provision", "a", "b", "--topic", "cameras/{id}/#", "--topic", "x/{id}")
    assert "user b\ntopic write cameras/b/#\ntopic write x/b\n" in (folder / "access").read_text()
    run("revoke", "a", "b", "openhours")
    assert [(folder / name).read_text().rstrip("\n") for name in ("passwords", "access")] == [
        text.rstrip("\n") for text in before
    ]
    assert (folder / "passwords").stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_is_said_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="name of a user"):
        run("provision", "a:b")
    with pytest.raises(InvalidInput, match=r"write \{id\}"):
        run("provision", "a", "--topic", "all/of/them")
    with pytest.raises(NotFound, match="no such user: ghost"):
        run("revoke", "openhours", "ghost")
    assert "openhours:" in (tmp_path / "users" / "passwords").read_text()
    flags = ["--set", f"data_dir={tmp_path}", "sensors", "provision", "a"]
    with pytest.raises(InvalidSettings, match="knows no users"):
        CliRunner().invoke(app, flags, catch_exceptions=False)
