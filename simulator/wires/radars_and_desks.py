"""Parametric, HKT, ELSYS and Browan: smaller makers' devices on LoRaWAN.

- Parametric PCR2, after its page "PCR2 LoRaWAN payload" of version 4: be 01 04, then left to right
  and right to left since the last uplink, the same as totals of 16 bits, and three readings of the
  board; all big-endian, on FPort 14.
- HKT people counter, after the decoder in akenza-io/device-type-library: “hkt”, zero, a running
  number; then type 7 with counters A and B of 16 bits and their totals of 32.
- ELSYS ERS Eye, after its document "payload": a type before each value; 11 is occupancy, 0 for free
  and 2 for occupied.
- Browan TBMS100, after its reference manual: on FPort 102 a status whose lowest bit says occupied,
  battery, temperature, minutes since, and how often the detector was set off.
"""

import struct

from domain.readings import CountKind
from simulator.wires.lorawan import Model, Packet, wires
from simulator.wires.wire import Statement, Wire

_BOARD = {"SBX_BATT": 7_200, "SBX_PV": 3_300, "TEMP": 31}


def _pcr2(said: Statement, _device: str, _number: int) -> Packet:
    counts = (*said.risen, said.entered, said.left)
    board = (_BOARD["SBX_BATT"], _BOARD["SBX_PV"], _BOARD["TEMP"] * 10)
    return Packet(14, struct.pack(">3s4H3H", b"\xbe\x01\x04", *counts, *board))


def _pcr2_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    ltr, rtl = said.risen
    sums = {"LTR_SUM": said.entered, "RTL_SUM": said.left}
    return {"LTR": ltr, "RTL": rtl, **sums, "DIFF": abs(ltr - rtl), **_BOARD}


def _hkt(said: Statement, _device: str, number: int) -> Packet:
    battery = b"\x03\x5f"
    counts = struct.pack(">BHHII", 0x07, *said.risen, said.entered, said.left)
    return Packet(10, b"hkt\x00" + bytes([number % 256]) + battery + counts)


def _hkt_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    a, b = said.risen
    return {"counterA": a, "counterB": b, "absCountA": said.entered, "absCountB": said.left}


def _ers_eye(said: Statement, _device: str, _number: int) -> Packet:
    room = struct.pack(">BhBBBHBB", 0x01, 226, 0x02, 41, 0x04, 39, 0x05, 6)
    return Packet(5, room + bytes([0x11, 2 if said.present else 0]))


def _ers_eye_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    room = {"temperature": 22.6, "humidity": 41, "light": 39, "motion": 6}
    return {**room, "occupancy": 2 if said.present else 0}


def _tbms100(said: Statement, _device: str, number: int) -> Packet:
    since = struct.pack("<H", 4) + (number * 3).to_bytes(3, "little")
    return Packet(102, bytes([bool(said.present), 0xBB, 0x34]) + since)


def _tbms100_decoded(said: Statement, _device: str, number: int) -> dict[str, object]:
    seen = {"time": 4, "count": number * 3}
    return {"status": int(bool(said.present)), "battery": 3.6, "temperatureBoard": 20, **seen}


_TOTAL, _PRESENT = (CountKind.TOTAL,), (CountKind.PRESENT,)
PCR2 = Model(
    brand="parametric",
    model="pcr2",
    profile="Parametric PCR2",
    kinds=_TOTAL,
    packet=_pcr2,
    decoded=_pcr2_decoded,
    counts_to=2**16,
)
HKT = Model(
    brand="hkt",
    model="hkt-people-counter",
    profile="HKT People Counter",
    kinds=_TOTAL,
    packet=_hkt,
    decoded=_hkt_decoded,
    counts_to=2**32,
)
ERS_EYE = Model(
    brand="elsys",
    model="ers-eye",
    profile="ELSYS ERS Eye",
    kinds=_PRESENT,
    packet=_ers_eye,
    decoded=_ers_eye_decoded,
    present_to=1,
)
TBMS100 = Model(
    brand="browan",
    model="tbms100",
    profile="Browan TBMS100",
    kinds=_PRESENT,
    packet=_tbms100,
    decoded=_tbms100_decoded,
    present_to=1,
)
RADARS_AND_DESKS: tuple[Wire, ...] = tuple(
    wire for model in (PCR2, HKT, ERS_EYE, TBMS100) for wire in wires(model)
)
