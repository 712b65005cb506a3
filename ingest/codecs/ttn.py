"""The Things Stack v3, also The Things Network: uplinks by its MQTT server.

Source: The Things Stack, "MQTT Server" and "Data Formats". Topics are
`v3/{application}@{tenant}/devices/{device}/up`; other kinds of messages have topics beside it.
Fields of value 0, false or "" are left out. The time is that of receipt by the network server.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.lorawan.device import Uplink
from ingest.codecs.lorawan.uplink import read_uplink
from ingest.codecs.said import Said
from ingest.message import Message


def _read(message: Message, context: Context) -> Iterator[Said]:
    event: Mapping[str, Any] = read_object(message.payload)
    ids = event["end_device_ids"]
    device = (ids.get("dev_eui") or ids["device_id"]).lower()
    time_us = instant_us(event.get("received_at"))
    if event.get("simulated"):
        raise Fault(
            "simulated", "the message was made up in the console", "send one from the device"
        )
    if "uplink_message" in event:
        yield from read_uplink(_uplink(event["uplink_message"], ids, device, time_us), context)
    elif "join_accept" in event:
        yield Said(device, CountKind.STATUS, time_us=time_us)
    else:
        kinds = [name for name in event if name not in {"end_device_ids", "received_at"}]
        raise Fault(
            "not an uplink",
            f"the message has {', '.join(kinds) or 'nothing'} in place of an uplink_message",
            "subscribe to v3/+/devices/+/up alone",
        )


def _uplink(
    uplink: Mapping[str, Any], ids: Mapping[str, Any], device: str, time_us: int | None
) -> Uplink:
    version = uplink.get("version_ids", {})
    named = [version.get("brand_id"), version.get("model_id"), ids.get("device_id")]
    given = [*uplink.get("attributes", {}).values()]
    return Uplink(
        device=device,
        hints=" ".join(str(hint).lower() for hint in (*named, *given) if hint),
        decoded=uplink.get("decoded_payload"),
        data=base64.b64decode(uplink.get("frm_payload", "")),
        port=uplink.get("f_port", 0),
        count=uplink.get("f_cnt", 0),
        time_us=instant_us(uplink.get("received_at")) or time_us,
    )


def _fits(value: object) -> bool:
    return isinstance(value, dict) and "end_device_ids" in value


CODEC = codec("ttn-v3", "The Things Stack v3", _read, filters=("v3/+/devices/+/up",), fits=_fits)
