"""Xovis 3D sensors, data push of firmware 3 and 4: events, and counts of lines and zones.

Source: messages and decoders of akenza-io/device-type-library, types/xovis/PC2S. The event push
(`values`) tells one crossing up to twice, as LineCrossing and, once it counts, as LineCount; the
count push (`content`) has closed intervals. An event that a zone's fill level has changed does not
say what it is, so events of zones are signs of life only.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context
from ingest.codecs.names import channel_of
from ingest.codecs.said import Said, last_level, whole
from ingest.codecs.xovis_counts import NO_PEOPLE, interval
from ingest.message import Message

Fields = Mapping[str, Any]
_EVENT = frozenset({"timestamp", "serial", "type"})


def fits(push: Fields) -> bool:
    """Whether a push is of these formats."""
    events, content = push.get("values"), push.get("content")
    if isinstance(events, list) and events:
        return all(isinstance(each, dict) and each.keys() >= _EVENT for each in events)
    return isinstance(content, dict) and ("sensor-info" in push or "sensor-time" in push)


def said(push: Fields, message: Message, context: Context) -> Iterator[Said]:
    """What such a push says."""
    if "values" in push:
        yield from _events(push["values"])
        return
    info, clock = push.get("sensor-info") or {}, push.get("sensor-time") or {}
    device = info.get("serial-number") or last_level(message)
    counts = list(_intervals(push["content"].get("element") or [], device, context))
    yield from counts
    if not counts:
        time_us = instant_us(clock.get("time"), context.zone, in_ms=True)
        yield Said(device, CountKind.STATUS, time_us=time_us)


def _events(events: Sequence[Fields]) -> Iterator[Said]:
    counted = {_crossing(event) for event in events if event["type"] == "LineCount"}
    crossings = {
        (event["serial"], event["timestamp"], *_crossing(event)): event
        for event in events
        if event["type"] == "LineCount"
        or (event["type"] == "LineCrossing" and _crossing(event) not in counted)
    }
    for event in crossings.values():
        if event.get("objectType") not in NO_PEOPLE:
            line = event["countItem"]
            yield Said(
                event["serial"],
                CountKind.CHANGE,
                channel=channel_of(line.get("name") or f"line-{line['id']}"),
                time_us=instant_us(event["timestamp"], in_ms=True),
                seq=whole(event["object"]["id"], "object.id") or 0,
                entered=1 if event["direction"] == "forward" else None,
                left=1 if event["direction"] == "backward" else None,
            )
    if not crossings:
        last = max(events, key=lambda event: event["timestamp"])
        yield Said(
            last["serial"], CountKind.STATUS, time_us=instant_us(last["timestamp"], in_ms=True)
        )


def _crossing(event: Fields) -> tuple[object, ...]:
    """What tells one crossing from others: the line, who it is, and where to."""
    if event["type"] not in ("LineCount", "LineCrossing"):
        return ()
    return event["countItem"]["id"], event["object"]["id"], event["direction"]


def _intervals(elements: Sequence[Fields], device: str, context: Context) -> Iterator[Said]:
    for element in elements:
        channel = channel_of(element.get("element-name") or f"element-{element['element-id']}")
        for measured in element.get("measurement") or []:
            start_us = instant_us(measured["from"], context.zone, in_ms=True)
            end_us = instant_us(measured["to"], context.zone, in_ms=True)
            counted = Said(device, CountKind.PERIOD, channel=channel, time_us=end_us)
            counts = ((each["label"], each["value"]) for each in measured["value"])
            yield from interval(counted, start_us, counts)
