"""The Things Stack v3."""

import json

import pytest

from ingest.codecs import ttn
from ingest.codecs.codec import Context, Decoded
from ingest.message import Message
from ingest.sources import Sources
from tests.ingest.payloads.uplinks import DEV_EUI, TTN_TOPIC, ttn_uplink

AT_US = 1_795_435_200_000_000
TOTALS = bytes.fromhex("04cc12001600")
IDS = {"device_id": "gate-1", "application_ids": {"application_id": "venues"}}


def decode(payload: bytes) -> Decoded:
    return ttn.CODEC.decode(Message(TTN_TOPIC, payload, AT_US), Context())


def event(**fields: object) -> bytes:
    return json.dumps(
        {"end_device_ids": IDS, "received_at": "2026-11-23T11:59Z", **fields}
    ).encode()


def test_uplinks_are_subscribed_to_and_nothing_beside_them() -> None:
    sources = Sources()
    assert sources.of("v3/venues@ttn/devices/gate-1/up") is not None
    assert sources.of("v3/venues/devices/gate-1/up") is not None
    assert sources.of("v3/venues@ttn/devices/gate-1/down/ack") is None
    assert sources.of("v3/venues@ttn/devices/gate-1/up/normalized") is None


def test_an_uplink_is_of_its_deveui_at_the_instant_the_network_heard_it() -> None:
    (reading,) = decode(ttn_uplink(TOTALS, model="vs350")).readings
    assert reading.sensor == DEV_EUI
    assert reading.time_us == AT_US - 1_500_000


def test_a_device_without_deveui_goes_by_its_id() -> None:
    uplink = {"decoded_payload": {"total_in": 1, "total_out": 0}}
    (reading,) = decode(event(uplink_message=uplink)).readings
    assert reading.sensor == "gate-1"
    assert reading.time_us == AT_US - 60_000_000


def test_attributes_of_a_device_may_name_its_model() -> None:
    (reading,) = decode(ttn_uplink(TOTALS, attributes={"model": "VS350"})).readings
    assert reading.entered == 18


def test_a_join_is_a_sign_of_life() -> None:
    (reading,) = decode(event(join_accept={"session_key_id": "AXA50"})).readings
    assert (reading.sensor, reading.kind) == ("gate-1", "status")


def test_an_uplink_that_was_made_up_in_the_console_is_refused() -> None:
    uplink = {"decoded_payload": {"total_in": 1, "total_out": 0}}
    (rejection,) = decode(event(uplink_message=uplink, simulated=True)).rejections
    assert rejection.reason == "simulated"


@pytest.mark.parametrize(
    "kind", ["downlink_ack", "downlink_sent", "location_solved", "service_data"]
)
def test_what_the_server_says_of_other_things_is_refused(kind: str) -> None:
    (rejection,) = decode(event(**{kind: {}})).rejections
    assert rejection.reason == "not an uplink"
    assert kind in rejection.detail


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b"[]", b'{"end_device_ids": 1}', event(uplink_message=[])]
)
def test_a_message_of_another_shape_is_refused(payload: bytes) -> None:
    decoded = decode(payload)
    assert not decoded.readings
    assert len(decoded.rejections) == 1


def test_a_message_has_the_servers_shape_or_not() -> None:
    assert ttn.CODEC.fits is not None
    assert ttn.CODEC.fits(json.loads(ttn_uplink()))
    assert not ttn.CODEC.fits({"deviceInfo": {}})
