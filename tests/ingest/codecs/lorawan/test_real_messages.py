"""Real messages by way of LoRaWAN network servers come to what the devices meant."""

from dataclasses import replace

import pytest

from tests.ingest.payloads import (
    chirpstack_v4,
    milesight_akenza,
    milesight_lorawan,
    the_things_stack,
    ttn_lorawan_devices_milesight,
)
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import content_of, results
from tests.ingest.payloads.uplinks import DEV_EUI, TTN_TOPIC, of_hex, ttn_uplink
from tests.real_data import PAYLOADS

SERVERS = [*the_things_stack.CASES, *chirpstack_v4.CASES]
DEVICES = [
    *milesight_lorawan.CASES,
    *milesight_akenza.CASES,
    *ttn_lorawan_devices_milesight.CASES,
]
COUNTING = [case for case in DEVICES if not case.expected[0].startswith(f"{DEV_EUI} status")]


def name(case: Case) -> str:
    return f"{case.file} {case.where}"


@pytest.mark.parametrize("case", SERVERS, ids=name)
def test_an_example_of_a_network_server_is_read_or_refused(case: Case) -> None:
    assert tuple(results(case)) == case.expected


@pytest.mark.parametrize("case", DEVICES, ids=name)
def test_the_bytes_of_a_device_are_read(case: Case) -> None:
    assert tuple(results(case, of_hex(case))) == case.expected


@pytest.mark.parametrize("case", COUNTING, ids=name)
def test_a_device_is_known_by_the_network_servers_model(case: Case) -> None:
    model = case.device.removeprefix("milesight-")
    by_ttn = replace(case, codec="ttn-v3", topic=TTN_TOPIC, device="")
    uplink = ttn_uplink(bytes.fromhex(content_of(case)), model=model)
    assert tuple(results(by_ttn, uplink)) == case.expected


@pytest.mark.parametrize(
    "case", [c for c in COUNTING if c.file.startswith("milesight-lorawan")], ids=name
)
def test_the_vendors_decoder_says_the_same_as_its_bytes(case: Case) -> None:
    decoded = content_of(replace(case, where=case.where.replace("hex", "decoded_by_vendor_codec")))
    by_ttn = replace(case, codec="ttn-v3", topic=TTN_TOPIC)
    assert tuple(results(by_ttn, ttn_uplink(decoded=decoded))) == case.expected


@pytest.mark.parametrize("folder", ["milesight-lorawan", "milesight-akenza"])
def test_every_message_of_a_folder_has_a_case(folder: str) -> None:
    files = sorted((PAYLOADS / folder).glob("*.json"))
    if not files:
        pytest.skip("the real messages are not on this machine")
    messages = [content_of(_whole(f"{folder}/{file.name}")) for file in files]
    number = sum(len(m) if isinstance(m, list) else 1 for m in messages)
    assert len([c for c in DEVICES if c.file.startswith(f"{folder}/")]) == number


def _whole(file: str) -> Case:
    return Case(vendor="", file=file, topic="", codec="", expected=())
