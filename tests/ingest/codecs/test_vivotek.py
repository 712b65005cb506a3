"""Vivotek's pushed reports, as in its manual."""

from typing import Any

from ingest.codecs.codec import Context
from ingest.codecs.vivotek import CODEC
from tests.ingest.codecs.reading import SHANGHAI, decoded, lines

SOURCE = {"UtcTime": "2026-11-23T06:00:01Z", "ModelName": "SC8131", "MacAddress": "00:02:81:31"}


def report(**rule: object) -> dict[str, Any]:
    return {"Source": SOURCE, "Data": [rule]}


def counted(name: str, *, entered: int, left: int, zone: str = "Z") -> dict[str, Any]:
    return {
        "RuleName": name,
        "In": entered,
        "Out": left,
        "StartTime": f"2026-11-23T05:45:00{zone}",
        "EndTime": f"2026-11-23T06:00:00{zone}",
    }


def test_each_rule_is_a_channel_with_its_periods() -> None:
    rules = [counted("Counting 1", entered=1, left=2), counted("Counting2", entered=0, left=0)]
    assert lines(decoded(CODEC, "x", report(RuleType="Counting", CountingInfo=rules))) == [
        "00:02:81:31:counting-1 period entered=1 left=2 period_s=900 2026-11-23T06:00:00Z",
        "00:02:81:31:counting2 period entered=0 left=0 period_s=900 2026-11-23T06:00:00Z",
    ]


def test_local_times_need_the_zone_of_the_source() -> None:
    local = report(RuleType="Counting", CountingInfo=[counted("A", entered=1, left=2, zone="")])
    assert lines(decoded(CODEC, "x", local)) == ["rejected: not a period"]
    assert lines(decoded(CODEC, "x", local, context=Context(zone=SHANGHAI))) == [
        "00:02:81:31:a period entered=1 left=2 period_s=900 2026-11-22T22:00:00Z"
    ]


def test_a_report_of_a_zone_or_of_nothing_is_a_sign_of_life() -> None:
    for message in (report(RuleType="Zone"), {"Source": SOURCE, "Data": []}):
        assert lines(decoded(CODEC, "x", message)) == ["00:02:81:31 status 2026-11-23T06:00:01Z"]


def test_other_messages_are_no_reports() -> None:
    assert lines(decoded(CODEC, "x", {"Frame": {}})) == ["rejected: not a report"]
