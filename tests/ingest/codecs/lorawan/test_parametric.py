"""Parametric PCR2, by the versions of its payload."""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object

PCR2 = "parametric-pcr2"
CONFIGURATION = "be0104 00 030600 00 02 00 00 000a 05a0 0000 0000 0078 00 5a 50 0032 01f4 01 14 50"


@pytest.mark.parametrize(
    "data",
    [
        "be0103 0005 0004 0102 ffff 64 0ce4 0139",
        "be0104 0005 0004 0102 ffff 1c20 0ce4 0139",
    ],
)
def test_counts_since_the_last_uplink_come_beside_totals(data: str) -> None:
    assert of_bytes(PCR2, data, 14) == ["total entered=258 left=65535", "change entered=5 left=4"]


@pytest.mark.parametrize(
    "data",
    [
        "0a0005 160004 01ff9a",  # as ELSYS writes it
        "0a0005 0a0004 010139",
        "006605 016604 0267ff9a",  # Cayenne
        "be0105a5 0005 0004 0139",
    ],
)
def test_other_payloads_have_counts_since_the_last_uplink_alone(data: str) -> None:
    assert of_bytes(PCR2, data, 14) == ["change entered=5 left=4"]


@pytest.mark.parametrize("data", [CONFIGURATION, "be0105d50040014200"])
def test_a_device_describes_itself_when_it_has_started(data: str) -> None:
    assert of_bytes(PCR2, data, 190) == ["status booted"]


def test_an_answer_about_settings_is_a_sign_of_life() -> None:
    assert of_bytes(PCR2, "be0105c50152", 1) == ["status"]


def test_the_difference_of_the_decoder_is_left_out() -> None:
    decoded = {"LTR": 5, "RTL": 4, "LTR_SUM": 7, "RTL_SUM": 9, "DIFF": 2, "SBX_BATT": 0}
    assert of_object(decoded) == ["total entered=7 left=9", "change entered=5 left=4"]
    assert of_object({"LTR": 5, "RTL": 4, "TEMP": -11}) == ["change entered=5 left=4"]
    assert of_object({"UplinkInterval": 10, "RadarSensitivity": 80}) == ["status booted"]


@pytest.mark.parametrize(
    ("data", "port", "reason"),
    [
        ("be0104 0005", 14, "unknown payload"),
        ("be01", 14, "unexpected content"),
        ("0a0005 160004 01ff9a", 15, "unknown port"),
    ],
)
def test_other_bytes_are_refused(data: str, port: int, reason: str) -> None:
    assert of_bytes(PCR2, data, port) == [f"rejected: {reason}"]
