"""Axis cameras: AXIS People Counter and 3D People Counter, AXIS Object Analytics, and DataQ.

Sources: “P8815-2 3D people counter API” and “People counter API” of the VAPIX library; “AXIS
Object Analytics counting data” of developer.axis.com, with messages in AxisCommunications/
tutorial-axis-object-analytics-to-grafana; MQTT_topics.md of pandosme/DataQ.

Object Analytics counts a line in one direction, by class, since `startTime`; numbers are texts.
People are the humans among what it counts: the total of all classes is taken where no class is
given, as the scenario then has but one. An area that something is in (`active`) does not say how
many people that are; nor do the least, most and average of an interval.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.readings import CountKind, Mark
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Codec, Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.names import channel_of
from ingest.codecs.said import Said, last_level, whole
from ingest.message import Message

Fields = Mapping[str, Any]
_SCENARIOS: Final = "CameraApplicationPlatform/ObjectAnalytics/"
_VEHICLES: Final = frozenset(
    {"bicycle", "bike", "bus", "car", "motorcycle/bicycle", "othervehicle", "truck", "unknown"}
    | {"vehicle"}
)
_OF_DATAQ: Final = frozenset(
    {"occupancy", "connected", "Uptime_Hours", "list", "class", "active", "image"}
)
_HINT: Final = "publish nothing else on this topic"


def _read_counter(message: Message, context: Context) -> Iterator[Said]:
    push: Fields = read_object(message.payload)
    if "measurements" in (push.get("data") or {}):
        yield from _measurements(push, message, context)
    elif _is_live_count(push):
        yield from _live_count(push, context)
    else:
        raise Fault("not a count", "neither measurements nor in and out", _HINT)


def _measurements(push: Fields, message: Message, context: Context) -> Iterator[Said]:
    data, sensor = push["data"], push.get("sensor") or {}
    zone = _zone(sensor.get("timeZone") or sensor.get("timezone")) or context.zone
    device = sensor.get("serial") or last_level(message)
    nothing_said = True
    for measured in data["measurements"]:
        if measured.get("kind") != "people-counts":
            continue
        times = {**data, **measured}
        start_us, end_us = _utc_or_local(times, "From", zone), _utc_or_local(times, "To", zone)
        counts = {i["direction"]: whole(i["count"], i["direction"]) for i in measured["items"]}
        if start_us is not None and end_us is not None and counts.keys() & {"in", "out"}:
            nothing_said = False
            yield Said(
                device,
                CountKind.PERIOD,
                entered=counts.get("in"),
                left=counts.get("out"),
                time_us=end_us,
                period_s=round((end_us - start_us) / 10**6),
            )
    if nothing_said:
        yield Said(device, CountKind.STATUS, time_us=_utc_or_local(push, "Sent", zone))


def _utc_or_local(times: Fields, name: str, zone: ZoneInfo | None) -> int | None:
    utc = instant_us(times.get(f"utc{name}"), ZoneInfo("UTC"))
    return instant_us(times.get(f"local{name}"), zone) if utc is None else utc


def _zone(name: object) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _live_count(push: Fields, context: Context) -> Iterator[Said]:
    """Since the counter's midnight or start, and who is there where that is estimated."""
    stamp = push.get("timestamp")
    if isinstance(stamp, str) and len(stamp) == 14 and stamp.isdecimal():  # YYYYMMDDhhmmss, local
        stamp = datetime.strptime(stamp, "%Y%m%d%H%M%S")  # noqa: DTZ007  the zone comes below
    status = Said(push["serial"], CountKind.STATUS, time_us=instant_us(stamp, context.zone))
    entered, left = (
        whole(push.get(f"total_{name}", push.get(name)), name) for name in ("in", "out")
    )
    yield status._replace(kind=CountKind.TOTAL, entered=entered, left=left)
    present = whole(push.get("occupancy"), "occupancy", least=None)
    if present is not None:
        yield status._replace(kind=CountKind.PRESENT, present=present)


