"""Terabee People Flow Counting M, L and XL, and People Occupancy Counting, over LoRaWAN.

Source: Terabee's decoders and examples in TheThingsNetwork/lorawan-devices and
actility/device-catalog. FPort 1 (L, XL) and 82 (M) bring totals of 32 bits and a byte of flags;
FPort 83 brings flags, the people present in all, and those of eight zones, 255 where a zone is not
set. The other ports bring replies to commands: of them those that ask for the totals or set them to
zero say something of counts. A rise of a total that `CMD_CNT_SET` wrote is not told apart.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind, Mark
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan.device import Device
from ingest.codecs.said import Said, whole

_FLOW_L_XL, _FLOW_M, _OCCUPANCY, _COUNTS = 1, 82, 83, 2
_FAULT_BITS = {_FLOW_L_XL: 0b111, _FLOW_M: 0b011, _OCCUPANCY: 0b011}
"""Stopped and stuck; on L and XL also trouble between several devices."""
_FAULT_NAMES = {"TPC_STOPPED", "TPC_STUCK", "MULTI_DEV_ISSUE", "STOPPED", "STUCK"}
_ZONES = ("zone_global", *(f"zone_{number}" for number in range(8)))
_NOT_SET = 255
_REPLY_PORTS = {2, 3, 4, 5, 6, 7, 8, 100, 101, 102}
_RESET, _GET = 1, 2
_ACKNOWLEDGED, _REFUSED = 255, 255
"""The first byte of an acknowledgement, and its third where the command was refused."""


def of_bytes(data: bytes, port: int) -> Iterator[Said]:
    """What an uplink on one of the ports says."""
    if port in (_FLOW_L_XL, _FLOW_M):
        entered, left, flags = _unpacked(">IIB", data)
        yield Said("", CountKind.TOTAL, entered, left, marks=_fault(flags & _FAULT_BITS[port]))
    elif port == _OCCUPANCY:
        flags, *present = _unpacked(">10B", data)
        yield from _zones(
            dict(zip(_ZONES, present, strict=True)), _fault(flags & _FAULT_BITS[port])
        )
    elif port == _COUNTS and data[0] == _GET:
        entered, left = _unpacked(">xII", data)
        yield Said("", CountKind.TOTAL, entered, left)
    elif port in _REPLY_PORTS:
        is_reset = port == _COUNTS and data[:2] == bytes((_ACKNOWLEDGED, _RESET))
        is_done = is_reset and data[2] != _REFUSED
        yield Said("", CountKind.STATUS, marks=Mark.RESET if is_done else Mark(0))
    else:
        raise Fault(
            "unknown port",
            f"FPort {port} is none of a Terabee's",
            "counts come on FPort 1, 82 and 83",
        )


def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
    """What the vendor's decoder made of it; None where it is not its."""
    command = decoded.get("cmd")
    if isinstance(command, Mapping) and str(command.get("name")).startswith("CMD_"):
        return [_of_command(command)]
    flags = decoded.get("flags")
    if not isinstance(flags, Mapping):
        return None
    marks = _fault(any(value and name in _FAULT_NAMES for name, value in flags.items()))
    if "count_in" in decoded or "count_out" in decoded:
        return [_total(decoded, marks)]
    return list(_zones(decoded, marks)) if "zone_global" in decoded else None


def _unpacked(layout: str, data: bytes) -> tuple[int, ...]:
    if len(data) != struct.calcsize(layout):
        raise Fault(
            "unknown payload",
            f"{len(data)} bytes in place of {struct.calcsize(layout)}",
            "is the device a Terabee?",
        )
    return struct.unpack(layout, data)


def _of_command(command: Mapping[str, Any]) -> Said:
    value = command.get("value")
    if isinstance(value, Mapping) and "count_in" in value:
        return _total(value, Mark(0))
    is_done = command["name"] == "CMD_CNT_RST" and command.get("success") is True
    return Said("", CountKind.STATUS, marks=Mark.RESET if is_done else Mark(0))


def _total(counts: Mapping[str, Any], marks: Mark) -> Said:
    entered, left = (whole(counts.get(name), name) for name in ("count_in", "count_out"))
    return Said("", CountKind.TOTAL, entered, left, marks=marks)


def _zones(counts: Mapping[str, Any], marks: Mark) -> Iterator[Said]:
    for name in _ZONES:
        present = counts.get(name)
        if present not in (None, "not set") and (name == "zone_global" or present != _NOT_SET):
            channel = "" if name == "zone_global" else name.replace("_", "-")
            number = whole(present, name)
            yield Said("", CountKind.PRESENT, present=number, channel=channel, marks=marks)


def _fault(is_faulty: int) -> Mark:
    return Mark.FAULT if is_faulty else Mark(0)


DEVICES = (
    Device(
        name="terabee",
        title="Terabee People Counting",
        models=(
            "terabee",
            "people-flow-counting-l-xl",
            "people-flow-counting-m",
            "people-occupancy-counting",
        ),
        of_bytes=of_bytes,
        of_object=of_object,
    ),
)
