"""Milesight VS133 and VS135: four lines, four regions."""

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object


def test_each_line_is_a_sensor() -> None:
    data = "03d248000000 04d2c8000000 0bcc01000200"
    assert of_bytes("milesight-vs133", data) == [
        "line-1 total entered=72 left=200",
        "line-3 period entered=1 left=2",
    ]


def test_totals_have_32_bits() -> None:
    said = ["line-4 total entered=4294967295 left=65536"]
    assert of_bytes("milesight-vs135", "0cd2ffffffff 0dd200000100") == said


def test_each_region_holds_people() -> None:
    assert of_bytes("milesight-vs133", "0fe300010203") == [
        "region-1 present present=0",
        "region-2 present present=1",
        "region-3 present present=2",
        "region-4 present present=3",
    ]


def test_children_are_counted_beside_all_people() -> None:
    data = "1ad205000000 1bd206000000 1ccc01000000 1de300000001"
    assert of_bytes("milesight-vs135", data) == [
        "line-4-children total entered=5 left=6",
        "line-4-children period entered=1 left=0",
        "region-1-children present present=0",
        "region-2-children present present=0",
        "region-3-children present present=0",
        "region-4-children present present=1",
    ]


def test_staff_are_no_visitors() -> None:
    decoded = {"line_1_total_in": 9, "line_1_total_out": 8, "line_1_staff_total_in": 2}
    assert of_object(decoded) == [
        "line-1 total entered=9 left=8",
        "line-1-staff total entered=2",
    ]


def test_both_names_of_a_field_are_known() -> None:
    said = ["line-2 total entered=3 left=4", "line-2 period entered=1 left=0"]
    line = {"total_in": 3, "total_out": 4, "period_in": 1, "period_out": 0}
    assert of_object({"line_2": line}) == said
    assert of_object({f"line_2.{name}": count for name, count in line.items()}) == said
    assert of_object({f"line_2_{name}": count for name, count in line.items()}) == said


def test_the_two_directions_of_a_total_in_history_are_one_reading() -> None:
    # 20 ce: 1795433400, 2026-11-23 11:30:00 UTC; 03 is line 1 in, 04 line 1 out
    data = "20ceb823046b03 07000000 20ceb823046b04 02000000"
    said = ["line-1 total entered=7 left=2 2026-11-23T11:30:00Z history"]
    assert of_bytes("milesight-vs133", data) == said


def test_directions_that_come_in_two_messages_do_not_replace_each_other() -> None:
    said_in = of_bytes("milesight-vs133", "20ceb823046b03 07000000")
    said_out = of_bytes("milesight-vs133", "20ceb823046b04 02000000")
    assert said_in == ["line-1 total entered=7 seq=1 2026-11-23T11:30:00Z history"]
    assert said_out == ["line-1 total left=2 seq=2 2026-11-23T11:30:00Z history"]


def test_regions_and_stays_in_history_are_known() -> None:
    data = "20ceb823046b0f 00000005 20ceb823046b10 010900 20ceb823046b3c 010900"
    said = of_bytes("milesight-vs133", data)
    assert said[3] == "region-4 present present=5 2026-11-23T11:30:00Z history"
    assert len(said) == 4


def test_a_covered_sensor_is_at_fault_until_it_is_free() -> None:
    assert of_bytes("milesight-vs133", "50fc010001") == ["status fault"]
    assert of_bytes("milesight-vs133", "50fc010000") == ["status"]
    assert of_object({"master_occlusion_alarm": "alarm_triggered"}) == ["status fault"]


def test_history_of_an_unknown_type_ends_what_can_be_read() -> None:
    said = of_bytes("milesight-vs133", "03d205000000 20ceb823046b99 0000")
    assert said == ["line-1 total entered=5", "rejected: unknown channel"]


def test_an_object_of_lines_and_regions_is_read_whole() -> None:
    assert of_object({"region_1_count": 2, "line_1_total_in": 1}) == [
        "line-1 total entered=1",
        "region-1 present present=2",
    ]
