"""Milesight's sensors of seats, cubicles, desks and rooms: VS321, VS330, VS34x, VS370, VS373."""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object


@pytest.mark.parametrize(
    ("device", "data"),
    [("vs330", "038e"), ("vs340", "0300"), ("vs341", "0300"), ("vs370", "0300")],
)
def test_an_occupied_seat_is_one_person(device: str, data: str) -> None:
    assert of_bytes(device, f"{data}01") == ["present present=1"]
    assert of_bytes(device, f"{data}00") == ["present present=0"]
    assert of_bytes(device, f"{data}07") == ["status"]


def test_a_seat_is_known_by_its_words() -> None:
    assert of_object({"battery": 98, "occupancy": "occupied"}) == ["present present=1"]
    assert of_object({"battery": 5, "occupancy": "vacant"}) == ["present present=0 low_battery"]
    assert of_object({"battery": 98, "occupancy": 2}) == ["rejected: unknown device"]


def test_a_vs330_says_distance_and_calibration_beside() -> None:
    said = of_bytes("vs330", "017562 02820f00 038e00 048e01")
    assert said == ["present present=0"]
    assert of_bytes("vs330", "038e00 048e00") == ["present present=0 fault"]


def test_later_firmware_of_a_vs330_says_how_it_learns() -> None:
    data = "02a50000000000000000 04a801 06a600000000 07a700000000 08a801 09a900000000 038e01"
    assert of_bytes("vs330", data) == ["present present=1"]


def test_a_vs370_says_whether_it_is_bright() -> None:
    assert of_bytes("vs370", "017564 030001 0400fe") == ["present present=1"]


def test_a_vs321_counts_people() -> None:
    data = "017564 03673401 046865 05fd0700 07ff01 08f40200"
    assert of_bytes("vs321", data) == ["present present=7"]
    assert of_object({"people_total_counts": 7}) == ["present present=7"]
    assert of_object({"total_number": 7}) == ["present present=7"]


def test_a_vs321_says_that_it_cannot_see() -> None:
    assert of_bytes("vs321", "05fd0000 08f40201") == ["present present=0 fault"]


def test_desks_of_a_vs321_that_are_not_enabled_say_nothing() -> None:
    # 06 fe: desks 1, 2 and 10 enabled; 2 and 10 occupied
    said = ["region-1 present present=0", "region-2 present present=1"]
    assert of_bytes("vs321", "06fe0302 0202") == [*said, "region-10 present present=1"]
    decoded = {
        "region_1_enable": "enable",
        "region_1": "vacant",
        "region_2_enable": "enable",
        "region_2": "occupied",
        "region_3_enable": "disable",
        "region_3": "vacant",
    }
    assert of_object(decoded) == said


def test_a_vs321_sends_people_and_desks_of_the_past() -> None:
    data = "20ceb823046b00 0400 20ceb923046b01 0100 0100"
    assert of_bytes("vs321", data) == [
        "present present=4 2026-11-23T11:30:00Z history",
        "region-1 present present=1 2026-11-23T11:30:01Z history",
    ]


@pytest.mark.parametrize(
    ("state", "present"), [("00", 1), ("01", 0), ("02", 1), ("03", 1), ("04", 1)]
)
def test_a_room_under_radar_is_vacant_or_has_someone_in_it(state: str, present: int) -> None:
    said = [f"present present={present}"]
    assert of_bytes("vs373", f"03f8{state}0005000a00") == said
    assert of_bytes("vs373", f"07b0{state}00050000 0a0000") == said


def test_a_room_in_a_state_without_a_name_says_nothing() -> None:
    assert of_bytes("vs373", "03f8090005000a00") == ["status"]


def test_early_firmware_of_a_vs373_says_0_for_an_occupied_region() -> None:
    said = of_bytes("vs373", "04f900010101")
    assert said[:2] == ["region-1 present present=1", "region-2 present present=0"]


def test_later_firmware_of_a_vs373_leaves_out_regions_that_are_unset() -> None:
    # 09 b2: custom, bed, door, ignored, unset, unset; 0a b3: 6 regions, the first and third taken
    said = of_bytes("vs373", "09b2000102 03ffff 0ab306 05000000 0bb4000000000000000000")
    assert said == [
        "region-1 present present=1",
        "region-2 present present=0",
        "region-3 present present=1",
    ]


def test_an_alarm_tells_that_the_room_was_entered_or_left() -> None:
    assert of_bytes("vs373", "06fbffff0401ff") == ["present present=1"]
    assert of_bytes("vs373", "06fbffff0501ff") == ["present present=0"]
    assert of_bytes("vs373", "06fb01000001ff") == ["status"]
    past = of_bytes("vs373", "20ceb823046b ffff0501ff")
    assert past == ["present present=0 2026-11-23T11:30:00Z history"]


def test_decoded_states_of_a_vs373_are_words() -> None:
    decoded = {
        "detection_status": "in_bed",
        "target_status": "motionless",
        "region_1_occupancy": "occupied",
        "region_2_occupancy": "unknown",
    }
    assert of_object(decoded) == ["present present=1", "region-1 present present=1"]
