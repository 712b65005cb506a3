"""Milesight's LoRaWAN devices: channel, type, value, one after another, all little-endian.

Bytes after the vendor's user guides ("Sensor Data", "Uplink Data"), objects after the decoders that
Milesight publishes (Milesight-IoT/SensorDecoders):

- VS133: 03 d2 and 04 d2 are the totals in and out of line 1, 32 bits.
- VS350: 04 cc are the totals in and out, 16 bits each, 05 cc those of the period.
- VS121: 04 c9 are people in all, the number of regions, and a bit for each of these.
- VS321: 05 fd are people in all, 16 bits.
- VS340: 03 00 is 1 where the seat is taken.
- ff 0b ff says of all of them that power has come.
"""

import struct

from domain.readings import CountKind
from simulator.wires.lorawan import Model, Packet, wires
from simulator.wires.wire import Statement, Wire

PORT = 85
_STARTED = b"\xff\x0b\xff"


def _packet(said: Statement, *channels: bytes) -> Packet:
    return Packet(PORT, b"".join([_STARTED if said.booted else b"", *channels]))


def _vs133(said: Statement, _device: str, _number: int) -> Packet:
    return _packet(
        said,
        struct.pack("<2sI", b"\x03\xd2", said.entered),
        struct.pack("<2sI", b"\x04\xd2", said.left),
    )


def _vs133_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    started = {"device_status": "on"} if said.booted else {}
    return {**started, "line_1_total_in": said.entered, "line_1_total_out": said.left}


def _vs350(said: Statement, _device: str, _number: int) -> Packet:
    return _packet(
        said,
        struct.pack("<2sHH", b"\x05\xcc", *said.risen),
        struct.pack("<2sHH", b"\x04\xcc", said.entered, said.left),
    )


def _vs350_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    entered, left = said.risen
    started = {"device_status": "on"} if said.booted else {}
    totals = {"total_in": said.entered, "total_out": said.left}
    return {**started, "period_in": entered, "period_out": left, **totals}


def _vs121(said: Statement, _device: str, _number: int) -> Packet:
    return _packet(said, struct.pack("<2sBBH", b"\x04\xc9", said.present, 0, 0))


def _vs121_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    return {"people_count_all": said.present, "region_count": 0}


def _vs321(said: Statement, _device: str, _number: int) -> Packet:
    return _packet(said, struct.pack("<2sH", b"\x05\xfd", said.present))


def _vs340(said: Statement, _device: str, _number: int) -> Packet:
    return _packet(said, b"\x03\x00", b"\x01" if said.present else b"\x00")


def _vs340_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    return {"occupancy": "occupied" if said.present else "vacant"}


_BRAND = "milesight-iot"
_TOTAL, _PRESENT = (CountKind.TOTAL,), (CountKind.PRESENT,)

VS133 = Model(
    brand=_BRAND,
    model="vs133",
    profile="Milesight VS133",
    kinds=_TOTAL,
    packet=_vs133,
    decoded=_vs133_decoded,
    channel="line-1",
    counts_to=2**32,
    says_boot=True,
)
VS350 = Model(
    brand=_BRAND,
    model="vs350",
    profile="Milesight VS350",
    kinds=_TOTAL,
    packet=_vs350,
    decoded=_vs350_decoded,
    counts_to=2**16,
    says_boot=True,
)
VS121 = Model(
    brand=_BRAND,
    model="vs121",
    profile="Milesight VS121",
    kinds=_PRESENT,
    packet=_vs121,
    decoded=_vs121_decoded,
    present_to=2**8 - 1,
)
VS321 = Model(
    brand=_BRAND,
    model="vs321",
    profile="Milesight VS321",
    kinds=_PRESENT,
    packet=_vs321,
    present_to=2**16 - 1,
)
VS340 = Model(
    brand=_BRAND,
    model="vs340",
    profile="Milesight VS340",
    kinds=_PRESENT,
    packet=_vs340,
    decoded=_vs340_decoded,
    present_to=1,
)

MILESIGHT: tuple[Wire, ...] = tuple(
    wire for model in (VS133, VS350, VS121, VS321, VS340) for wire in wires(model)
)
