"""IMBuildings people counters, over LoRaWAN and over NB-IoT.

After IMBuildings' page "payload definitions": type 2 is a people counter, big-endian throughout.
Variant 6, on LoRaWAN, has the id (8 bytes), status, centivolts, the counts A and B since the last
transmission, sensor status, the totals A and B of 16 bits, and a running number; variant 7 has the
id, sensor status and the totals alone. Variant 4, on NB-IoT, has the id (6 bytes), status,
centivolts, RSSI, UTC in decimal digits, counts A and B, and sensor status; the operator's platform
passes it on in hex. The lowest bit of the status says that the device has started.
"""

import struct
from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.lorawan import Model, Packet, wires
from simulator.wires.wire import Letter, Statement, Wire, as_json, instant

_CENTIVOLTS = 310
_RSSI = -71


def _variant_6(said: Statement, device: str, number: int) -> Packet:
    return Packet(
        1,
        struct.pack(
            ">BB8sBHHHBHHB",
            2,
            6,
            bytes.fromhex(device),
            said.booted,
            _CENTIVOLTS,
            *said.risen,
            0,
            said.entered,
            said.left,
            number % 256,
        ),
    )


def _decoded(said: Statement, device: str, number: int) -> dict[str, object]:
    counter_a, counter_b = said.risen
    return {
        "device_type_identifier": 2,
        "device_type": "People Counter",
        "device_type_variant": 6,
        "device_id": device,
        "device_status": int(said.booted),
        "battery_voltage": _CENTIVOLTS / 100,
        "counter_a": counter_a,
        "counter_b": counter_b,
        "sensor_status": 0,
        "total_counter_a": said.entered,
        "total_counter_b": said.left,
        "payload_counter": number % 256,
    }


def _variant_7(said: Statement, device: str, _number: int) -> Packet:
    counts = (said.entered, said.left)
    return Packet(1, struct.pack(">BB8sBHH", 2, 7, bytes.fromhex(device), 0, *counts))


def _decoded_7(said: Statement, device: str, _number: int) -> dict[str, object]:
    return {
        "device_type_identifier": 2,
        "device_type": "People Counter",
        "device_type_variant": 7,
        "device_id": device,
        "sensor_status": 0,
        "total_counter_a": said.entered,
        "total_counter_b": said.left,
    }


def _variant_4(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    payload = struct.pack(
        ">BB6sBHb7sHHB",
        2,
        4,
        bytes.fromhex(device),
        said.booted,
        _CENTIVOLTS,
        _RSSI,
        bytes.fromhex(instant(said.written_s).strftime("%Y%m%d%H%M%S")),
        said.entered,
        said.left,
        0,
    )
    report = {
        "serialNumber": f"IMEI:86151804{device[-7:]}",
        "timestamp": said.true_s * 1_000,
        "resourcePath": "uplinkMsg/0/data",
        "value": payload.hex(),
        "customAttributes": {"device_protocol": "udp"},
    }
    message = {"reports": [report], "registrations": [], "deregistrations": [], "updates": []}
    return Letter(f"impact/{device}", as_json(message))


PEOPLE_COUNTER = Model(
    brand="imbuildings",
    model="imbuildings-people-counter",
    profile="IMBuildings People Counter",
    kinds=(CountKind.TOTAL,),
    packet=_variant_6,
    decoded=_decoded,
    counts_to=2**16,
    says_boot=True,
)
TOTALS = Model(
    brand="imbuildings",
    model="imbuildings-people-counter",
    form="/totals",
    profile="IMBuildings People Counter",
    kinds=(CountKind.TOTAL,),
    packet=_variant_7,
    decoded=_decoded_7,
    counts_to=2**16,
)
IMBUILDINGS: tuple[Wire, ...] = (
    *wires(PEOPLE_COUNTER),
    *wires(TOTALS),
    Wire(
        name="imbuildings",
        codec="imbuildings",
        kinds=(CountKind.PERIOD,),
        device=lambda number: f"e8eb1b{number:06x}",
        write=_variant_4,
        filter="impact/+",
        tells_periods=False,
        says_boot=True,
    ),
)
