"""ChirpStack v4."""

import json

import pytest

from domain.readings import Mark
from ingest.codecs import chirpstack
from ingest.codecs.codec import Context, Decoded
from ingest.message import Message
from ingest.sources import Sources
from tests.ingest.payloads.uplinks import CHIRPSTACK_TOPIC, DEV_EUI, chirpstack_uplink

AT_US = 1_795_435_200_000_000
DEVICE_TOPIC = CHIRPSTACK_TOPIC.removesuffix("event/up")
BRIDGED = "venues/lorawan"
TOTALS = bytes.fromhex("04cc12001600")


def decode(payload: bytes, topic: str = CHIRPSTACK_TOPIC) -> Decoded:
    return chirpstack.CODEC.decode(Message(topic, payload, AT_US), Context())


def event(**fields: object) -> bytes:
    info = {"devEui": DEV_EUI.upper(), "deviceName": "Door"}
    return json.dumps({"time": "2026-11-23T11:59:00Z", "deviceInfo": info, **fields}).encode()


def test_uplinks_are_subscribed_to_and_nothing_beside_them() -> None:
    sources = Sources()
    assert sources.of(CHIRPSTACK_TOPIC) is not None
    assert sources.of(f"{DEVICE_TOPIC}event/status") is None


@pytest.mark.parametrize("topic", [CHIRPSTACK_TOPIC, BRIDGED])
def test_an_uplink_is_of_its_deveui_at_the_instant_the_network_heard_it(topic: str) -> None:
    (reading,) = decode(chirpstack_uplink(TOTALS, profile="VS350"), topic).readings
    assert reading.sensor == DEV_EUI
    assert reading.time_us == AT_US - 1_500_000


def test_tags_of_a_device_may_name_its_model() -> None:
    info = {"devEui": DEV_EUI, "tags": {"model": "VS350"}}
    (reading,) = decode(chirpstack_uplink(TOTALS, deviceInfo=info)).readings
    assert reading.entered == 18


@pytest.mark.parametrize("topic", [f"{DEVICE_TOPIC}event/status", BRIDGED])
@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        ({"batteryLevel": 88.3}, Mark(0)),
        ({"batteryLevel": 9.8}, Mark.LOW_BATTERY),
        ({"batteryLevel": 0, "externalPowerSource": True}, Mark(0)),
        ({"batteryLevel": 0, "batteryLevelUnavailable": True}, Mark(0)),
        ({}, Mark(0)),
    ],
)
def test_a_devices_status_is_a_sign_of_life(
    fields: dict[str, object], marks: Mark, topic: str
) -> None:
    (reading,) = decode(event(margin=10, **fields), topic).readings
    assert (reading.sensor, reading.kind, reading.marks) == (DEV_EUI, "status", marks)


def test_a_join_is_a_sign_of_life() -> None:
    (reading,) = decode(event(devAddr="00189440"), f"{DEVICE_TOPIC}event/join").readings
    assert reading.kind == "status"


@pytest.mark.parametrize("kind", ["ack", "txack", "log", "location", "integration"])
def test_what_the_server_says_of_other_things_is_refused(kind: str) -> None:
    (rejection,) = decode(event(), f"{DEVICE_TOPIC}event/{kind}").rejections
    assert rejection.reason == "not an uplink"
    assert kind in rejection.detail


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b'{"deviceInfo": {}}', event(data="not base64!"), event(data=[])]
)
def test_a_message_of_another_shape_is_refused(payload: bytes) -> None:
    decoded = decode(payload)
    assert not decoded.readings
    assert len(decoded.rejections) == 1


def test_a_message_has_the_servers_shape_or_not() -> None:
    assert chirpstack.CODEC.fits is not None
    assert chirpstack.CODEC.fits(json.loads(chirpstack_uplink()))
    assert not chirpstack.CODEC.fits([])
