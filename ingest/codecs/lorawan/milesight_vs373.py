"""Milesight VS373: a radar that watches one room for falls, and up to six regions of it.

Source: Milesight's document "uplink packets" of the VS373, and the open repository
Milesight-IoT/SensorDecoders. No capture of a real device was at hand. The room is vacant or has
someone in it, whatever he does: none or one person present; so is each region. Firmware 1.0.1 says
0 for an occupied region, later ones say 1. Falls, breath and times are left out.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.codecs.lorawan.milesight_channels import (
    COMMON,
    Fields,
    Layout,
    Read,
    little,
    skip,
)
from ingest.codecs.lorawan.milesight_fields import device, occupied, present
from ingest.codecs.said import Said

_ROOM = {"normal": 1, "vacant": 0, "in_bed": 1, "out_of_bed": 1, "fall": 1}
_UNWATCHED = {"ignore", "unset", "3", "255"}


def _counts(fields: Fields) -> Iterator[Said]:
    room = _ROOM.get(str(fields.get("detection_status")))
    yield from present(_alarmed(fields) if room is None else room)
    for number in range(1, 33):
        if str(fields.get(f"region_{number}_type")) not in _UNWATCHED:
            state = occupied(fields.get(f"region_{number}_occupancy"))
            yield from present(state, f"region-{number}")


def _alarmed(fields: Fields) -> int | None:
    """The room's state, where an alarm reports that it changed: the last of those that do."""
    alarms = [fields, *(e for e in fields.get("events", ()) if isinstance(e, Mapping))]
    states = [occupied(a.get("alarm_type")) for a in alarms if _is_raised(a.get("alarm_status"))]
    return next((state for state in reversed(states) if state is not None), None)


def _is_raised(status: Any) -> bool:
    return str(status) in {"alarm_triggered", "status_report"}


def _room(numbers: int) -> Read:
    """What is seen in the room, what its target does, and two times."""

    def read(rest: bytes) -> tuple[int, Fields]:
        state = dict(enumerate(_ROOM)).get(rest[0])
        return 2 + numbers, {"detection_status": state}

    return read


def _alarm(rest: bytes) -> tuple[int, Fields]:
    return 5, {"events": [_alarm_of(rest)]}


def _past_alarm(rest: bytes) -> tuple[int, Fields]:
    (time,) = struct.unpack_from("<I", rest)
    return 9, {"history": [{"timestamp": time, **_alarm_of(rest[4:])}]}


def _alarm_of(rest: bytes) -> Fields:
    return {
        "alarm_type": {4: "occupied", 5: "vacant"}.get(rest[2], "other"),
        "alarm_status": {1: "alarm_triggered", 4: "status_report"}.get(rest[3], "over"),
    }


def _old_regions(rest: bytes) -> tuple[int, Fields]:
    states = {0: "occupied", 1: "vacant"}
    return 4, {f"region_{n + 1}_occupancy": states.get(rest[n]) for n in range(4)}


def _regions(rest: bytes) -> tuple[int, Fields]:
    """Their number, and a bit a region, the lowest for the first."""
    number, bits = struct.unpack_from("<BI", rest)
    return 5, {f"region_{n + 1}_occupancy": bits >> n & 1 for n in range(min(number, 32))}


_LAYOUT: Layout = {
    **COMMON,
    (0x03, 0xF8): _room(4),
    (0x04, 0xF9): _old_regions,
    (0x05, 0xFA): skip(8),
    (0x06, 0xFB): _alarm,
    (0x07, 0xB0): _room(6),
    (0x08, 0xB1): skip(3),
    (0x09, 0xB2): little("6B", *(f"region_{n}_type" for n in range(1, 7))),
    (0x0A, 0xB3): _regions,
    (0x0B, 0xB4): skip(9),
    (0x0C, 0xB4): skip(9),
    (0x20, 0xCE): _past_alarm,
}
_SHAPE = r"target_status|region_\d+_(occupancy|out_of_bed_time)|respiratory_status"

DEVICES = (device("vs373", _LAYOUT, _counts, _SHAPE),)
