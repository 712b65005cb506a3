"""Uplinks as network servers publish them, around what devices say."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from tests.ingest.payloads.case import Case
from tests.ingest.payloads.run import content_of

DEV_EUI = "24e124abc0000001"
TTN_TOPIC = "v3/venues@ttn/devices/counter-1/up"
CHIRPSTACK_TOPIC = f"application/1/device/{DEV_EUI}/event/up"
HEARD = "2026-11-23T11:59:58.500000001Z"
"""When the network heard it."""


def ttn_uplink(
    data: bytes = b"",
    decoded: Mapping[str, Any] | None = None,
    *,
    device: str = "counter-1",
    model: str = "",
    **fields: object,
) -> bytes:
    """By The Things Stack; empty fields are left out, as it does."""
    uplink = {
        "f_port": 85,
        "frm_payload": base64.b64encode(data).decode(),
        "decoded_payload": decoded,
        "received_at": HEARD,
        "version_ids": {"brand_id": "milesight-iot", "model_id": model} if model else None,
        **fields,
    }
    message = {
        "end_device_ids": {"device_id": device, "dev_eui": DEV_EUI.upper()},
        "received_at": "2026-11-23T11:59:59.000000001Z",
        "uplink_message": {name: value for name, value in uplink.items() if value},
    }
    return json.dumps(message).encode()


def chirpstack_uplink(
    data: bytes = b"",
    decoded: Mapping[str, Any] | None = None,
    *,
    profile: str = "Counters",
    **fields: object,
) -> bytes:
    """By ChirpStack; empty fields are left out, as it does."""
    message = {
        "time": HEARD,
        "deviceInfo": {"deviceProfileName": profile, "deviceName": "Door", "devEui": DEV_EUI},
        "fPort": 85,
        "data": base64.b64encode(data).decode(),
        "object": decoded,
        **fields,
    }
    return json.dumps({name: value for name, value in message.items() if value}).encode()


def of_hex(case: Case) -> bytes:
    """A case of which the file has the device's bytes, as ChirpStack would pass them on."""
    content = content_of(case)
    if isinstance(content, str):
        return chirpstack_uplink(bytes.fromhex(content))
    data = content.get("bytes") or bytes.fromhex(content.get("bytes_hex") or content["payloadHex"])
    return chirpstack_uplink(bytes(data), fPort=content.get("fPort") or content["port"])
