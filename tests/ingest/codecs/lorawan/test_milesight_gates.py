"""Milesight's counters of one passage: VS132, VS350, VS351, VS360."""

import pytest

from tests.ingest.codecs.lorawan.reading import of_bytes, of_object


def test_totals_and_periods_of_a_passage_are_of_one_sensor() -> None:
    # 04 cc: 0x0102 in, 0x0001 out; 05 cc: 3 in, 2 out
    said = ["total entered=258 left=1", "period entered=3 left=2"]
    assert of_bytes("milesight-vs350", "04cc02010100 05cc03000200") == said


def test_totals_of_the_vs132_have_32_bits() -> None:
    said = ["total entered=65536 left=16777217"]
    assert of_bytes("milesight-vs132", "03d200000100 04d201000001") == said


def test_a_device_that_keeps_the_hour_says_when_its_period_ended() -> None:
    # 0a ef: 1795433400, which is 2026-11-23 11:30:00 UTC
    said = ["period entered=1 left=0 2026-11-23T11:30:00Z"]
    assert of_bytes("milesight-vs351", "0aefb823046b 05cc01000000") == said


def test_a_time_that_cannot_be_gives_way_to_the_networks() -> None:
    said = ["total entered=1 left=0 clock_wrong"]
    assert of_bytes("milesight-vs350", "0aef05000000 04cc01000000") == said


def test_the_count_of_a_period_that_still_runs_is_left_out() -> None:
    assert of_bytes("milesight-vs350", "84cc0100020001") == ["total entered=1 left=2"]
    assert of_bytes("milesight-vs350", "85cc0100020001") == ["status"]
    alarm = {"period_in": 1, "period_out": 2, "period_count_alarm": "threshold alarm"}
    assert of_object(alarm) == ["status"]


def test_history_keeps_its_own_time() -> None:
    # 20 ce: 1795433400; 01; 7 in, 2 out in the period; 29 in, 8 out in total
    data = "20ceb823046b01 07000200 1d000800"
    assert of_bytes("milesight-vs360", data) == [
        "total entered=29 left=8 2026-11-23T11:30:00Z history",
        "period entered=7 left=2 2026-11-23T11:30:00Z history",
    ]


@pytest.mark.parametrize(
    ("data", "marks"),
    [
        ("ff0bff", "booted"),
        ("fffeff", "booted"),
        ("ffa801", "reset"),
        ("fe51ff", "reset"),
        ("01750a", "low_battery"),
        ("01750b", ""),
    ],
)
def test_a_message_without_counts_is_a_sign_of_life(data: str, marks: str) -> None:
    assert of_bytes("milesight-vs350", data) == [f"status {marks}".strip()]


def test_marks_go_with_the_counts_beside_them() -> None:
    said = ["total entered=0 left=0 booted low_battery"]
    assert of_bytes("milesight-vs350", "ff0bff 04cc00000000 017502") == said


def test_either_half_of_a_vs360_may_run_out_of_battery() -> None:
    assert of_bytes("milesight-vs360", "017564 027505") == ["status low_battery"]
    assert of_object({"battery_main": 100.0, "battery_node": 5.0}) == ["status low_battery"]


def test_a_vs360_whose_halves_do_not_see_each_other_is_at_fault_until_they_do() -> None:
    assert of_bytes("milesight-vs360", "03f40201") == ["status fault"]
    assert of_bytes("milesight-vs360", "03f40200") == ["status"]


def test_temperature_sensitivity_and_replies_to_commands_are_passed_over() -> None:
    replies = "ff8e000a00 fe06280102030405060708 f91001 f8100000"
    assert of_bytes("milesight-vs350", f"0367d000 81ee43 8367360101 {replies}") == ["status"]


def test_a_reply_may_be_longer_of_one_model_than_of_another() -> None:
    assert of_bytes("milesight-vs351", "ff8f0a00 04cc01000000") == ["total entered=1 left=0"]
    assert of_bytes("milesight-vs121", "ff03580200 0dcc01000000") == ["line total entered=1 left=0"]


def test_what_stands_before_an_unknown_channel_is_kept() -> None:
    said = ["total entered=1 left=0", "rejected: unknown channel"]
    assert of_bytes("milesight-vs350", "04cc01000000 77770102") == said


@pytest.mark.parametrize("data", ["04cc010000", "04", "0175", "20ce0000", "ff16001122"])
def test_what_is_cut_off_is_refused(data: str) -> None:
    assert of_bytes("milesight-vs350", data) == ["rejected: cut off"]


def test_an_object_with_one_direction_leaves_the_other_unknown() -> None:
    assert of_object({"total_counter_in": 5.0}) == ["total entered=5"]
