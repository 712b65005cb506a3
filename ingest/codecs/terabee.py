"""Terabee People Counting M, L and XL, which push JSON of their own.

Source: messages in the tests of akenza-io/device-type-library. The M writes `uid`, `time`, `type`
and `value` with `in` and `out`; L and XL write `count_in`, `count_out`, `timestamp` and
`device_id`, and beside them the credentials they push with. Counts are totals, which a command
resets; times are epoch seconds as text, and a clock that was never set starts in 2000 or 1970.
"""

from collections.abc import Iterator
from typing import Any

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.said import Said, whole
from ingest.message import Message

_OF_M = {"uid", "type", "value"}
_OF_XL = {"device_id", "count_in", "count_out"}


def read(message: Message, context: Context) -> Iterator[Said]:
    """What a push says. One of an M that is not of its counters is a sign of life."""
    push: dict[str, Any] = read_object(message.payload)
    if push.keys() >= _OF_M:
        time_us = instant_us(push.get("time"), context.zone)
        if push["type"] == "counters":
            yield _total(push["uid"], push["value"]["in"], push["value"]["out"], time_us)
        else:
            yield Said(push["uid"], CountKind.STATUS, time_us=time_us)
    elif push.keys() >= _OF_XL:
        time_us = instant_us(push.get("timestamp"), context.zone)
        yield _total(push["device_id"], push["count_in"], push["count_out"], time_us)
    else:
        raise Fault(
            "not a push of a Terabee",
            f"fields {', '.join(push)}"[:300],
            "is it a message of this format? `openhours ingest formats` lists them",
        )


def fits(value: object) -> bool:
    """Whether a JSON value has the fields of a push."""
    return isinstance(value, dict) and (value.keys() >= _OF_M or value.keys() >= _OF_XL)


def _total(device: Any, entered: object, left: object, time_us: int | None) -> Said:
    counts = whole(entered, "in"), whole(left, "out")
    return Said(device, CountKind.TOTAL, *counts, time_us=time_us)


CODEC = codec("terabee", "Terabee People Counting", read, fits=fits)
