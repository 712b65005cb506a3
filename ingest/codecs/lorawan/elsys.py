"""ELSYS ERS Eye, which sees whether a desk or a room is occupied.

Source: ELSYS's document "payload" and its decoder in TheThingsNetwork/lorawan-devices. An uplink is
a row of values, each after a byte of its type. Occupancy is 0 for free, 1 for pending (somebody
comes or goes, and the device has not made up its mind) and 2 for occupied. Pending is neither free
nor occupied: it is read as a sign of life, so that what was said last stands until the device
decides. `motion` counts how often the motion detector was set off, which is not people.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan.device import Device
from ingest.codecs.said import Said, whole

_OCCUPANCY = 0x11
_SETTINGS = 0x3E
"""The rest of the uplink are settings that the device answers a question with."""
_BYTES = {
    0x01: 2,  # temperature
    0x02: 1,  # humidity
    0x03: 3,  # acceleration
    0x04: 2,  # light
    0x05: 1,  # motion
    0x06: 2,  # CO₂
    0x07: 2,  # battery
    0x08: 2,  # analogue input
    0x09: 6,  # position
    0x0A: 2,  # pulses since the last uplink
    0x0B: 4,  # pulses in total
    0x0C: 2,  # external temperature
    0x0D: 1,  # digital input
    0x0E: 2,  # distance
    0x0F: 1,  # vibration
    0x10: 4,  # infrared temperatures
    _OCCUPANCY: 1,
    0x12: 1,  # water leak
    0x13: 65,  # heat image
    0x14: 4,  # pressure
    0x15: 2,  # sound
    0x16: 2,  # pulses of the second input
    0x17: 4,
    0x18: 2,  # second analogue input
    0x19: 2,  # second external temperature
    0x1A: 1,  # second digital input
    0x1B: 4,  # load cell
    0x1C: 2,  # volatile organic compounds
    0x3D: 4,  # debug
}
"""Of the value of each type."""
_FREE, _PENDING, _OCCUPIED = 0, 1, 2


def of_bytes(data: bytes, _port: int) -> Iterator[Said]:
    """What an uplink says. Raises `Fault` where it breaks off or has values of unknown length."""
    occupancy, at = None, 0
    while at < len(data) and data[at] != _SETTINGS:
        size = _BYTES.get(data[at], 0)
        value = data[at + 1 : at + 1 + size]
        if not size or len(value) < size:
            raise Fault(
                "unknown payload",
                f"byte {at}: type {data[at]:#04x} is not known, or its value breaks off",
                "is the device an ERS Eye?",
            )
        if data[at] == _OCCUPANCY:
            occupancy = value[0]
        at += 1 + size
    yield _said(occupancy)


def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
    """What the vendor's decoder made of it; None where it is not its."""
    is_elsys = decoded.keys() & {"motion", "light"} and decoded.keys() & {"occupancy", "vdd"}
    occupancy = decoded.get("occupancy")
    if not is_elsys or not isinstance(occupancy, int | float | None):
        return None
    return [_said(whole(occupancy, "occupancy"))]


def _said(occupancy: int | None) -> Said:
    if occupancy not in (None, _FREE, _PENDING, _OCCUPIED):
        raise Fault("not an occupancy", f"{occupancy} is none of 0, 1 and 2", "see ELSYS's manual")
    if occupancy in (None, _PENDING):
        return Said("", CountKind.STATUS)
    return Said("", CountKind.PRESENT, present=int(occupancy == _OCCUPIED))


DEVICES = (
    Device(
        name="elsys-ers-eye",
        title="ELSYS ERS Eye",
        models=("ers-eye", "erseye", "elsys"),
        of_bytes=of_bytes,
        of_object=of_object,
    ),
)
