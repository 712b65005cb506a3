"""Terabee's counters of flow and of occupancy, over LoRaWAN."""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object


@pytest.mark.parametrize(
    ("port", "flags", "marks"),
    [
        (1, "00", ""),
        (1, "01", " fault"),
        (1, "04", " fault"),  # trouble between devices
        (1, "08", ""),  # access point on
        (82, "02", " fault"),
        (82, "04", ""),  # network on
    ],
)
def test_totals_have_32_bits_and_flags_by_model(port: int, flags: str, marks: str) -> None:
    said = [f"total entered=4294967295 left=256{marks}"]
    assert of_bytes("terabee", f"ffffffff 00000100 {flags}", port) == said


def test_a_room_tells_its_zones_apart_and_leaves_out_those_not_set() -> None:
    assert of_bytes("terabee", "08 05 03 00 ff ff ff ff ff 02", 83) == [
        "present present=5",
        "zone-0 present present=3",
        "zone-1 present present=0",
        "zone-7 present present=2",
    ]


@pytest.mark.parametrize(
    ("port", "data", "said"),
    [
        (2, "02 0000000a 00000005", "total entered=10 left=5"),
        (2, "ff 01 00", "status reset"),
        (2, "ff 01 ff", "status"),  # refused
        (100, "03 003c", "status"),
        (4, "80 504f43", "status"),
    ],
)
def test_replies_to_commands_are_signs_of_life(port: int, data: str, said: str) -> None:
    assert of_bytes("terabee", data, port) == [said]


@pytest.mark.parametrize(
    ("decoded", "said"),
    [
        ({"count_in": 10, "count_out": 5, "flags": {}}, ["total entered=10 left=5"]),
        (
            {"count_in": 10, "count_out": 5, "flags": {"TPC_STUCK": 1}},
            ["total entered=10 left=5 fault"],
        ),
        (
            {"zone_global": 2, "zone_0": 2, "zone_1": "not set", "flags": {"STOPPED": 1}},
            ["present present=2 fault", "zone-0 present present=2 fault"],
        ),
        (
            {
                "cmd": {
                    "name": "CMD_CNT_GET",
                    "success": True,
                    "value": {"count_in": 1, "count_out": 2},
                }
            },
            ["total entered=1 left=2"],
        ),
        ({"cmd": {"name": "CMD_CNT_RST", "id": 1, "success": True}}, ["status reset"]),
        ({"cmd": {"name": "CMD_CNT_RST", "id": 1, "success": False}}, ["status"]),
    ],
)
def test_the_decoders_names_are_read(decoded: dict[str, object], said: list[str]) -> None:
    assert of_object(decoded) == said


@pytest.mark.parametrize(
    ("port", "data", "reason"),
    [
        (85, "0000", "unknown port"),
        (1, "00000001 00000002", "unknown payload"),
        (83, "00 05", "unknown payload"),
        (2, "02 00000001", "unknown payload"),
    ],
)
def test_other_bytes_are_refused(port: int, data: str, reason: str) -> None:
    assert of_bytes("terabee", data, port) == [f"rejected: {reason}"]
