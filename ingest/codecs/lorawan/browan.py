"""Browan TBMS100 (TABS motion sensor), which tells whether a room is occupied.

Source: Browan's reference manual of the TBMS100 and the decoders in
TheThingsNetwork/lorawan-devices. FPort 102 brings a status, of which the lowest bit is set while
the room is occupied: until nothing has moved for five minutes. `count` tells how often the motion
detector was set off since the device started. One person at a desk sets it off many times; it
counts no people and is left out. FPort 204 answers questions about settings.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.readings import CountKind, Mark
from ingest.codecs.faults import Fault
from ingest.codecs.lorawan.device import Device
from ingest.codecs.said import Said, whole

_STATUS_PORT, _SETTINGS_PORT = 102, 204
_STATUS_BYTES, _ABOUT_BYTES = 8, 9
_ABOUT = 1
"""Begins the first uplink after a start, which names hardware and firmware."""
_OCCUPIED = 1
_DECODED = {"status", "battery", "time", "count"}


def of_bytes(data: bytes, port: int) -> Iterator[Said]:
    """What an uplink says. Raises `Fault` where it is of no known kind."""
    if port == _STATUS_PORT and len(data) == _STATUS_BYTES:
        yield _of_status(data[0])
    elif port == _SETTINGS_PORT:
        yield Said("", CountKind.STATUS)
    elif len(data) == _ABOUT_BYTES and data[0] == _ABOUT:
        yield Said("", CountKind.STATUS, marks=Mark.BOOTED)
    else:
        raise Fault(
            "unknown payload",
            f"{len(data)} bytes on FPort {port} are none of a TBMS100's",
            "its status has 8 bytes and comes on FPort 102",
        )


def of_object(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
    """What the vendor's decoder made of it, in either case of names; None where it is not its."""
    fields = {str(name).lower(): value for name, value in decoded.items()}
    if not fields.keys() >= _DECODED:
        return None
    return [_of_status(whole(fields["status"], "status") or 0)]


def _of_status(status: int) -> Said:
    return Said("", CountKind.PRESENT, present=status & _OCCUPIED)


DEVICES = (
    Device(
        name="browan-tbms100",
        title="Browan TBMS100",
        models=("tbms100", "tbms", "motionsensor"),
        of_bytes=of_bytes,
        of_object=of_object,
    ),
)
