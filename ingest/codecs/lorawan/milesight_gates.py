"""Milesight VS132, VS350, VS351 and VS360: counters of one passage.

Source: Milesight's documents "uplink data" of the VS350, VS351 and VS360, and the open repository
Milesight-IoT/SensorDecoders. Totals of the VS132 have 32 bits, those of the others 16. A period is
the device's reporting interval, which the message does not tell: the sensor's holds. The count of a
period that comes with a threshold alarm is of a period that still runs, and the next report counts
the same people again: it is left out, while the total of an alarm is as good as any.
"""

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
from ingest.codecs.lorawan.milesight_fields import crossings, device
from ingest.codecs.said import Said

_PERIOD = ("period_in", "period_out")
_TOTAL = ("total_in", "total_out")


def _counts(fields: Fields) -> Iterator[Said]:
    total_in = fields.get("total_in", fields.get("total_counter_in"))
    total_out = fields.get("total_out", fields.get("total_counter_out"))
    yield from crossings(CountKind.TOTAL, total_in, total_out)
    if "period_count_alarm" not in fields:
        period_in = fields.get("period_in", fields.get("periodic_counter_in"))
        period_out = fields.get("period_out", fields.get("periodic_counter_out"))
        yield from crossings(CountKind.PERIOD, period_in, period_out)


def _event(rest: bytes) -> tuple[int, Fields]:
    return 2, {"event": [{"type": rest[0], "status": rest[1]}]}


_VS132: Layout = {
    **COMMON,
    (0x03, 0xD2): little("I", "total_in"),
    (0x04, 0xD2): little("I", "total_out"),
    (0x05, 0xCC): little("HH", *_PERIOD),
}
_VS350: Layout = {
    **COMMON,
    (0x03, 0x67): skip(2),
    (0x04, 0xCC): little("HH", *_TOTAL),
    (0x05, 0xCC): little("HH", *_PERIOD),
    (0x0A, 0xEF): little("I", "timestamp"),
    (0x20, 0xCE): history({0: little("HH", *_PERIOD), 1: little("HHHH", *_PERIOD, *_TOTAL)}),
    (0x81, 0xEE): skip(1),
    (0x83, 0x67): skip(3),
    (0x84, 0xCC): little("HHB", *_TOTAL, "total_count_alarm"),
    (0x85, 0xCC): little("HHB", *_PERIOD, "period_count_alarm"),
}
_VS351: Layout = {**_VS350, **reply(0x8F, 2)}
_VS360: Layout = {
    **_VS350,
    (0x01, 0x75): little("B", "battery_main"),
    (0x02, 0x75): little("B", "battery_node"),
    (0x03, 0xF4): _event,
}
_OF_VS132 = r"(total|periodic)_counter_(in|out)"
_OF_VS350 = r"(total|period)_(in|out)"

DEVICES = (
    device("vs132", _VS132, _counts, _OF_VS132),
    device("vs350", _VS350, _counts, _OF_VS350),
    device("vs351", _VS351, _counts, _OF_VS350),
    device("vs360", _VS360, _counts, rf"{_OF_VS350}|battery_(main|node)"),
)
