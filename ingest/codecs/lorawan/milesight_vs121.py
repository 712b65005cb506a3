"""Milesight VS121: a camera that counts people in a room, in its regions, and over a line.

Source: Milesight's document "uplink data" of the VS121, and the open repositories
Milesight-IoT/SensorDecoders (`people_count_all`) and TheThingsNetwork/lorawan-devices
(`people_counter_all`).

- The room's count, a region's, and a region that is merely occupied (1) or vacant (0) are people
  present. The regions of TheThingsNetwork's decoder are left out: it reads the wrong bits.
- `people_in` and `people_out` are the line's counts of a reporting interval, which the message does
  not tell: the sensor's holds; `people_total_in` and `people_total_out` are its totals, 16 bits.
- `line_in` and `line_out`, of firmware 7.0.85 and later, report single crossings as they happen; no
  document that says more was at hand.
- The flows between the sides A to D of the picture, too, are counts of a reporting interval: each
  has a channel, such as `a-to-b`.

The most people at a time and how long they stay are left out.
"""

import itertools
import re
from collections.abc import Iterator

from domain.readings import CountKind
from ingest.codecs.lorawan.milesight_channels import (
    COMMON,
    Fields,
    Layout,
    history,
    little,
    reply,
    skip,
)
from ingest.codecs.lorawan.milesight_fields import crossings, device, present
from ingest.codecs.said import Said

_FLOW = re.compile(r"([a-d])_to_([a-d])")
_REGION = re.compile(r"region_(\d+)(?:_count)?")
_LINE = "line"


def _counts(fields: Fields) -> Iterator[Said]:
    yield from present(fields.get("people_count_all", fields.get("people_counter_all")))
    regions = {m[1] for m in map(_REGION.fullmatch, fields) if m}
    for number in sorted(regions, key=int):
        count = fields.get(f"region_{number}_count", fields.get(f"region_{number}"))
        yield from present(count, f"region-{number}")
    for kind, stem in (
        (CountKind.TOTAL, "people_total"),
        (CountKind.PERIOD, "people"),
        (CountKind.CHANGE, "line"),
    ):
        yield from crossings(kind, fields.get(f"{stem}_in"), fields.get(f"{stem}_out"), _LINE)
    for match in filter(None, map(_FLOW.fullmatch, fields)):
        channel = f"{match[1]}-to-{match[2]}"
        yield from crossings(CountKind.PERIOD, fields[match[0]], None, channel)


def _room(rest: bytes) -> tuple[int, Fields]:
    """People in all, the number of regions, and a bit a region, the lowest for the first."""
    bits = int.from_bytes((rest[2], rest[3]))
    regions = {f"region_{n + 1}": bits >> n & 1 for n in range(min(rest[1], 16))}
    return 4, {"people_count_all": rest[0], **regions}


def _regions(first: int, last: int) -> list[str]:
    return [f"region_{n}_count" for n in range(first, last + 1)]


_FLOWS = [f"{a}_to_{b}" for a, b in itertools.product("abcd", repeat=2)]
_PERIOD = little("HH", "people_in", "people_out")
_TOTAL = little("HH", "people_total_in", "people_total_out")
_CHANGE = little("HH", "line_in", "line_out")

_LAYOUT: Layout = {
    **COMMON,
    **reply(0x03, 3),
    (0x04, 0xC9): _room,
    (0x05, 0xCC): _PERIOD,
    (0x06, 0xCD): skip(1),
    (0x07, 0xD5): little("8B", *_regions(1, 8)),
    (0x08, 0xD5): little("8B", *_regions(9, 16)),
    **{(0x09 + n, 0xDA): little("4H", *_FLOWS[4 * n : 4 * n + 4]) for n in range(4)},
    (0x0D, 0xCC): _TOTAL,
    (0x0E, 0xE4): skip(5),
    (0x0F, 0x85): little("I", "timestamp"),
    (0x10, 0xF7): _CHANGE,
    (0x20, 0xCE): history(
        {
            0x01: _room,
            0x02: _PERIOD,
            0x03: skip(1),
            **{0x04 + n: little("4B", *_regions(4 * n + 1, 4 * n + 4)) for n in range(4)},
            **{0x08 + n: little("2H", *_FLOWS[2 * n : 2 * n + 2]) for n in range(8)},
            0x10: _TOTAL,
            0x11: skip(5),
            0x12: _CHANGE,
        }
    ),
}
_SHAPE = (
    rf"people_count(er)?_(all|max)|(people|people_total|line)_(in|out)|{_FLOW.pattern}"
    r"|region_\d+_count"
)

DEVICES = (device("vs121", _LAYOUT, _counts, _SHAPE, others=r"line_\d+_.+"),)
