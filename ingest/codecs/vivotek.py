"""Vivotek stereo counters (SC8131 and its successors): pushed reports of counts, in JSON.

Source: “Report Push” in the user's manual of the SC8131. No capture of a real device was at hand.
A report has one or more closed intervals of each counting rule; in the lite mode, those without
counts are left out. Reports on zones and queues do not say who is present: they are signs of life.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.names import channel_of
from ingest.codecs.said import Said, last_level, whole
from ingest.message import Message

Fields = Mapping[str, Any]


def _read(message: Message, context: Context) -> Iterator[Said]:
    report: Fields = read_object(message.payload)
    if not _fits(report):
        raise Fault("not a report", "it has no Source and Data", "set the report's format to JSON")
    source = report["Source"]
    status = Said(
        source.get("MacAddress") or last_level(message),
        CountKind.STATUS,
        time_us=instant_us(source.get("UtcTime")),
    )
    counted = [
        interval
        for rule in report["Data"]
        if rule.get("RuleType") == "Counting"
        for interval in rule.get("CountingInfo") or []
    ]
    for interval in counted:
        yield _period(status, interval, context)
    if not counted:
        yield status


def _period(status: Said, interval: Fields, context: Context) -> Said:
    start_us, end_us = (
        instant_us(interval[name], context.zone) for name in ("StartTime", "EndTime")
    )
    if start_us is None or end_us is None:
        raise Fault(
            "not a period", "its times have no zone", "name the time zone in ingest.sources"
        )
    return status._replace(
        kind=CountKind.PERIOD,
        channel=channel_of(interval["RuleName"]),
        entered=whole(interval.get("In"), "In"),
        left=whole(interval.get("Out"), "Out"),
        time_us=end_us,
        period_s=round((end_us - start_us) / 10**6),
    )


def _fits(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("Source"), dict)
        and isinstance(value.get("Data"), list)
    )


CODEC = codec("vivotek", "Vivotek SC8131, report push", _read, fits=_fits)
