"""ChirpStack v4: events of its MQTT integration, as JSON.

Source: ChirpStack, "Event types" and "MQTT integration". Topics are
`application/{application}/device/{DevEUI}/event/{event}`. Fields of value 0, false or "" are left
out, and `object` where the device's profile has no codec.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from domain.readings import CountKind, Mark
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.lorawan.device import Uplink
from ingest.codecs.lorawan.uplink import read_uplink
from ingest.codecs.said import Said
from ingest.message import Message

_LOW_BATTERY_PERCENT = 10


def _read(message: Message, context: Context) -> Iterator[Said]:
    event: Mapping[str, Any] = read_object(message.payload)
    info = event["deviceInfo"]
    device = info["devEui"].lower()
    time_us = instant_us(event.get("time"))
    kind = _kind(message.topic, event)
    if kind == "up":
        yield from read_uplink(_uplink(event, info, device, time_us), context)
    elif kind in {"status", "join"}:
        yield Said(device, CountKind.STATUS, time_us=time_us, marks=_marks(event))
    else:
        raise Fault(
            "not an uplink",
            f"the event is {kind}",
            "subscribe to application/+/device/+/event/up alone",
        )


def _kind(topic: str, event: Mapping[str, Any]) -> str:
    """By the topic, or by what only events of that kind have where a bridge made another."""
    levels = topic.split("/")
    if levels[-2:-1] == ["event"]:
        return levels[-1]
    if "margin" in event:
        return "status"
    return "up" if {"data", "object", "fPort", "rxInfo"} & event.keys() else "of another kind"


def _marks(event: Mapping[str, Any]) -> Mark:
    """Of the device's answer to a DevStatusReq; without a level on external power."""
    level = event.get("batteryLevel", 100)
    is_plugged = event.get("externalPowerSource") or event.get("batteryLevelUnavailable")
    return Mark.LOW_BATTERY if level <= _LOW_BATTERY_PERCENT and not is_plugged else Mark(0)


def _uplink(
    event: Mapping[str, Any], info: Mapping[str, Any], device: str, time_us: int | None
) -> Uplink:
    named = [info.get("deviceProfileName"), *info.get("tags", {}).values(), info.get("deviceName")]
    return Uplink(
        device=device,
        hints=" ".join(str(hint).lower() for hint in named if hint),
        decoded=event.get("object"),
        data=base64.b64decode(event.get("data", "")),
        port=event.get("fPort", 0),
        count=event.get("fCnt", 0),
        time_us=time_us,
    )


def _fits(value: object) -> bool:
    return isinstance(value, dict) and "deviceInfo" in value


CODEC = codec(
    "chirpstack-v4",
    "ChirpStack v4",
    _read,
    filters=("application/+/device/+/event/up",),
    fits=_fits,
)
