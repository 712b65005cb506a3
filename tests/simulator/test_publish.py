"""The simulator's own way to a broker."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.mosquitto import BINARY, Mosquitto, free_port
from benchmarks.truth.readers import sources_of
from domain.errors import BrokerUnavailable, InvalidInput
from domain.estate_rules import check
from domain.readings import CountKind
from ingest.message import Message
from ingest.sources import Sources
from simulator.__main__ import main
from simulator.messages import TimedMessage
from simulator.publish import play
from simulator.speakers import MIXED, renamed, speakers
from simulator.wires import WIRES
from simulator.wires.wire import instant
from tests.simulator.town import town_estate

START = instant(1_795_392_000)
RECEIVED_US = (1_795_392_000 + 2 * 86_400) * 10**6
needs_mosquitto = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


def messages(count: int) -> list[TimedMessage]:
    return [TimedMessage(START + timedelta(seconds=n), f"t/{n}", b"%d" % n) for n in range(count)]


class Listener:
    """Hears everything until the end."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._port, self._has_ended = port, threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", 1)
        self._client.loop_start()
        assert subscribed.wait(10)

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        if message.topic == "end":
            self._has_ended.set()
        else:
            self.heard.append((message.topic, bytes(message.payload)))

    def end(self) -> None:
        play([TimedMessage(START, "end", b"")], "127.0.0.1", self._port)
        assert self._has_ended.wait(30)
        self._client.disconnect()
        self._client.loop_stop()


@pytest.mark.server
@needs_mosquitto
def test_everything_arrives_once_and_in_order_with_more_messages_than_may_be_in_flight(
    tmp_path: Path,
) -> None:
    sent = messages(3_000)
    with Mosquitto(tmp_path) as broker:
        listener = Listener(broker.port)
        played = play(sent, "127.0.0.1", broker.port)
        listener.end()
    assert played.messages == 3_000
    assert listener.heard == [(m.topic, m.payload) for m in sent]


@pytest.mark.server
@needs_mosquitto
def test_at_a_speed_messages_keep_their_distances(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker:
        played = play(messages(11), "127.0.0.1", broker.port, speed=20)
    assert played.seconds >= 10 / 20


def test_where_no_broker_is_that_is_said() -> None:
    with pytest.raises(BrokerUnavailable, match="is a broker there"):
        play(messages(1), "127.0.0.1", free_port())


@pytest.mark.server
@needs_mosquitto
def test_a_mixed_neighbourhood_is_published_and_understood_by_the_names_of_its_written_estate(
    tmp_path: Path,
) -> None:
    file, faults = tmp_path / "estate.yaml", tmp_path / "faults.yaml"
    faults.write_text("{duplicates: 0.1, outages_a_week: 7, reboots_a_week: 7}")
    asked = ["--format", MIXED, "--write-estate", str(file), "--faults", str(faults)]
    with Mosquitto(tmp_path / "mosquitto") as broker:
        listener = Listener(broker.port)
        assert main([*asked, "--broker", f"127.0.0.1:{broker.port}"]) == 0
        listener.end()
    kept: dict[str, str] = {}
    sources, read = Sources(sources_of(WIRES), known=kept.get), set()
    for number, (topic, payload) in enumerate(listener.heard):
        decoded = sources.decode(Message(topic, payload, RECEIVED_US + number))
        assert not decoded.rejections
        kept.update(decoded.learned)
        sources.learn(decoded.learned)
        read |= {r.sensor for r in decoded.readings if r.kind is not CountKind.STATUS}
    named = {sensor.id for sensor in check(yaml.safe_load(file.read_text())).sensors}
    assert len(named - read) == 2  # a studio shut on Mondays, and a door without a counter yet


def test_every_sensor_of_an_estate_gets_a_device_that_tells_all_of_its_kind() -> None:
    estate = town_estate()
    devices = speakers(estate, [MIXED])
    assert all(devices[s.id].wire.tells_all(s.kind) for s in estate.sensors)
    native = speakers(estate, ["native"])
    assert [native[s.id].sensor for s in estate.sensors] == [s.id for s in estate.sensors]
    document = {"sensors": [{"id": "front", "room": "room-doors"}]}
    assert renamed(document, devices)["sensors"][0] == {
        "id": devices["front"].sensor,
        "room": "room-doors",
    }


def test_a_format_that_cannot_be_told_all_in_is_not_chosen_for_a_kind() -> None:
    devices = speakers(town_estate(), ["xovis"])
    assert devices["total"].wire.name == "xovis/live"
    assert devices["present"].wire.name == "xovis/live"
    assert speakers(town_estate(), ["vivotek"])["total"].wire.name == "native"


def test_a_format_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(InvalidInput, match=r"“xovs” is no format .*xovis"):
        speakers(town_estate(), ["xovs"])
