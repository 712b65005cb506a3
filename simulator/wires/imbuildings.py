"""IMBuildings people counter in an uplink of The Things Stack v3, decoded by the network server.

`total_counter_a` and `_b` have 16 bits, as the vendor's payload description has it; `counter_a` and
`_b` say what came since the last transmission, which this device leaves at what rose in the total.
"""

import json
from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.wire import Letter, Statement, Wire, eui, rfc3339

APPLICATION = "doors@venues"


def _write(device: str, statements: Sequence[Statement], number: int) -> Letter:
    (said,) = statements
    at = rfc3339(said.true_s).replace("+00:00", ".014773143Z")
    message = {
        "end_device_ids": {
            "device_id": f"eui-{device}",
            "application_ids": {"application_id": "doors"},
            "dev_eui": device.upper(),
        },
        "received_at": at,
        "uplink_message": {
            "f_port": 1,
            **({"f_cnt": number} if number else {}),
            "decoded_payload": {
                "device_type_identifier": 2,
                "device_type": "People Counter",
                "device_type_variant": 6,
                "device_id": device,
                "device_status": 0,
                "battery_voltage": 3.1,
                "sensor_status": 0,
                "total_counter_a": said.entered,
                "total_counter_b": said.left,
                "payload_counter": number % 256,
            },
            "version_ids": {"brand_id": "imbuildings", "model_id": "people-counter"},
            "received_at": at,
        },
    }
    return Letter(f"v3/{APPLICATION}/devices/eui-{device}/up", json.dumps(message).encode())


IMBUILDINGS = Wire(
    name="imbuildings",
    kinds=(CountKind.TOTAL,),
    device=eui,
    write=_write,
    filter="v3/+/devices/+/up",
    counts_to=2**16,
    has_clock=False,
)
