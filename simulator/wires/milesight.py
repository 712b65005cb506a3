"""Milesight VS133 in an uplink of ChirpStack v4.

Bytes after the vendor's user guide: channel, type, value. 03 d2 and 04 d2 are the totals in and out
of line 1, 32 bits, little-endian; ff 0b ff says that power has come. The uplink's JSON after
ChirpStack's page on events: zero values are left out, `time` is the network's.
"""

import base64
import json
import struct
from collections.abc import Sequence
from uuid import NAMESPACE_OID, uuid5

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, eui, rfc3339

APPLICATION = "17c82e96-be03-4f38-aef3-f83d48582d97"
PORT = 85


def _write(device: str, statements: Sequence[Statement], number: int) -> Letter:
    (said,) = statements
    data = b"\xff\x0b\xff" if said.booted else b""
    data += struct.pack("<2sI", b"\x03\xd2", said.entered)
    data += struct.pack("<2sI", b"\x04\xd2", said.left)
    uplink = {
        "deduplicationId": str(uuid5(NAMESPACE_OID, f"{device}/{number}")),
        "time": rfc3339(said.true_s),
        "deviceInfo": {
            "applicationId": APPLICATION,
            "applicationName": "doors",
            "deviceProfileName": "Milesight VS133",
            "deviceName": f"counter {device[-4:]}",
            "devEui": device,
        },
        "devAddr": device[-8:],
        **({"fCnt": number} if number else {}),
        "fPort": PORT,
        "data": base64.b64encode(data).decode(),
    }
    return Letter(
        f"application/{APPLICATION}/device/{device}/event/up", json.dumps(uplink).encode()
    )


MILESIGHT_VS133 = Wire(
    name="milesight-vs133",
    kinds=(CountKind.TOTAL,),
    device=eui,
    write=_write,
    filter="application/+/device/+/event/up",
    counts_to=2**32,
    has_clock=False,
)
