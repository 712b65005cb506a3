"""ELSYS ERS Eye and Browan TBMS100: is somebody there?"""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object

EYE, TABS = "elsys-ers-eye", "browan-tbms100"


@pytest.mark.parametrize(
    ("occupancy", "said"), [(0, "present present=0"), (2, "present present=1"), (1, "status")]
)
def test_pending_is_neither_free_nor_occupied(occupancy: int, said: str) -> None:
    assert of_bytes(EYE, f"0100e2 0229 040027 0506 070e1a 11{occupancy:02x}", 5) == [said]
    assert of_object({"motion": 6, "light": 39, "occupancy": occupancy}) == [said]


def test_an_uplink_of_climate_is_a_sign_of_life() -> None:
    assert of_bytes(EYE, "0100e2 0229 040027 0506 070e1a", 5) == ["status"]
    assert of_object({"temperature": 22.6, "motion": 6, "vdd": 3610}) == ["status"]
    assert of_bytes(EYE, "3e 0102030405", 6) == ["status"]


def test_values_before_occupancy_are_passed_over_whatever_they_hold() -> None:
    image = "13" + "11" * 65
    assert of_bytes(EYE, f"{image} 1102", 5) == ["present present=1"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("1103", "not an occupancy"),
        ("0100", "unknown payload"),
        ("ff00 1102", "unknown payload"),
    ],
)
def test_other_bytes_of_an_eye_are_refused(data: str, reason: str) -> None:
    assert of_bytes(EYE, data, 5) == [f"rejected: {reason}"]


def test_a_room_is_occupied_by_the_lowest_bit_of_its_status() -> None:
    # status, 3.6 V, 20 °C, 4 minutes, set off 96,476 times
    assert of_bytes(TABS, "01 bb 34 0400 dc7801", 102) == ["present present=1"]
    assert of_bytes(TABS, "00 bb 34 0400 dc7801", 102) == ["present present=0"]


def test_triggers_of_motion_are_no_people() -> None:
    decoded = {"Status": 0, "Battery": 3.6, "Temp": 20, "Time": 4, "Count": 96_476}
    assert of_object(decoded) == ["present present=0"]
    assert of_object({name.lower(): value for name, value in decoded.items()}) == [
        "present present=0"
    ]


def test_a_tabs_that_describes_itself_gives_a_sign_of_life() -> None:
    assert of_bytes(TABS, "00100e 025802 0305 040000 0500148101", 204) == ["status"]
    assert of_bytes(TABS, "01 02200000 7ff1f102", 205) == ["status booted"]


def test_other_bytes_of_a_tabs_are_refused() -> None:
    assert of_bytes(TABS, "01 bb", 102) == ["rejected: unknown payload"]
