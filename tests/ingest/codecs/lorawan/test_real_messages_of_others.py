"""Real messages of other makers' devices, in bytes and as their decoders say them."""

from dataclasses import replace

import pytest

from tests.ingest.payloads import imbuildings, terabee, ttn_lorawan_devices
from tests.ingest.payloads import ttn_lorawan_devices_milesight as milesight
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import content_of, results
from tests.ingest.payloads.uplinks import TTN_TOPIC, of_hex, ttn_uplink
from tests.real_data import PAYLOADS

EXAMPLES = ttn_lorawan_devices.CASES
DEVICES = [*EXAMPLES, *imbuildings.LORAWAN, *terabee.LORAWAN]

MODELS = ["imbuildings-people-counter", *["people-flow-counting-l-xl"] * 3]
MODELS += ["pcr2-od", "ers-eye", "tbms100"]


def name(case: Case) -> str:
    return f"{case.file} {case.where}"


@pytest.mark.parametrize("case", DEVICES, ids=name)
def test_the_bytes_of_a_device_are_read(case: Case) -> None:
    assert tuple(results(case, of_hex(case))) == case.expected


@pytest.mark.parametrize("case", EXAMPLES, ids=name)
def test_an_object_of_the_makers_decoder_says_the_same_as_its_bytes(case: Case) -> None:
    decoded = content_of(replace(case, where=f"{case.where}.data"))
    by_ttn = replace(case, codec="ttn-v3", topic=TTN_TOPIC, device="")
    assert tuple(results(by_ttn, ttn_uplink(decoded=decoded))) == case.expected


@pytest.mark.parametrize(
    ("case", "model"),
    list(zip(EXAMPLES, MODELS, strict=True)),
)
def test_a_device_is_known_by_the_network_servers_model(case: Case, model: str) -> None:
    content = content_of(case)
    data = bytes(content.get("bytes") or bytes.fromhex(content.get("bytes_hex", "")))
    by_ttn = replace(case, codec="ttn-v3", topic=TTN_TOPIC, device="")
    uplink = ttn_uplink(data, model=model, f_port=content["fPort"])
    assert tuple(results(by_ttn, uplink)) == case.expected


def test_every_example_has_a_case() -> None:
    number = len(content_of(replace(EXAMPLES[0], where="")))
    assert len([*EXAMPLES, *milesight.CASES]) == number


@pytest.mark.parametrize(
    ("folder", "cases"), [("imbuildings", imbuildings.CASES), ("terabee", terabee.CASES)]
)
def test_every_message_of_a_folder_has_a_case(folder: str, cases: list[Case]) -> None:
    files = {f"{folder}/{path.name}" for path in (PAYLOADS / folder).glob("*.json")}
    if not files:
        pytest.skip("the real messages are not on this machine")
    assert files == {case.file for case in cases}
