"""Numbers and names of what devices say."""

import pytest

from ingest.codecs.faults import Fault
from ingest.codecs.said import sensor_name, whole


@pytest.mark.parametrize(("written", "number"), [("12", 12), ("3.0", 3), (3.0, 3), (" ", None)])
def test_a_whole_number_may_be_written_in_several_ways(written: object, number: int | None) -> None:
    assert whole(written, "in") == number


@pytest.mark.parametrize("written", ["many", "1.5", 1.5, -1, True, 2**53 + 1, "nan", []])
def test_what_is_no_whole_number_is_a_fault_and_not_unsaid(written: object) -> None:
    with pytest.raises(Fault, match="not a count"):
        whole(written, "in")


def test_names_in_other_scripts_stay_apart() -> None:
    east, west = sensor_name("door", "东门"), sensor_name("door", "西门")
    assert east != west
    assert {name.rpartition("-")[0] for name in (east, west)} == {"door:"}
    assert sensor_name("大门").startswith("sensor-")


def test_a_name_of_ascii_letters_is_kept() -> None:
    assert sensor_name("Plant 1/Line-3", "north gate") == "Plant-1-Line-3:north-gate"
