"""IMBuildings people counters, by the variants of the vendor's payload definitions."""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object

COUNTER = "imbuildings-people-counter"
HEADER = "0004a30b00f0d40e"


def test_totals_and_counts_since_the_last_message_are_of_one_sensor() -> None:
    # status, 2.80 V, a 5, b 4, sensor, total a 258, total b 65535, message 7
    assert of_bytes(COUNTER, f"0206{HEADER} 00 0118 0005 0004 00 0102 ffff 07", 1) == [
        "total entered=258 left=65535",
        "period entered=5 left=4",
    ]


def test_totals_may_come_alone() -> None:
    assert of_bytes(COUNTER, f"0207{HEADER} 00 0003 0002", 1) == ["total entered=3 left=2"]


def test_a_message_of_status_is_a_sign_of_life() -> None:
    assert of_bytes(COUNTER, f"0208{HEADER} 00 0118 00", 1) == ["status"]
    assert of_bytes(COUNTER, f"020c{HEADER} 00 0118 00 0010 0020", 1) == ["status"]


@pytest.mark.parametrize(
    ("status", "sensor", "marks"),
    [
        ("01", "00", "booted"),
        ("00", "04", "booted"),
        ("00", "80", "fault"),
        ("00", "40", "fault"),
        ("00", "20", "low_battery"),
        ("08", "02", ""),  # battery not full, signal not at full strength
    ],
)
def test_bits_of_status_are_marks(status: str, sensor: str, marks: str) -> None:
    data = f"0208{HEADER} {status} 0118 {sensor}"
    assert of_bytes(COUNTER, data, 1) == [f"status {marks}".strip()]


@pytest.mark.parametrize(
    ("port", "data", "said"),
    [
        (26, "00 0118 0005 0004 00 0102 0103 07", "total entered=258 left=259"),
        (27, "00 0102 0103", "total entered=258 left=259"),
        (28, "00 0118 00", "status"),
    ],
)
def test_without_a_header_the_port_tells_the_variant(port: int, data: str, said: str) -> None:
    assert of_bytes(COUNTER, data, port)[0] == said


@pytest.mark.parametrize(
    "data",
    [
        "0202 a1a2a3a4a5a6 00 0118 8f 05 04 00",
        "0203 a1a2a3a4a5a6 00 0118 8f 0005 0004 00",
        f"0205 {HEADER} 00 0118 0005 0004 00 07",
    ],
)
def test_variants_without_totals_have_counts_of_a_period(data: str) -> None:
    assert of_bytes(COUNTER, data, 1) == ["period entered=5 left=4"]


@pytest.mark.parametrize(("variant", "counts"), [("01", "05 04"), ("04", "0005 0004")])
def test_a_device_that_has_a_clock_says_when(variant: str, counts: str) -> None:
    data = f"02{variant} a1a2a3a4a5a6 00 0118 8f 20261123113000 {counts} 00"
    said = ["period entered=5 left=4 2026-11-23T11:30:00Z"]
    assert of_bytes(COUNTER, data, 1) == said


def test_connectivity_comes_after_the_counts() -> None:
    data = f"0209 {HEADER} 00 0118 0005 0004 00 0102 0103 07 8f 02"
    assert of_bytes(COUNTER, data, 1)[0] == "total entered=258 left=259"


def test_a_reply_to_a_setting_is_a_sign_of_life() -> None:
    assert of_bytes(COUNTER, "f101 03 1e 0a", 10) == ["status"]


def test_the_decoders_names_are_read() -> None:
    decoded = {
        "device_status": 1,
        "counter_a": 5,
        "counter_b": 4,
        "sensor_status": 0,
        "total_counter_a": 258,
        "total_counter_b": 259,
    }
    assert of_object(decoded) == [
        "total entered=258 left=259 booted",
        "period entered=5 left=4 booted",
    ]
    assert of_object({"sensor_status": 32, "device_status": 0}) == ["status low_battery"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("0103 00", "unknown payload"),
        (f"0206{HEADER}", "unknown payload"),
        ("0204 a1a2a3a4a5a6 00 0118 8f 20261323113000 0005 0004 00", "unexpected content"),
    ],
)
def test_bytes_of_no_variant_are_refused(data: str, reason: str) -> None:
    assert of_bytes(COUNTER, data, 1) == [f"rejected: {reason}"]
