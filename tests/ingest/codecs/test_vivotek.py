"""Reports of Vivotek counting cameras."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.codecs import vivotek
from ingest.codecs.codec import Context
from ingest.message import Message
from tests.ingest.payloads.run import str_of_reading

AT_US = 1_795_435_200_000_000  # 2026-11-23 12:00:00 UTC
SOURCE = {
    "UtcTime": "2026-11-23T11:30:01Z",
    "ModelName": "SC8131",
    "MacAddress": "00:02:D1:31:00:08",
}
INTERVAL = {
    "RuleName": "Door 1",
    "In": 5,
    "Out": 4,
    "StartTime": "2026-11-23T11:15:00Z",
    "EndTime": "2026-11-23T11:30:00Z",
}


def report(*intervals: object, rule_type: str = "Counting") -> dict[str, Any]:
    return {"Source": SOURCE, "Data": [{"RuleType": rule_type, "CountingInfo": intervals}]}


def of(pushed: object, zone: ZoneInfo | None = None) -> list[str]:
    message = Message("vivotek/door", json.dumps(pushed).encode(), AT_US)
    decoded = vivotek.CODEC.decode(message, Context(zone=zone))
    rejected = [f"rejected: {rejection.reason}" for rejection in decoded.rejections]
    return [*map(str_of_reading, decoded.readings), *rejected]


def test_each_rule_counts_for_itself_in_each_interval() -> None:
    other = INTERVAL | {"RuleName": "Door 2", "In": 0, "StartTime": "2026-11-23T11:29:00Z"}
    assert of(report(INTERVAL, other)) == [
        "0002d1310008:door-1 period entered=5 left=4 period_s=900 2026-11-23T11:30:00Z",
        "0002d1310008:door-2 period entered=0 left=4 period_s=60 2026-11-23T11:30:00Z",
    ]


def test_local_times_are_those_of_the_source() -> None:
    local = INTERVAL | {"StartTime": "2026-11-23T19:15:00", "EndTime": "2026-11-23T19:30:00"}
    counts = "0002d1310008:door-1 period entered=5 left=4 period_s=900"
    assert of(report(local), ZoneInfo("Asia/Taipei")) == [f"{counts} 2026-11-23T11:30:00Z"]
    assert of(report(local)) == [f"{counts} at receipt"]


@pytest.mark.parametrize("pushed", [report(), report(INTERVAL, rule_type="Zone")])
def test_a_report_without_crossings_is_a_sign_of_life(pushed: object) -> None:
    assert of(pushed) == ["0002d1310008 status 2026-11-23T11:30:01Z"]


@pytest.mark.parametrize(
    ("pushed", "reason"),
    [
        ({"Data": []}, "unexpected content"),
        (report(INTERVAL | {"In": -1}), "not a count"),
        (report(INTERVAL | {"EndTime": "noon"}), "not a time"),
        (report(INTERVAL | {"EndTime": INTERVAL["StartTime"]}), "not a period"),
        ([], "not an object"),
    ],
)
def test_what_is_no_report_is_refused(pushed: object, reason: str) -> None:
    assert of(pushed) == [f"rejected: {reason}"]


def test_its_shape_is_told_from_others() -> None:
    assert vivotek.fits(report(INTERVAL))
    assert not vivotek.fits({"Source": SOURCE})
    assert not vivotek.fits({"Source": "door", "Data": []})


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.dictionaries(st.sampled_from(list(INTERVAL)), scalars), st.integers(0, 3))
def test_any_mutation_is_read_or_refused(mutated: dict[str, Any], number: int) -> None:
    assert of(report(*[INTERVAL] * number, INTERVAL | mutated))
