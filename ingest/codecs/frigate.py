"""Frigate: how many people a camera or zone sees, on `frigate/{camera or zone}/person`.

Source: “MQTT” of Frigate's documentation. A bare number tells people now, without a time, and is
sent when it changes. `…/person/active` has those of them who move, and `frigate/events` and
`frigate/reviews` follow single objects from sight to sight: neither is a count of people.
"""

from collections.abc import Iterator
from typing import Final

from domain.readings import CountKind, Mark
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.said import Said, whole
from ingest.message import Message

_HINT: Final = "subscribe to frigate/+/person alone"


def _read(message: Message, _context: Context) -> Iterator[Said]:
    text = message.payload.decode("utf-8", "replace").strip("\0 \t\r\n")
    levels = message.topic.split("/")
    if levels[-1] == "available" and text in ("online", "offline", "stopped"):
        marks = Mark(0) if text == "online" else Mark.FAULT
        yield Said(levels[0], CountKind.STATUS, marks=marks)
        return
    if levels[-1] == "active":
        raise Fault("not all people", "people who do not move are left out of it", _HINT)
    if len(levels) < 3 or levels[-1] != "person":
        raise Fault(
            "not a count of people", f"“{levels[-1]}” follows or counts other things", _HINT
        )
    present = whole(text, "the number of people")
    if present is None:
        raise Fault("no counts", "the message is empty", _HINT)
    yield Said(levels[-2], CountKind.PRESENT, present=present)


CODEC = codec("frigate", "Frigate", _read, filters=("frigate/+/person",))
