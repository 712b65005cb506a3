"""Which device an uplink is of, and what tells."""

import pytest

from domain.readings import CountReading
from ingest.codecs import chirpstack, ttn
from ingest.codecs.codec import Context, Decoded
from ingest.message import Message
from tests.ingest.payloads.uplinks import (
    CHIRPSTACK_TOPIC,
    DEV_EUI,
    TTN_TOPIC,
    chirpstack_uplink,
    ttn_uplink,
)

AT_US = 1_795_435_200_000_000
TOTALS = bytes.fromhex("04cc12001600")
OF_LINES = bytes.fromhex("03d212000000 04d216000000")


def by_chirpstack(payload: bytes, device: str = "", sensor: str = "") -> Decoded:
    message = Message(CHIRPSTACK_TOPIC, payload, AT_US)
    return chirpstack.CODEC.decode(message, Context(device=device, sensor=sensor))


def by_ttn(payload: bytes) -> Decoded:
    return ttn.CODEC.decode(Message(TTN_TOPIC, payload, AT_US), Context())


def only(decoded: Decoded) -> CountReading:
    assert not decoded.rejections
    (reading,) = decoded.readings
    return reading


@pytest.mark.parametrize(
    "profile", ["Milesight VS350", "milesight-vs350-868m", "VS350", "hall / vs350_north"]
)
def test_a_profile_names_the_device(profile: str) -> None:
    assert only(by_chirpstack(chirpstack_uplink(TOTALS, profile=profile))).entered == 18


def test_a_devices_own_id_names_it_where_the_server_does_not() -> None:
    assert only(by_ttn(ttn_uplink(OF_LINES, device="vs133-entrance"))).sensor == f"{DEV_EUI}:line-1"


def test_a_servers_model_is_worth_more_than_a_devices_id() -> None:
    uplink = ttn_uplink(OF_LINES, device="vs350-replaced", model="vs133")
    assert only(by_ttn(uplink)).sensor == f"{DEV_EUI}:line-1"


def test_a_model_within_another_word_is_none() -> None:
    (rejection,) = by_chirpstack(chirpstack_uplink(TOTALS, profile="VS3501")).rejections
    assert rejection.reason == "unknown device"


def test_a_setting_is_worth_more_than_all_hints() -> None:
    uplink = chirpstack_uplink(OF_LINES, profile="VS350")
    assert only(by_chirpstack(uplink, device="milesight-vs133")).left == 22
    assert only(by_chirpstack(uplink, device="VS132")).sensor == DEV_EUI


def test_a_setting_that_is_no_device_is_told_with_the_one_that_was_meant() -> None:
    (rejection,) = by_chirpstack(chirpstack_uplink(TOTALS), device="milesight-vs13").rejections
    assert rejection.reason == "no such device"
    assert "did you mean milesight-vs13" in rejection.hint


def test_an_object_names_the_device_by_its_shape() -> None:
    uplink = chirpstack_uplink(b"\x00", {"line_1_total_in": 5, "line_1_total_out": 4})
    assert only(by_chirpstack(uplink)).sensor == f"{DEV_EUI}:line-1"


def test_the_shape_of_an_object_is_worth_more_than_a_hint() -> None:
    uplink = chirpstack_uplink(TOTALS, {"line_1_total_in": 5}, profile="VS350")
    assert only(by_chirpstack(uplink)).sensor == f"{DEV_EUI}:line-1"


def test_bytes_are_read_where_the_object_says_nothing_of_people() -> None:
    uplink = chirpstack_uplink(TOTALS, {"battery": 98}, profile="VS350")
    assert only(by_chirpstack(uplink)).entered == 18


def test_an_unknown_device_is_refused_with_what_was_tried_and_what_would_mend_it() -> None:
    uplink = chirpstack_uplink(TOTALS, {"temperature": 21.5}, profile="Counters")
    (rejection,) = by_chirpstack(uplink).rejections
    assert rejection.reason == "unknown device"
    assert "'counters door'" in rejection.detail
    assert "temperature" in rejection.detail
    assert "04cc12001600" in rejection.detail
    assert "its DevEUI is of Milesight" in rejection.detail
    assert "`device` of the source: milesight-vs121," in rejection.hint


def test_an_uplink_that_carries_nothing_is_a_sign_of_life() -> None:
    assert only(by_chirpstack(chirpstack_uplink(fPort=0, rxInfo=[{}]))).kind == "status"


def test_a_sensors_name_from_the_settings_takes_the_place_of_its_deveui() -> None:
    uplink = chirpstack_uplink(OF_LINES, profile="VS133")
    assert only(by_chirpstack(uplink, sensor="hall")).sensor == "hall:line-1"


def test_single_crossings_are_told_apart_by_the_frames_number() -> None:
    crossing = bytes.fromhex("10f701000000")
    numbered = only(by_chirpstack(chirpstack_uplink(crossing, profile="VS121", fCnt=812)))
    first = only(by_ttn(ttn_uplink(crossing, model="vs121")))
    assert (numbered.kind, numbered.seq) == ("change", 812)
    assert (first.kind, first.seq) == ("change", 0)


def test_totals_do_without_the_frames_number() -> None:
    assert only(by_chirpstack(chirpstack_uplink(TOTALS, profile="VS350", fCnt=812))).seq == 0


def test_a_number_that_cannot_be_is_refused() -> None:
    decoded = by_chirpstack(chirpstack_uplink(decoded={"total_in": -1, "total_out": 4}))
    assert not decoded.readings
    assert [rejection.reason for rejection in decoded.rejections] == ["not a count"]
