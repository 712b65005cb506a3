"""Milesight VS330, VS340, VS341 and VS370: whether a cubicle, seat or room is occupied.

Source: the open repositories Milesight-IoT/SensorDecoders and TheThingsNetwork/lorawan-devices.
Occupied is one person present, vacant is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest.codecs.lorawan.device import Device
from ingest.codecs.lorawan.milesight_channels import (
    COMMON,
    Fields,
    Layout,
    little,
    skip,
)
from ingest.codecs.lorawan.milesight_fields import device, occupied, present
from ingest.codecs.said import Said


def _counts(fields: Fields) -> Iterator[Said]:
    yield from present(occupied(fields.get("occupancy")))


def _calibration(rest: bytes) -> tuple[int, Fields]:
    return 1, {"calibration_status": "failed" if rest[0] == 0 else "success"}


_VS330: Layout = {
    **COMMON,
    (0x02, 0x82): skip(2),
    (0x02, 0xA5): skip(8),
    (0x03, 0x8E): little("B", "occupancy"),
    (0x04, 0x8E): _calibration,
    (0x04, 0xA8): skip(1),
    (0x06, 0xA6): skip(4),
    (0x07, 0xA7): skip(4),
    (0x08, 0xA8): skip(1),
    (0x09, 0xA9): skip(4),
}
_VS340: Layout = {**COMMON, (0x03, 0x00): little("B", "occupancy")}
_VS370: Layout = {**_VS340, (0x04, 0x00): skip(1)}


def _seat(model: str, layout: Layout) -> Device:
    """One whose objects are told from those of others by their words, as the name is common."""
    seat = device(model, layout, _counts, "occupancy")
    of_object = seat.of_object

    def in_words(decoded: Mapping[str, Any]) -> Sequence[Said] | None:
        state = decoded.get("occupancy")
        is_ours = isinstance(state, str) and occupied(state) is not None
        return of_object(decoded) if is_ours and of_object else None

    return replace(seat, of_object=in_words)


DEVICES = (
    _seat("vs330", _VS330),
    _seat("vs340", _VS340),
    _seat("vs341", _VS340),
    _seat("vs370", _VS370),
)