def _is_live_count(push: Fields) -> bool:
    return push.keys() >= {"serial", "in", "out"} or push.keys() >= {
        "serial",
        "total_in",
        "total_out",
    }


def _fits_counter(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    data, sensor = value.get("data"), value.get("sensor")
    is_push = isinstance(data, dict) and "measurements" in data and isinstance(sensor, dict)
    return is_push or _is_live_count(value)


def _read_analytics(message: Message, _context: Context) -> Iterator[Said]:
    event: Fields = read_object(message.payload)
    if not _fits_analytics(event):
        raise Fault("not a scenario", "its topic is none of Object Analytics", _HINT)
    data = event["message"]["data"]
    status = Said(
        event.get("serial") or _serial_of(message),
        CountKind.STATUS,
        channel=re.sub(
            "(eventinterval|threshold)$", "", channel_of(event["topic"].rpartition("/")[2])
        ),
        time_us=instant_us(event.get("timestamp"), in_ms=True),
    )
    people = _people(data)
    if people is None:
        yield status
    elif _is_occupancy(data):
        yield status._replace(kind=CountKind.PRESENT, present=people)
    else:
        start_us, now_us = instant_us(data.get("startTime")), status.time_us
        counted_us = 0 if start_us is None or now_us is None else now_us - start_us
        yield status._replace(
            kind=CountKind.TOTAL,
            entered=people,
            # As after a start: where it is less than before, the total has begun at zero.
            uptime_s=counted_us // 10**6 if counted_us > 0 else None,
        )


def _is_occupancy(data: Fields) -> bool:
    if "startTime" in data:
        return False
    scenario = str(data.get("scenarioType") or data.get("scenario") or "").lower()
    return "occupan" in scenario or "human" in data


def _people(data: Fields) -> int | None:
    """How many people an event counts; None where it counts none, or other things alone."""
    counts = {name.removeprefix("total").lower(): number for name, number in data.items()}
    is_of_vehicles = not _VEHICLES.isdisjoint(counts)
    return whole(counts.get("human", None if is_of_vehicles else data.get("total")), "human")


def _serial_of(message: Message) -> str:
    levels = message.topic.split("/")
    return levels[1] if levels[0] == "axis" and len(levels) > 1 else last_level(message)


def _fits_analytics(value: object) -> bool:
    if not isinstance(value, dict) or _SCENARIOS not in str(value.get("topic")):
        return False
    event = value.get("message")
    return isinstance(event, dict) and isinstance(event.get("data"), dict)


def _read_dataq(message: Message, _context: Context) -> Iterator[Said]:
    published: Fields = read_object(message.payload)
    if published.keys().isdisjoint(_OF_DATAQ):
        raise Fault("not of DataQ", "it is of none of DataQ's topics", _HINT)
    present = published.get("occupancy")
    hours = published.get("Uptime_Hours")
    status = Said(
        published["serial"],
        CountKind.STATUS,
        time_us=instant_us(published.get("timestamp"), in_ms=True),
        marks=Mark.FAULT if published.get("connected") is False else Mark(0),
        uptime_s=None if hours is None else round(float(hours) * 3600),
    )
    if isinstance(present, dict):  # of classes; one of which there are none is left out
        people = whole(present.get("Human", present.get("human", 0)), "Human")
        yield status._replace(kind=CountKind.PRESENT, present=people)
    else:
        yield status


def _fits_dataq(value: object) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("occupancy"), dict)
        and value.keys() >= {"serial", "timestamp"}
    )


CODECS: tuple[Codec, ...] = (
    codec(
        "axis-aoa",
        "AXIS Object Analytics",
        _read_analytics,
        # With names of namespaces in front, or as a level of their own.
        filters=("axis/+/event/+/ObjectAnalytics/+", "axis/+/event/+/+/ObjectAnalytics/+"),
        fits=_fits_analytics,
    ),
    codec("axis-counter", "AXIS People Counter, 3D too", _read_counter, fits=_fits_counter),
    codec("axis-dataq", "DataQ on Axis cameras", _read_dataq, fits=_fits_dataq),
)
