"""Parametric PCR2, a radar that counts people who pass from left to right and back.

Source: Parametric's pages "PCR2 LoRaWAN payload" of versions 2 to 5 and its decoder in
TheThingsNetwork/lorawan-devices. Left to right is taken for inwards; mounting decides. `LTR` and
`RTL` are counts since the last uplink, and what counts say of the interval between two is in no
uplink of counts: they are changes. `LTR_SUM` and `RTL_SUM` are totals of 16 bits since power-up.
`DIFF`, the decoder's own, has lost its sign and is left out.

An uplink on FPort 190 describes the device; it is sent once after power-up, after a join, and after
a restart for new settings. Of version 5 the page at hand breaks off before the fields of its
counts, which are taken to begin with left to right and right to left as in every version before.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind, Mark
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan.device import Device
from ingest.codecs.said import Said, whole

_SETTINGS_PORT, _COUNTS_PORT, _DEVICE_PORT = 1, 14, 190
_BYTES_OF_VERSION = {3: 16, 4: 17}
_PCR2 = b"\xbe\x01"
_COUNTS_OF_V5 = 0xA5
_CAYENNE = bytes.fromhex("0066")
_SAYS_SETTINGS = {"UplinkInterval", "RadarSensitivity"}


def of_bytes(data: bytes, port: int) -> Iterator[Said]:
    """What an uplink says. Raises `Fault` where it is of no known version."""
    if port == _DEVICE_PORT:
        yield _STARTED
    elif port == _SETTINGS_PORT:
        yield Said("", CountKind.STATUS)
    elif port == _COUNTS_PORT:
        yield from _counts(data)
    else:
        raise Fault("unknown port", f"FPort {port} is none of a PCR2's", "counts come on FPort 14")


def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
    """What the vendor's decoder made of it; None where it is not its."""
    if decoded.keys() >= _SAYS_SETTINGS:
        return [_STARTED]
    if not decoded.keys() >= {"LTR", "RTL"}:
        return None
    sums = (decoded.get("LTR_SUM"), decoded.get("RTL_SUM"))
    return list(_said(decoded["LTR"], decoded["RTL"], *sums))


_STARTED = Said("", CountKind.STATUS, marks=Mark.BOOTED)


def _counts(data: bytes) -> Iterator[Said]:
    if data.startswith(_PCR2) and _BYTES_OF_VERSION.get(data[2]) == len(data):
        yield from _said(*struct.unpack_from(">HHHH", data, 3))
    elif data.startswith(_PCR2) and len(data) == 10 and data[3] == _COUNTS_OF_V5:
        yield from _said(*struct.unpack_from(">HH", data, 4))
    elif len(data) == 9 and data[0] == 0x0A and data[3] in (0x0A, 0x16) and data[6] == 0x01:
        yield from _said(*struct.unpack(">xHxH3x", data))
    elif data.startswith(_CAYENNE) and data[3:5] == b"\x01\x66":
        yield from _said(data[2], data[5])
    else:
        raise Fault(
            "unknown payload",
            f"{len(data)} bytes {data[:8].hex()}… are of no known version",
            "choose the extended payload (PTYPE 2) in the device's settings",
        )


def _said(
    ltr: object, rtl: object, ltr_sum: object = None, rtl_sum: object = None
) -> Iterator[Said]:
    entered, left = whole(ltr_sum, "LTR_SUM"), whole(rtl_sum, "RTL_SUM")
    if entered is not None or left is not None:
        yield Said("", CountKind.TOTAL, entered, left)
    yield Said("", CountKind.CHANGE, whole(ltr, "LTR"), whole(rtl, "RTL"))


DEVICES = (
    Device(
        name="parametric-pcr2",
        title="Parametric PCR2",
        models=("pcr2",),
        of_bytes=of_bytes,
        of_object=of_object,
    ),
)
