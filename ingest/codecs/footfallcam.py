"""FootfallCam counters: one message an event on `/status/{ChipSerial}`.

No capture of a real device was at hand; written from descriptions of its raw events (RoiId,
MetricId, PeopleId, EventStartTime, EventEndTime, CombineObjectTypeId): metric 1 is in and 2 is
out, object type 11 is a visitor and 21 staff, times are seconds since 1970 or UTC texts. There is
no counter, so what gets lost on the way stays lost. Staff, other objects and other metrics are
signs of life only.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.json_text import read_json
from ingest.codecs.said import Said, last_level, whole
from ingest.message import Message

Fields = Mapping[str, Any]
_IN: Final = 1
_OUT: Final = 2
_VISITOR: Final = 11
_SERIALS: Final = ("ChipSerial", "CameraSerial", "Serial")


def _read(message: Message, context: Context) -> Iterator[Said]:
    content: Any = read_json(message.payload)
    for event in content if isinstance(content, list) else [content]:
        yield _said(event, message, context)


def _said(event: Fields, message: Message, context: Context) -> Said:
    serial = next((event[name] for name in _SERIALS if event.get(name)), last_level(message))
    roi = event.get("RoiId")
    status = Said(
        str(serial),
        CountKind.STATUS,
        channel="" if roi is None else f"roi-{roi}",
        time_us=_time_us(event, context),
    )
    metric = whole(event["MetricId"], "MetricId")
    who = whole(event.get("CombineObjectTypeId"), "CombineObjectTypeId")
    if metric not in (_IN, _OUT) or who not in (None, _VISITOR):
        return status
    return status._replace(
        kind=CountKind.CHANGE,
        entered=1 if metric == _IN else None,
        left=1 if metric == _OUT else None,
        seq=whole(event.get("PeopleId"), "PeopleId") or 0,
    )


def _time_us(event: Fields, context: Context) -> int | None:
    """When the event ended, or began where that is not said."""
    for name in ("EventEnd", "EventStart"):
        for suffix, zone in (("UTCTime", ZoneInfo("UTC")), ("LocalTime", context.zone)):
            time_us = instant_us(event.get(f"{name}{suffix}"), zone)
            if time_us is not None:
                return time_us
        time_us = instant_us(event.get(f"{name}Time"), ZoneInfo("UTC"))
        if time_us is not None:
            return time_us
    return None


def _fits(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and first.keys() >= {"MetricId", "CombineObjectTypeId"}


CODEC = codec("footfallcam", "FootfallCam", _read, filters=("/status/+",), fits=_fits)
