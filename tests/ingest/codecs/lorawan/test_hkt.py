"""HKT's people counter."""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object

HKT = "hkt-people-counter"
HEADER = "686b7400 01"
COUNTS = "07 0005 0004 00000102 000000ff"


def test_counts_since_the_last_report_come_beside_totals() -> None:
    said = ["total entered=258 left=255", "change entered=5 left=4"]
    assert of_bytes(HKT, f"{HEADER} {COUNTS}") == said
    decoded = {"counterA": 5, "counterB": 4, "absCountA": 258, "absCountB": 255}
    assert of_object(decoded) == said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("01 0105", "status"),
        ("03 64", "status"),
        ("03 0a", "status low_battery"),
        ("04 01", "status"),
        ("06 07d0", "status"),
        ("83 01", "status fault"),
        ("83 00", "status"),
        ("84 00", "status fault"),  # not installed
        ("84 01", "status"),
    ],
)
def test_other_values_are_signs_of_life(data: str, said: str) -> None:
    assert of_bytes(HKT, f"{HEADER} {data}") == [said]


def test_several_values_may_come_in_one_uplink() -> None:
    said = ["total entered=258 left=255 low_battery", "change entered=5 left=4 low_battery"]
    assert of_bytes(HKT, f"{HEADER} 03 0a {COUNTS} 84 01") == said


def test_what_comes_before_an_unknown_value_is_kept() -> None:
    said = ["status", "rejected: unknown payload"]
    assert of_bytes(HKT, f"{HEADER} 03 64 99 01") == said


@pytest.mark.parametrize("data", ["686b7400", "686b740101 0364", f"{HEADER} 07 0005"])
def test_other_bytes_are_refused(data: str) -> None:
    assert of_bytes(HKT, data) == ["rejected: unknown payload"]
