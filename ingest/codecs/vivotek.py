"""Vivotek counting cameras, which push reports of what each of their rules counted.

No capture of a real device was at hand; written from the pages "report push" of Vivotek's user's
manual of the SC8131. `Source` names the camera, `Data` has the rules by type, and `CountingInfo` of
the type "Counting" the crossings of each rule in the aggregation interval from `StartTime` to
`EndTime`, several intervals a report. Lite reports leave out intervals without people, which then
are unknown, not zero. Rules of other types count no crossings.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.json_text import read_object
from ingest.codecs.said import Said, device_name, whole
from ingest.message import Message

_UTC = ZoneInfo("UTC")


def read(message: Message, context: Context) -> Iterator[Said]:
    """All that a report says. One without counts is a sign of life."""
    report: dict[str, Any] = read_object(message.payload)
    source = report["Source"]
    camera = device_name(source["MacAddress"]).replace(":", "").lower()
    counted = [
        _period(camera, interval, context.zone)
        for rules in report["Data"]
        if rules["RuleType"] == "Counting"
        for interval in rules["CountingInfo"]
    ]
    status = Said(camera, CountKind.STATUS, time_us=instant_us(source.get("UtcTime"), _UTC))
    yield from counted or [status]


def fits(value: object) -> bool:
    """Whether a JSON value is a camera's report."""
    source = value.get("Source") if isinstance(value, dict) and "Data" in value else None
    return isinstance(source, dict) and source.keys() >= {"MacAddress", "ModelName"}


def _period(camera: str, interval: Mapping[str, Any], zone: ZoneInfo | None) -> Said:
    start_us, end_us = (
        instant_us(interval[name], zone or _UTC) for name in ("StartTime", "EndTime")
    )
    return Said(
        camera,
        CountKind.PERIOD,
        whole(interval["In"], "In"),
        whole(interval["Out"], "Out"),
        channel=device_name(interval["RuleName"]).lower(),
        time_us=instant_us(interval["EndTime"], zone),
        period_s=((end_us or 0) - (start_us or 0)) // 1_000_000,
    )


CODEC = codec("vivotek", "Vivotek report push", read, fits=fits)
