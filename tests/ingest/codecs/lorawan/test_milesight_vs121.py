"""Milesight VS121: a room, its regions, a line."""

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object


def test_the_room_and_its_regions_are_sensors_of_their_own() -> None:
    # 04 c9: 3 people, 3 regions, bits 0000 0101: the first and the third
    assert of_bytes("milesight-vs121", "04c903030005") == [
        "present present=3",
        "region-1 present present=1",
        "region-2 present present=0",
        "region-3 present present=1",
    ]


def test_a_regions_count_is_worth_more_than_that_it_is_occupied() -> None:
    said = of_bytes("milesight-vs121", "04c905020003 07d50203000000000000")
    assert said[:3] == [
        "present present=5",
        "region-1 present present=2",
        "region-2 present present=3",
    ]


def test_more_regions_than_there_are_bits_are_not_made_up() -> None:
    assert len(of_bytes("milesight-vs121", "04c901ff0000")) == 17


def test_the_line_has_totals_periods_and_single_crossings() -> None:
    data = "0dcc0a000900 05cc02000100 10f701000000"
    assert of_bytes("milesight-vs121", data) == [
        "line total entered=10 left=9",
        "line period entered=2 left=1",
        "line change entered=1 left=0",
    ]


def test_a_flow_is_a_period_of_its_own_channel() -> None:
    said = of_bytes("milesight-vs121", "0ada0000000007000000")
    assert said[2] == "b-to-c period entered=7"


def test_the_devices_time_goes_for_all_it_says() -> None:
    said = ["line total entered=1 left=0 2026-11-23T11:30:00Z"]
    assert of_bytes("milesight-vs121", "0dcc01000000 0f85b823046b") == said


def test_history_has_types_of_its_own() -> None:
    data = "20ceb823046b02 03000400 20ceb823046b03 09 20ceb823046b10 05000600"
    assert of_bytes("milesight-vs121", data) == [
        "line total entered=5 left=6 2026-11-23T11:30:00Z history",
        "line period entered=3 left=4 2026-11-23T11:30:00Z history",
    ]
    regions = of_bytes("milesight-vs121", "20ceb823046b06 01000002")
    assert regions[0] == "region-9 present present=1 2026-11-23T11:30:00Z history"
    assert regions[3] == "region-12 present present=2 2026-11-23T11:30:00Z history"
    flows = of_bytes("milesight-vs121", "20ceb823046b0d 01000200")
    assert [flow.split()[0] for flow in flows] == ["c-to-c", "c-to-d"]


def test_serial_numbers_have_six_bytes_or_eight() -> None:
    six, eight = "ff08 660012345678", "ff08 6600123456789012"
    assert of_bytes("milesight-vs121", six) == ["status"]
    assert of_bytes("milesight-vs121", f"{eight} ff090100") == ["status"]
    assert of_bytes("milesight-vs121", f"{six} ff090100") == ["status"]
    assert of_bytes("milesight-vs121", eight) == ["status"]


def test_the_regions_of_a_decoder_that_reads_wrong_bits_are_left_out() -> None:
    decoded = {"people_counter_all": 3, "region_count": 1, "regions": [{"index": 0, "count": 1}]}
    assert of_object(decoded) == ["present present=3"]


def test_the_vendors_names_are_known() -> None:
    assert of_object({"people_count_all": 2, "region_count": 1, "region_1": 1}) == [
        "present present=2",
        "region-1 present present=1",
    ]
    assert of_object({"region_1_count": 4}, "milesight-vs121") == ["region-1 present present=4"]
