"""Terabee: People Flow Counting over LoRaWAN, its occupancy counting, and pushes of JSON.

After Terabee's decoders in TheThingsNetwork/lorawan-devices: FPort 1 has the totals in and out,
32 bits each, big-endian, and a byte of flags; FPort 83 has flags, people present in all, and those
of eight zones, 255 where a zone is not set. JSON after messages in akenza-io/device-type-library:
the M's times are seconds since 1970 as text; the XL's has other names.
"""

import struct
from collections.abc import Sequence

from domain.readings import CountKind
from simulator.wires.lorawan import Model, Packet, wires
from simulator.wires.wire import Letter, Statement, Wire, as_json

_NO_ZONES = (255,) * 8


def _flow(said: Statement, _device: str, _number: int) -> Packet:
    return Packet(1, struct.pack(">IIB", said.entered, said.left, 0))


def _flow_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    return {"count_in": said.entered, "count_out": said.left, "flags": {}}


def _occupancy(said: Statement, _device: str, _number: int) -> Packet:
    return Packet(83, struct.pack(">10B", 0, said.present, *_NO_ZONES))


def _occupancy_decoded(said: Statement, _device: str, _number: int) -> dict[str, object]:
    zones = {f"zone_{n}": "not set" for n in range(8)}
    return {"flags": {}, "zone_global": said.present, **zones}


def _push_of_m(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    push = {
        "uid": device,
        "time": str(said.written_s),
        "type": "counters",
        "value": {"in": said.entered, "out": said.left},
    }
    return Letter(f"terabee/{device}", as_json(push))


def _push_of_xl(device: str, statements: Sequence[Statement], _number: int) -> Letter:
    (said,) = statements
    push = {
        "device_id": device,
        "timestamp": str(said.written_s),
        "count_in": said.entered,
        "count_out": said.left,
    }
    return Letter(f"terabee-xl/{device}", as_json(push))


FLOW = Model(
    brand="terabee",
    model="people-flow-counting-l-xl",
    profile="Terabee People Flow Counting L XL",
    kinds=(CountKind.TOTAL,),
    packet=_flow,
    decoded=_flow_decoded,
    counts_to=2**32,
)
OCCUPANCY = Model(
    brand="terabee",
    model="people-occupancy-counting",
    profile="Terabee People Occupancy Counting",
    kinds=(CountKind.PRESENT,),
    packet=_occupancy,
    decoded=_occupancy_decoded,
    present_to=2**8 - 1,
)
TERABEE: tuple[Wire, ...] = (
    *wires(FLOW),
    *wires(OCCUPANCY),
    Wire(
        name="terabee",
        codec="terabee",
        kinds=(CountKind.TOTAL,),
        device=lambda number: f"pcm{number:012x}",
        write=_push_of_m,
        filter="terabee/+",
    ),
    Wire(
        name="terabee/xl",
        codec="terabee",
        kinds=(CountKind.TOTAL,),
        device=lambda number: f"xl-{number:08x}",
        write=_push_of_xl,
        filter="terabee-xl/+",
    ),
)
