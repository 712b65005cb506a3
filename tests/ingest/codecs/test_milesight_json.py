"""Milesight's JSON: examples of its guides, in numbers of our own."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.readings import Mark
from ingest.codecs.codec import Context
from ingest.codecs.milesight_json import CODEC
from tests.ingest.codecs.reading import SHANGHAI, decoded, lines

DEVICE = {"device_sn": "6537F2854522", "device_mac": "24:E1:24:FF:00:20", "running_time": 330}
MINUTE = {
    "time_zone": "UTC+8:00 China Standard Time (CT/CST)",
    "dst_status": False,
    "start_time": "2026-11-23T09:30:00+08:00",
    "end_time": "2026-11-23T09:31:00+08:00",
}


def said(sections: Mapping[str, Any], context: Context | None = None) -> list[str]:
    report = {"device_info": DEVICE, "time_info": MINUTE, **sections}
    return lines(decoded(CODEC, "shop/door", report, context=context))


def test_event_period_and_total_of_a_line_are_one_sensor() -> None:
    line = {"line": 2, "line_name": "Door", "line_uuid": "54e1d1de"}
    assert said(
        {
            "line_trigger_data": [{**line, "total": {"in": 1, "out": 0}}],
            "line_periodic_data": [{**line, "total": {"in": 4, "out": 3}}],
            "line_total_data": [{**line, "total": {"in_counted": 70, "out_counted": 66}}],
        }
    ) == [
        "6537F2854522:line-2 change entered=1 left=0 2026-11-23T01:31:00Z",
        "6537F2854522:line-2 total entered=70 left=66 2026-11-23T01:31:00Z",
        "6537F2854522:line-2 period entered=4 left=3 period_s=60 2026-11-23T01:31:00Z",
    ]


def test_a_capacity_that_has_drifted_below_zero_is_kept_apart() -> None:
    total = {"in_counted": 8, "out_counted": 15, "capacity_counted": -7}
    assert said({"line_total_data": [{"line": 1, "total": total}]}) == [
        "6537F2854522:line-1 total entered=8 left=15 2026-11-23T01:31:00Z",
        "6537F2854522:line-1-capacity present present=-7 2026-11-23T01:31:00Z",
    ]


def test_staff_that_is_counted_apart_is_taken_off() -> None:
    line = {"line": 1, "total": {"in": 9, "out": 5}, "staff": {"in": 2, "out": 1}}
    region = {"region": 3, "total": {"current_total": 6}, "staff": {"current_total": 2}}
    assert said({"line_periodic_data": [line], "region_data": {"region_count_data": [region]}}) == [
        "6537F2854522:region-3 present present=4 2026-11-23T01:31:00Z",
        "6537F2854522:line-1 period entered=7 left=4 period_s=60 2026-11-23T01:31:00Z",
    ]


@pytest.mark.parametrize(
    "section",
    [
        {
            "region_trigger_data": {
                "region_count_data": [{"region": 1, "total": {"current_total": 2}}]
            }
        },
        {"region_count_data": [{"region": 1, "total": {"current_total": 2}}]},
    ],
)
def test_regions_say_who_is_there(section: dict[str, Any]) -> None:
    assert said(section) == ["6537F2854522:region-1 present present=2 2026-11-23T01:31:00Z"]


def test_the_published_example_of_the_vs121_p_is_read_though_it_is_no_json() -> None:
    report = """{
    "event":"Region People Counting", "report_type": "interval",
    "device_info":{ "device":"Workplace Sensor", "device_sn":"3693620283", },
    "time_info":{
        "timezone":"UTC+8:00", "dst_status":false,
        "start_time":"2026/11/23 08:30:00", //Period start time
        "end_time":"2026/11/23 09:30:00"    //Period end time
    },
    "current_total":10,
    "Max_counted":12, //Maximum number of people
    "regions_name": [Region1, Region2],
    "numbering_regions":[1,2],
    "current_counted":[4,6],
    "occupancy": [1, 0] //Do not send this if no region is specified
    "snapshot": "/9j/4AAQSkZJRg...(Image code)” //HTTP Post only
    }"""
    assert lines(decoded(CODEC, "room", report.encode())) == [
        "3693620283 present present=10 2026-11-23T01:30:00Z",
        "3693620283:region-1 present present=4 2026-11-23T01:30:00Z",
        "3693620283:region-2 present present=6 2026-11-23T01:30:00Z",
    ]


def test_the_flat_fields_of_the_vs121_p_are_its_only_line() -> None:
    total = {
        "in_cumulative_counted": 90,
        "out_cumulative_counted": 91,
        "capacity_cumulative_counted": -1,
    }
    assert said(
        {"in_counted": 3, "out_counted": 2, "capacity_counted": 1, "total_data": total}
    ) == [
        "6537F2854522:line-1 total entered=90 left=91 2026-11-23T01:31:00Z",
        "6537F2854522:line-1-capacity present present=-1 2026-11-23T01:31:00Z",
        "6537F2854522:line-1 period entered=3 left=2 period_s=60 2026-11-23T01:31:00Z",
    ]
    assert said({"line_trigger_data": {"in": 0, "out": 1}}) == [
        "6537F2854522:line-1 change entered=0 left=1 2026-11-23T01:31:00Z"
    ]


@pytest.mark.parametrize(
    ("times", "zone", "at"),
    [
        ({"time": "2026/11/23 09:30:00", "timezone": "UTC+8:00"}, None, "2026-11-23T01:30:00Z"),
        (
            {"time": "2026/11/23 09:30:00", "time_zone": "UTC+05:30 IST"},
            None,
            "2026-11-23T04:00:00Z",
        ),
        ({"time": "2026/11/23 05:30:00", "time_zone": "UTC-3:30"}, None, "2026-11-23T09:00:00Z"),
        (
            {"time": "2026/11/23 09:30:00", "time_zone": "UTC+1:00", "dst_status": True},
            None,
            "2026-11-23T07:30:00Z",
        ),
        ({"time": "2026-11-23 09:30:00"}, SHANGHAI, "2026-11-23T01:30:00Z"),
        ({"time": "2026-11-23 09:30:00"}, None, "at receipt"),
    ],
)
def test_a_time_has_its_own_offset_or_the_messages_or_the_sources(
    times: dict[str, Any], zone: Any, at: str
) -> None:
    section = {"time_info": times, "line_trigger_data": [{"line": 1, "total": {"in": 1, "out": 0}}]}
    assert said(section, Context(zone=zone)) == [
        f"6537F2854522:line-1 change entered=1 left=0 {at}"
    ]


def test_dwell_times_are_a_sign_of_life() -> None:
    dwell = [{"region": 1, "duration": 96799, "people_id": 5}]
    found = decoded(
        CODEC,
        "shop/door",
        {
            "device_info": DEVICE,
            "time_info": {"time": "2026-11-23T09:30:00+08:00"},
            "region_trigger_data": {"dwell_time_data": dwell},
        },
    )
    assert lines(found) == ["6537F2854522 status 2026-11-23T01:30:00Z"]
    assert found.readings[0].uptime_s == 330


def test_a_line_that_does_not_know_its_counts_takes_nothing_from_the_others() -> None:
    lines_said = [
        {"line": 1, "total": {"in_counted": None, "out_counted": None}},
        {"line": 2, "total": {"in_counted": 4, "out_counted": None}},
    ]
    assert said({"line_total_data": lines_said}) == [
        "6537F2854522:line-2 total entered=4 2026-11-23T01:31:00Z"
    ]


def test_what_is_sent_again_after_an_outage_is_history() -> None:
    total = {"in_counted": 8, "out_counted": 15}
    report = {
        "device_info": DEVICE,
        "isRetransmission": True,
        "time_info": MINUTE,
        "line_total_data": [{"line": 1, "total": total}],
    }
    assert decoded(CODEC, "door", report).readings[0].marks == Mark.HISTORY


def test_a_period_without_its_ends_is_rejected_and_the_total_beside_it_is_kept() -> None:
    assert said(
        {
            "time_info": {"time": "2026-11-23T09:30:00+08:00"},
            "line_periodic_data": [{"line": 1, "total": {"in": 4, "out": 3}}],
            "line_total_data": [{"line": 1, "total": {"in_counted": 70, "out_counted": 66}}],
        }
    ) == [
        "6537F2854522:line-1 total entered=70 left=66 2026-11-23T01:30:00Z",
        "rejected: not a period",
    ]


def test_the_reply_to_a_command_is_no_report() -> None:
    reply = {"code": 0, "message": "ok", "msgId": "1", "src": "6834E1", "type": 1}
    assert lines(decoded(CODEC, "door", reply)) == ["rejected: not a report"]
    assert CODEC.fits is not None
    assert not CODEC.fits(reply)
