"""Milesight VS133 and VS135: ceiling sensors with up to four lines and four regions.

Source: Milesight's document "uplink data" of the VS133 and VS135, and the open repositories
Milesight-IoT/SensorDecoders (`line_1_total_in`) and TheThingsNetwork/lorawan-devices
(`line_1.total_in`). Totals have 32 bits. A period is the device's reporting interval, which the
message does not tell: the sensor's holds. Children, and staff in a variant of the VS135, are
counted beside all people and have channels of their own; how long people stay is left out.
"""

import re
from collections.abc import Iterator

from domain.readings import CountKind
from ingest.codecs.lorawan.milesight_channels import (
    COMMON,
    Fields,
    Layout,
    Read,
    history,
    little,
    skip,
)
from ingest.codecs.lorawan.milesight_fields import crossings, device, present
from ingest.codecs.said import Said

_LINE = re.compile(r"line_(\d+)_((?:child|staff)_)?(total|period)_(?:in|out)")
_REGION = re.compile(r"region_(\d+)_((?:child|staff)_)?count")
_SUFFIX = {None: "", "child_": "-children", "staff_": "-staff"}


def _counts(fields: Fields) -> Iterator[Said]:
    lines = [m.groups() for m in map(_LINE.fullmatch, fields) if m]
    for number, who, kind in dict.fromkeys(lines):
        stem = f"line_{number}_{who or ''}{kind}"
        yield from crossings(
            CountKind(kind),
            fields.get(f"{stem}_in"),
            fields.get(f"{stem}_out"),
            f"line-{number}{_SUFFIX[who]}",
        )
    for match in filter(None, map(_REGION.fullmatch, fields)):
        yield from present(fields[match[0]], f"region-{match[1]}{_SUFFIX[match[2]]}")


def _covered(rest: bytes) -> tuple[int, Fields]:
    return 3, {f"node_{rest[1]}_occlusion_alarm": rest[2]}


def _channels(first: int, who: str = "") -> dict[int, tuple[int, Read]]:
    """By channel, which is also the type of the same in history: its type, and how it is read."""
    of_lines = {
        first + 3 * n + at: channel
        for n in range(4)
        for at, channel in enumerate(
            (
                (0xD2, little("I", f"line_{n + 1}_{who}total_in")),
                (0xD2, little("I", f"line_{n + 1}_{who}total_out")),
                (
                    0xCC,
                    little("HH", f"line_{n + 1}_{who}period_in", f"line_{n + 1}_{who}period_out"),
                ),
            )
        )
    }
    counts = [f"region_{n}_{who}count" for n in range(1, 5)]
    return {**of_lines, first + 12: (0xE3, little("BBBB", *counts))}


_COUNTED = {**_channels(0x03), **_channels(0x11, "child_")}
_DWELL = dict.fromkeys((0x10, 0x20, 0x1E, 0x3C), skip(3))

_LAYOUT: Layout = {
    **COMMON,
    **{(channel, type_): read for channel, (type_, read) in _COUNTED.items()},
    (0x10, 0xE4): skip(5),
    (0x1E, 0xE4): skip(5),
    (0x20, 0xCE): history({**_DWELL, **{kind: read for kind, (_, read) in _COUNTED.items()}}),
    (0x50, 0xFC): _covered,
}
_SHAPE = rf"{_LINE.pattern}|{_REGION.pattern}|(master|node_\d+)_occlusion_alarm"

DEVICES = tuple(device(model, _LAYOUT, _counts, _SHAPE) for model in ("vs133", "vs135"))
