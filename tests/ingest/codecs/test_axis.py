"""Axis cameras: pushes of counters, events of Object Analytics, and DataQ."""

from typing import Any

import pytest

from ingest.codecs.axis import CODECS
from ingest.codecs.codec import Context
from ingest.sources import Sources
from tests.ingest.codecs.reading import NOW_US, SHANGHAI, decoded, lines
from tests.ingest.payloads import axis as real
from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import results

ANALYTICS, COUNTER, DATAQ = CODECS
TOPIC = "axis/B8A44F000001/event/CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1"


@pytest.mark.parametrize("case", real.CASES, ids=lambda case: case.file)
def test_real_messages_come_to_what_they_say(case: Case) -> None:
    assert tuple(results(case)) == case.expected


def push(*measurements: dict[str, Any], **sensor: str) -> dict[str, Any]:
    return {
        "apiName": "Axis Retail Data",
        "utcSent": "2026-11-23T01:30:12Z",
        "data": {"measurements": list(measurements)},
        "sensor": {"serial": "accc8e000001", **sensor},
    }


UTC = {"utcFrom": "2026-11-23T01:15:00Z", "utcTo": "2026-11-23T01:30:00Z"}
ITEMS = [{"direction": "in", "count": 5, "adults": 4}, {"direction": "out", "count": 3}]


def test_a_counters_push_is_a_period_of_all_people_children_too() -> None:
    found = decoded(COUNTER, "count", push({"kind": "people-counts", **UTC, "items": ITEMS}))
    assert lines(found) == [
        "accc8e000001 period entered=5 left=3 period_s=900 2026-11-23T01:30:00Z"
    ]


def test_local_times_are_read_in_the_cameras_zone_where_there_is_no_utc() -> None:
    local = {"localFrom": "2026-11-23T09:15:00", "localTo": "2026-11-23T09:30:00"}
    measured = {"kind": "people-counts", **local, "items": ITEMS}
    found = decoded(COUNTER, "count", push(measured, timeZone="Asia/Shanghai"))
    assert lines(found) == [
        "accc8e000001 period entered=5 left=3 period_s=900 2026-11-23T01:30:00Z"
    ]


def test_a_push_to_test_the_connection_is_a_sign_of_life() -> None:
    assert lines(decoded(COUNTER, "count", push())) == ["accc8e000001 status 2026-11-23T01:30:12Z"]


def test_a_live_count_is_a_total_in_the_zone_of_the_source() -> None:
    count = {"serial": "ACCC8E", "timestamp": "20261123093000", "in": 12, "out": 318}
    found = decoded(COUNTER, "count", count, context=Context(zone=SHANGHAI))
    assert lines(found) == ["ACCC8E total entered=12 left=318 2026-11-23T01:30:00Z"]


def test_an_estimate_of_occupancy_has_totals_and_who_is_present() -> None:
    count = {
        "serial": "00:40:8c:18:82:27",
        "timestamp": "2026-11-23T09:30:00+08:00",
        "occupancy": 15,
        "total_in": 100,
        "total_out": 85,
    }
    assert lines(decoded(COUNTER, "count", count)) == [
        "00:40:8c:18:82:27 total entered=100 left=85 2026-11-23T01:30:00Z",
        "00:40:8c:18:82:27 present present=15 2026-11-23T01:30:00Z",
    ]


def event(data: dict[str, str], scenario: str = "Device1Scenario1") -> dict[str, Any]:
    return {
        "topic": f"axis:CameraApplicationPlatform/ObjectAnalytics/{scenario}",
        "timestamp": NOW_US // 1_000,
        "serial": "B8A44F000001",
        "message": {"source": {}, "key": {}, "data": data},
    }


def analysed(data: dict[str, str], scenario: str = "Device1Scenario1") -> list[str]:
    return lines(decoded(ANALYTICS, TOPIC, event(data, scenario)))


def test_of_what_crosses_a_line_the_humans_are_people() -> None:
    found = decoded(
        ANALYTICS,
        TOPIC,
        event(
            {
                "startTime": "2026-11-23T10:00:00Z",
                "reason": "car",
                "total": "17",
                "totalCar": "9",
                "totalHuman": "8",
            }
        ),
    )
    assert lines(found) == ["B8A44F000001:device1scenario1 total entered=8 2026-11-23T12:00:00Z"]
    assert found.readings[0].uptime_s == 7_200


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"startTime": "2026-11-23T10:00:00Z", "total": "17"}, "total entered=17"),
        ({"startTime": "2026-11-23T10:00:00Z", "total": "17", "totalCar": "17"}, "status"),
        (
            {"scenarioType": "OccupancyInArea", "total": "5", "human": "3", "car": "2"},
            "present present=3",
        ),
        ({"scenario": "Occupancy", "total": "5"}, "present present=5"),
        ({"scenarioType": "OccupancyInArea", "total": "2", "car": "2"}, "status"),
        ({"scenarioType": "ObjectInArea", "active": "1", "classTypes": "human"}, "status"),
        ({"active": "0"}, "status"),
    ],
)
def test_what_a_scenario_says_of_people(data: dict[str, str], expected: str) -> None:
    assert analysed(data) == [f"B8A44F000001:device1scenario1 {expected} 2026-11-23T12:00:00Z"]


def test_the_summary_of_an_interval_is_a_sign_of_life_of_its_scenario() -> None:
    assert analysed({"minHuman": "0", "maxHuman": "4"}, "Device1Scenario1EventInterval") == [
        "B8A44F000001:device1scenario1 status 2026-11-23T12:00:00Z"
    ]


@pytest.mark.parametrize("namespace", ["", "tns:axis/", "tnsaxis:"])
def test_cameras_are_heard_however_they_write_the_topic(namespace: str) -> None:
    topic = f"axis/B8A4/event/{namespace}CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1"
    source = Sources().of(topic)
    assert source is not None
    assert source.codec is ANALYTICS


def test_other_events_of_a_camera_are_no_scenarios() -> None:
    other = {**event({"active": "1"}), "topic": "onvif:Device/IO/VirtualInput"}
    assert lines(decoded(ANALYTICS, TOPIC, other)) == ["rejected: not a scenario"]


def test_dataq_leaves_out_classes_of_which_there_are_none() -> None:
    base = {"timestamp": 1_795_413_600_000, "serial": "B8A4"}
    cars = decoded(DATAQ, "dataq/occupancy/B8A4", {"occupancy": {"Car": 1}, **base})
    nobody = decoded(DATAQ, "dataq/occupancy/B8A4", {"occupancy": {}, **base})
    assert lines(cars) == lines(nobody) == ["B8A4 present present=0 2026-11-23T06:00:00Z"]


def test_dataq_tells_when_the_camera_has_gone() -> None:
    gone = decoded(DATAQ, "dataq/connect/B8A4", {"connected": False, "serial": "B8A4"})
    assert lines(gone) == ["B8A4 status at receipt fault"]
