"""Xovis pushes of all firmwares, rule by rule."""

from typing import Any

import pytest

from domain.readings import Mark
from ingest.codecs.xovis import CODEC
from tests.ingest.codecs.reading import decoded, lines
from tests.ingest.payloads import xovis as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results

INFO = {"serial_number": "80:1F:12:00:00:01", "type": "SINGLE_SENSOR"}
SENSOR = "80:1F:12:00:00:01"
NOON_MS = 1_795_413_600_000
"""2026-11-23T06:00:00Z."""


def said(push: object) -> list[str]:
    return lines(decoded(CODEC, "site/xovis", push))


def live(*events: dict[str, Any], tracks: dict[int, str] | None = None) -> dict[str, Any]:
    tracked = [
        {"track_id": n, "type": kind, "attributes": {}} for n, kind in (tracks or {}).items()
    ]
    frame = {"framenumber": 1, "time": NOON_MS, "tracked_objects": tracked, "events": list(events)}
    return {"live_data": {"sensor_info": INFO, "frames": [frame]}}


def crossing(track: int, way: str = "FORWARD", line: str = "Main Door") -> dict[str, Any]:
    what = {"track_id": track, "geometry_id": 2, "geometry_name": line}
    return {"category": "SCENE", "type": f"LINE_CROSS_{way}", "attributes": what}


def count(name: str, value: object, logic: str = "Main Door") -> dict[str, Any]:
    what = {"logic_id": 1, "logic_name": logic, "counter_name": name, "counter_value": value}
    return {"category": "COUNT", "type": "COUNT_INCREMENT", "attributes": what}


def logic(name: str, *counts: tuple[str, object], **record: object) -> dict[str, Any]:
    whole = {
        "from": NOON_MS - 60_000,
        "to": NOON_MS,
        "counts": [{"name": n, "value": v} for n, v in counts],
        **record,
    }
    logics = [{"id": 4, "name": name, "records": [whole]}]
    return {"logics_data": {"sensor_info": INFO, "logics": logics}}


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.file)
def test_real_pushes_come_to_what_they_say(case: Case) -> None:
    assert tuple(results(case)) == case.expected


def test_two_who_cross_in_one_frame_are_two() -> None:
    assert said(live(crossing(7), crossing(8))) == [
        f"{SENSOR}:main-door change entered=1 seq=7 2026-11-23T06:00:00Z",
        f"{SENSOR}:main-door change entered=1 seq=8 2026-11-23T06:00:00Z",
    ]


def test_the_track_of_a_group_is_not_one_more_person() -> None:
    push = live(crossing(7), crossing(9), tracks={7: "PERSON", 9: "GROUP"})
    assert said(push) == [f"{SENSOR}:main-door change entered=1 seq=7 2026-11-23T06:00:00Z"]


def test_who_wears_the_tag_of_staff_is_left_out() -> None:
    push = live(crossing(7), tracks={7: "PERSON"})
    push["live_data"]["frames"][0]["tracked_objects"][0]["attributes"] = {"tag": "TAG"}
    assert said(push) == [f"{SENSOR} status 2026-11-23T06:00:00Z"]


def test_both_counters_of_a_frame_are_one_total_at_their_last_values() -> None:
    push = live(count("fw", 9), count("bw", 4), count("fw", 10))
    assert said(push) == [f"{SENSOR}:main-door total entered=10 left=4 2026-11-23T06:00:00Z"]


def test_a_balance_is_who_is_present_and_may_be_negative() -> None:
    assert said(live(count("balance", -2, "Zone 0"))) == [
        f"{SENSOR}:zone-0 present present=-2 2026-11-23T06:00:00Z"
    ]


def test_counters_of_some_people_only_and_of_times_are_left_out() -> None:
    waited = {"category": "COUNT", "type": "TIME_CHANGE", "attributes": {"counter_name": "fw"}}
    assert said(live(count("fw-female", 3), waited)) == [f"{SENSOR} status 2026-11-23T06:00:00Z"]


def test_a_logic_in_and_out_is_a_period() -> None:
    assert said(logic("Door", ("fw", 3), ("bw", 1), ("fw-male", 2))) == [
        f"{SENSOR}:door period entered=3 left=1 period_s=60 2026-11-23T06:00:00Z"
    ]


