"""Milesight VS321: a camera on batteries that counts people in a room, or watches ten desks.

Source: the open repository Milesight-IoT/SensorDecoders, both its versions for this device. No
capture of a real device was at hand. The number of people, whole or desk by desk (1 occupied, 0
vacant), is of people present; desks that are not enabled are left out. `region_status`, of the
decoder for firmware 1.02, is left out: it cuts off the bits that it speaks of.
"""

import struct
from collections.abc import Iterator

from ingest.codecs.lorawan.milesight_channels import (
    COMMON,
    Fields,
    Layout,
    history,
    little,
    skip,
)
from ingest.codecs.lorawan.milesight_fields import device, is_on, occupied, present
from ingest.codecs.said import Said

_DESKS = range(1, 11)


def _counts(fields: Fields) -> Iterator[Said]:
    yield from present(fields.get("people_total_counts", fields.get("total_number")))
    for number in _DESKS:
        if is_on(fields.get(f"region_{number}_enable")):
            yield from present(occupied(fields.get(f"region_{number}")), f"region-{number}")


def _desks(rest: bytes) -> tuple[int, Fields]:
    """A bit a desk, the lowest for the first: whether it is enabled, then whether occupied."""
    enabled, taken = struct.unpack_from("<HH", rest)
    return 4, {
        f"region_{number}{suffix}": bits >> (number - 1) & 1
        for number in _DESKS
        for suffix, bits in (("_enable", enabled), ("", taken))
    }


def _confidence(rest: bytes) -> tuple[int, Fields]:
    return 2, {"detection_status": "unavailable" if rest[1] == 1 else "normal"}


_PEOPLE = little("H", "people_total_counts")

_LAYOUT: Layout = {
    **COMMON,
    (0x03, 0x67): skip(2),
    (0x04, 0x68): skip(1),
    (0x05, 0xFD): _PEOPLE,
    (0x06, 0xFE): _desks,
    (0x07, 0xFF): skip(1),
    (0x08, 0xF4): _confidence,
    (0x0A, 0xEF): little("I", "timestamp"),
    (0x20, 0xCE): history({0: _PEOPLE, 1: _desks}),
    (0x83, 0x67): skip(3),
    (0x84, 0x68): skip(2),
}

DEVICES = (
    device("vs321", _LAYOUT, _counts, r"people_total_counts|total_number|region_\d+_enable"),
)
