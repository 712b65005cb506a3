"""ESPHome devices that count people, as with Roode: plain text, one entity a topic.

Sources: the MQTT client component of ESPHome's documentation
(`{prefix}/{platform}/{entity}/state`, kept by the broker, and `{prefix}/status`), and
components/roode of Lyr3x/Roode: its people counter is a number that goes up and down and that
anybody can set, so it is who is present; its text “Entry” or “Exit” is one crossing. The prefix is
the user's own, so a source names it: `{prefix}/number/+/state` and `{prefix}/text_sensor/+/state`,
or `{prefix}/#` for signs of life from its other entities too.
"""

import re
from collections.abc import Iterator
from typing import Final

from domain.readings import CountKind, Mark
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.said import Said, whole
from ingest.message import Message

_NUMBERS: Final = frozenset({"number", "sensor"})
_PLATFORMS: Final = _NUMBERS | {"text_sensor", "binary_sensor"}
_COUNTS_PEOPLE: Final = re.compile(r"people|person|occupan|visitor|headcount")
_UNKNOWN: Final = frozenset({"", "nan", "na", "none", "unknown", "unavailable"})


def _read(message: Message, _context: Context) -> Iterator[Said]:
    text = message.payload.decode("utf-8", "replace").strip("\0 \t\r\n")
    *prefix, platform, entity, state = ["", "", *message.topic.split("/")]
    device = "-".join(filter(None, prefix))
    if state == "status" and text in ("online", "offline"):
        device = "-".join(filter(None, (*prefix, platform, entity)))
        marks = Mark(0) if text == "online" else Mark.FAULT
        yield Said(device, CountKind.STATUS, marks=marks)
        return
    if state != "state" or platform not in _PLATFORMS:
        raise Fault(
            "not a state",
            "the topic is none of {prefix}/{platform}/{entity}/state",
            "narrow the source to {prefix}/number/+/state and {prefix}/text_sensor/+/state",
        )
    said = Said(device, CountKind.STATUS)
    crossing = text.lower() if platform == "text_sensor" else ""
    if crossing in ("entry", "exit"):
        said = said._replace(
            kind=CountKind.CHANGE,
            entered=1 if crossing == "entry" else None,
            left=1 if crossing == "exit" else None,
        )
    elif platform in _NUMBERS and _COUNTS_PEOPLE.search(entity) and text.lower() not in _UNKNOWN:
        present = whole(text, entity, least=None)
        said = said._replace(kind=CountKind.PRESENT, present=present)
    yield said


CODEC = codec("esphome", "ESPHome, with Roode", _read)
