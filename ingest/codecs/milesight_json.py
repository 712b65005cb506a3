"""Milesight's people counters with JSON over MQTT: VS121-P, VS125, VS133-P, VS135-P.

Source: “Communication Protocol” of the VS121-P and VS125 user guides, and messages of VS125 and
VS135 that users have published. `line_trigger_data` is what has just crossed, `line_periodic_data`
counts one reporting period, and `line_total_data` counts since a reset. What such a counter takes
for its capacity is in minus out since then: it drifts, far below zero too, so it has a channel of
its own. Totals hold children and staff; where staff is counted apart it is taken off. The VS121-P
has one line and writes flat fields instead, in an example that is not valid JSON.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from typing import Any, NamedTuple

from domain.readings import CountKind, Mark
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.said import Said, whole
from ingest.message import Message

Fields = Mapping[str, Any]
_SECTIONS = ("line_trigger_data", "line_periodic_data", "line_total_data", "region_data")
_REGIONS = ("region_data", "region_trigger_data", "region_count_data", "region_periodic_data")
_TIMES = ("time", "trigger_time", "start_time", "end_time")
_OFFSET = re.compile(r"UTC\s*([+-]\d{1,2})(?::?(\d{2}))?")


class _Times(NamedTuple):
    """When a report was made, or the period that it speaks of."""

    at_us: int | None
    period_s: int


def _read(message: Message, context: Context) -> Iterator[Said]:
    report: Fields = read_object(message.payload)
    if not _fits(report):
        raise Fault(
            "not a report",
            "neither device_info nor counts",
            "give the replies to commands a topic of their own",
        )
    info = report["device_info"]
    times = _times(report.get("time_info") or {}, context)
    status = Said(
        info.get("device_sn") or info.get("device_mac") or "",
        CountKind.STATUS,
        time_us=times.at_us,
        uptime_s=whole(info.get("running_time"), "running_time"),
        marks=Mark.HISTORY if report.get("isRetransmission") is True else Mark(0),
    )
    nothing_said = True
    for said in chain(_crossed(report), _people(report), _periods(report, times)):
        if any(said.get(number) is not None for number in ("entered", "left", "present")):
            nothing_said = False
            yield status._replace(**said)
    if nothing_said:
        yield status


def _crossed(report: Fields) -> Iterator[dict[str, Any]]:
    """What has just crossed, and all that has crossed since a reset."""
    for line in _list(report.get("line_trigger_data")):
        entered, left = _crossings(line, "in", "out")
        if entered or left:
            yield _line(CountKind.CHANGE, line["line"], entered, left)
    for line in _list(report.get("line_total_data")):
        counts = _crossings(line, "in_counted", "out_counted")
        yield _line(CountKind.TOTAL, line["line"], *counts)
        yield from _capacity(line["line"], line["total"].get("capacity_counted"))
    just = report.get("line_trigger_data")
    if isinstance(just, dict):
        yield _line(CountKind.CHANGE, 1, whole(just["in"], "in"), whole(just["out"], "out"))
    if total := report.get("total_data"):
        names = ("in_cumulative_counted", "out_cumulative_counted")
        yield _line(CountKind.TOTAL, 1, *(whole(total[name], name) for name in names))
        yield from _capacity(1, total.get("capacity_cumulative_counted"))


def _periods(report: Fields, times: _Times) -> Iterator[dict[str, Any]]:
    found = [
        _line(CountKind.PERIOD, line["line"], *_crossings(line, "in", "out"))
        for line in _list(report.get("line_periodic_data"))
    ]
    if "in_counted" in report:
        counts = (whole(report[name], name) for name in ("in_counted", "out_counted"))
        found.append(_line(CountKind.PERIOD, 1, *counts))
    if found and times.period_s <= 0:
        raise Fault(
            "not a period",
            "start_time and end_time are not given, or not in this order",
            "have time information reported",
        )
    for said in found:
        yield {**said, "period_s": times.period_s}


def _line(kind: CountKind, line: object, *counts: int | None) -> dict[str, Any]:
    entered, left = counts
    return {"kind": kind, "channel": f"line-{line}", "entered": entered, "left": left}


def _people(report: Fields) -> Iterator[dict[str, Any]]:
    """How many are in each region, or in all that the device sees."""
    yield from _present("", report.get("current_total"))
    if "current_counted" in report:
        regions, counts = report["numbering_regions"], report["current_counted"]
        for region, count in zip(regions, counts, strict=False):
            yield from _present(f"region-{region}", count)
    for name in _REGIONS:
        section = report.get(name)
        regions = section.get("region_count_data") if isinstance(section, dict) else section
        for region in _list(regions):
            total = whole(region["total"]["current_total"], "current_total")
            staff = whole((region.get("staff") or {}).get("current_total"), "staff") or 0
            yield from _present(f"region-{region['region']}", total and total - staff)


def _present(channel: str, number: object) -> Iterator[dict[str, Any]]:
    present = whole(number, "the number of people")
    if present is not None:
        yield {"kind": CountKind.PRESENT, "channel": channel, "present": present}


def _capacity(line: object, number: object) -> Iterator[dict[str, Any]]:
    channel = f"line-{line}-capacity"
    present = whole(number, "capacity", least=None)
    if present is not None:
        yield {"kind": CountKind.PRESENT, "channel": channel, "present": present}


def _crossings(line: Fields, *names: str) -> tuple[int | None, int | None]:
    """People who came in and went out, without staff where that is known."""
    staff = line.get("staff") or {}
    counts = [
        (whole(line["total"].get(name), name), whole(staff.get(name), f"staff.{name}") or 0)
        for name in names
    ]
    entered, left = (total if total is None else total - less for total, less in counts)
    return entered, left


def _list(section: object) -> list[Fields]:
    return section if isinstance(section, list) else []


def _times(info: Fields, context: Context) -> _Times:
    instants = {name: _instant_us(info, name, context) for name in _TIMES}
    start_us, end_us = instants["start_time"], instants["end_time"]
    period_us = end_us - start_us if start_us is not None and end_us is not None else 0
    at = (instants[name] for name in ("end_time", "time", "trigger_time", "start_time"))
    return _Times(next(filter(None, at), None), round(period_us / 10**6))


def _instant_us(info: Fields, name: str, context: Context) -> int | None:
    """A time with its offset, or with that of the message's time zone, or in the source's zone."""
    text = str(info.get(name) or "").strip()
    offset = _OFFSET.match(str(info.get("time_zone") or info.get("timezone") or ""))
    if not text or not offset or re.search(r"(Z|[+-]\d\d:?\d\d)$", text):
        return instant_us(text, context.zone)
    minutes = int(offset[2] or 0)
    ahead = timedelta(hours=int(offset[1]), minutes=-minutes if offset[1][0] == "-" else minutes)
    if info.get("dst_status") is True:  # the offset is that of winter
        ahead += timedelta(hours=1)
    utc_us = instant_us(f"{text}Z")
    return None if utc_us is None else utc_us - ahead // timedelta(microseconds=1)


def _fits(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("device_info"), dict):
        return False
    has_name = not {"device_sn", "device_mac"}.isdisjoint(value["device_info"])
    return has_name and not {"time_info", *_SECTIONS, *_REGIONS}.isdisjoint(value)


CODEC = codec("milesight-json", "Milesight VS121-P, VS125, VS133-P, VS135-P", _read, fits=_fits)