def test_a_record_without_samples_is_unknown_and_not_zero() -> None:
    assert said(logic("Door", ("fw", 0), ("bw", 0), samples=0, samples_expected=1)) == [
        f"{SENSOR} status 2026-11-23T06:00:00Z"
    ]


def test_a_count_that_is_not_known_is_left_out() -> None:
    assert said(logic("Door", ("fw", None), ("bw", None), ("balance", 3))) == [
        f"{SENSOR}:door present present=3 2026-11-23T06:00:00Z"
    ]


def test_a_sensor_in_the_dark_has_a_fault() -> None:
    states = {
        "device": {"state": {"state": "OK", "details": {"uptime_sec": 90}}},
        "time": {"state": {"details": {"time": "2026-11-23T14:00:00+08:00"}}},
        "singlesensor": {"status": {"illumination": "INSUFFICIENT"}},
    }
    found = decoded(CODEC, "x", {"status_data": {"sensor_info": INFO, "states": states}})
    assert lines(found) == [f"{SENSOR} status 2026-11-23T06:00:00Z fault"]
    assert found.readings[0].uptime_s == 90
    assert found.readings[0].marks == Mark.FAULT


def test_several_pushes_may_come_as_a_list() -> None:
    assert said([logic("Door", ("fw", 3)), {"connection_test": {}}]) == [
        f"{SENSOR}:door period entered=3 period_s=60 2026-11-23T06:00:00Z",
        "xovis status at receipt",
    ]


def old(kind: str, person: int, way: str = "forward", after_ms: int = 0) -> dict[str, Any]:
    return {
        "timestamp": NOON_MS + after_ms,
        "type": kind,
        "serial": SENSOR,
        "direction": way,
        "object": {"id": person},
        "countItem": {"id": 0, "name": "Line 0"},
        "objectType": "PERSON",
    }


@pytest.mark.parametrize(
    "events",
    [
        [old("LineCrossing", 5), old("LineCount", 5)],
        [old("LineCrossing", 5, after_ms=-3_000), old("LineCount", 5)],
        [old("LineCrossing", 5)],
        [old("LineCount", 5)],
    ],
)
def test_a_crossing_of_the_old_push_counts_once(events: list[dict[str, Any]]) -> None:
    assert said({"values": events}) == [
        f"{SENSOR}:line-0 change entered=1 seq=5 2026-11-23T06:00:00Z"
    ]


def test_who_turns_round_in_the_old_push_came_and_went() -> None:
    assert said({"values": [old("LineCount", 5), old("LineCount", 5, "backward", 2_000)]}) == [
        f"{SENSOR}:line-0 change entered=1 seq=5 2026-11-23T06:00:00Z",
        f"{SENSOR}:line-0 change left=1 seq=5 2026-11-23T06:00:02Z",
    ]


def test_events_of_zones_alone_are_a_sign_of_life() -> None:
    event = {**old("ZoneEntry", 5), "countItem": {"id": 1, "name": "Zone 0"}}
    assert said({"values": [event]}) == [f"{SENSOR} status 2026-11-23T06:00:00Z"]


def test_the_old_push_of_counts_is_a_period() -> None:
    measured = {
        "from": "2026-11-23T13:59:00+08:00",
        "to": "2026-11-23T14:00:00+08:00",
        "value": [{"label": "fw", "value": 2}, {"label": "bw", "value": 0}],
    }
    element = {"element-id": 0, "element-name": "Line 0", "measurement": [measured]}
    push = {
        "sensor-time": {"time": "2026-11-23T14:00:06+08:00"},
        "content": {"element": [element]},
        "sensor-info": {"serial-number": SENSOR},
    }
    assert said(push) == [
        f"{SENSOR}:line-0 period entered=2 left=0 period_s=60 2026-11-23T06:00:00Z"
    ]
    assert said({**push, "content": {}}) == [f"{SENSOR} status 2026-11-23T06:00:06Z"]


def test_other_messages_are_no_pushes() -> None:
    assert said({"recording_data": "…"}) == ["rejected: not a push"]
    assert said([]) == ["rejected: no counts"]
