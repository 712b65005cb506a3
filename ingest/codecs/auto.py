"""Any JSON message, by the first format that it fits: for topics on which nothing is set up."""

import contextlib
import dataclasses
from collections.abc import Sequence

from domain.readings import CountKind
from ingest.codecs import native
from ingest.codecs.codec import UNEXPECTED, Codec, Context, Decoded
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_json
from ingest.codecs.said import NO_SENSOR, last_level
from ingest.message import Message

FILTER = "openhours/in/#"
_COUNTS = frozenset({"entered", "left", "present"})


def among(codecs: Sequence[Codec]) -> Codec:
    """A codec that reads what any of these reads by its shape, in their order, or native last.

    A device is named as its message names it, or by the last level of the topic.
    """

    def decode(message: Message, context: Context) -> Decoded:
        try:
            value = read_json(message.payload)
        except Fault as fault:
            return Decoded(rejections=(fault.rejects(message),))
        for each in codecs:
            if _fits(each, value):
                return _decoded(each, message, context)
        if _is_native(value):
            return _as_native(message, context)
        tried = [each.name for each in codecs if each.fits is not None]
        unfit = Fault(
            "no format fits",
            f"it is none of {', '.join([*tried, native.CODEC.name])}",
            "name the topic's format in ingest.sources; `generic` reads any JSON",
        )
        return Decoded(rejections=(unfit.rejects(message),))

    return Codec(name="auto", title="Any format, by its shape", decode=decode, filters=(FILTER,))


def _fits(codec: Codec, value: object) -> bool:
    with contextlib.suppress(*UNEXPECTED):
        return codec.fits is not None and codec.fits(value)
    return False


def _decoded(codec: Codec, message: Message, context: Context) -> Decoded:
    found = codec.decode(message, context)
    if not context.sensor and any(r.reason == NO_SENSOR for r in found.rejections):
        named = dataclasses.replace(context, sensor=last_level(message))
        found = codec.decode(message, named)
    return found


def _is_native(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and (
        not _COUNTS.isdisjoint(first) or first.get("kind") == CountKind.STATUS
    )


def _as_native(message: Message, context: Context) -> Decoded:
    """Its topic would name the sensor, so it is put in place of ours."""
    topic = native.topic_of(context.sensor or last_level(message))
    found = native.decode(message._replace(topic=topic), context)
    ours = [dataclasses.replace(each, topic=message.topic) for each in found.rejections]
    return found._replace(rejections=ours)
