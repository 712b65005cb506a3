"""Irisys Vector and Vector 4D: live counts, changes of counts, and count logs.

Sources: “MQTT programming guide”, “MQTT settings” and “Count logging settings” of Irisys's support
pages, and the example message of IrisysUK/vectorhttppost. No capture of a real device was at hand.
Registers only rise, until the power is off or they are reset; their names are the user's own, so
their directions are read from the names ("Door In", "Door Out", "Occupancy"), and a line that is
named without a direction counts inwards. `targets`, `status` and `device_info` count nobody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from domain.readings import CountKind
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_json
from ingest.codecs.names import Counted, channel_of, meaning_of, together
from ingest.codecs.said import Said, last_level, whole
from ingest.message import Message

Fields = Mapping[str, Any]
_LINE: Final = re.compile(r"(count )?line\s*\d*", re.IGNORECASE)
_NUMBERS: Final = ("change", "delta", "count", "value")
_SERIALS: Final = ("serial", "device_serial", "friendly_device_serial", "FriendlyDeviceSerial")


def _read(message: Message, context: Context) -> Iterator[Said]:
    topic = last_level(message)
    if topic in ("targets", "status", "device_info"):
        if topic != "targets":
            yield Said(_device({}, message), CountKind.STATUS)
            return
        raise Fault("no counts", "targets are positions of people", "subscribe to live_counts")
    content = read_json(message.payload)
    envelope: Fields = content if isinstance(content, dict) else {"counts": content}
    device = _device(envelope, message)
    said = list(together(_counted(envelope, device, topic, context)))
    yield from said
    if not said:
        raise Fault(
            "no counts",
            "no register's name tells a direction",
            "name registers so that they end in In, Out or Occupancy",
        )


def _device(envelope: Fields, message: Message) -> str:
    """Topics are `irisys/{id}/{kind}`."""
    levels = message.topic.split("/")
    named = levels[-2] if len(levels) > 1 else levels[-1]
    return str(next((envelope[name] for name in _SERIALS if envelope.get(name)), named))


def _counted(envelope: Fields, device: str, topic: str, context: Context) -> Iterator[Counted]:
    if "CountLogs" in envelope:
        for log in envelope["CountLogs"]:
            time_us = instant_us(log.get("Timestamp"), context.zone)
            pairs = [(count["Name"], count["Value"]) for count in log["Counts"]]
            yield from _registers(pairs, device, time_us)
        return
    is_change = topic == "counts"
    whole_us = instant_us(envelope.get("timestamp"), context.zone)
    for entry in envelope["counts"]:
        own_us = instant_us(entry.get("timestamp"), context.zone)
        number = next((entry[name] for name in _NUMBERS if name in entry), None)
        found = _registers([(entry["name"], number)], device, own_us or whole_us)
        for register in found:
            if is_change and register.kind is CountKind.TOTAL:
                yield register._replace(kind=CountKind.CHANGE)
            elif not is_change:
                yield register


def _registers(
    pairs: Sequence[tuple[str, object]], device: str, time_us: int | None
) -> Iterator[Counted]:
    for name, number in pairs:
        meaning = meaning_of(name)
        if meaning is not None:
            value = whole(number, name, least=None if meaning.number == "present" else 0)
            what, owner = meaning.number, channel_of(meaning.owner)
        elif _LINE.fullmatch(name.strip()):
            value, what, owner = whole(number, name), "entered", channel_of(name)
        else:
            continue
        if value is not None:
            kind = CountKind.PRESENT if what == "present" else CountKind.TOTAL
            yield Counted(device, owner, what, kind, value, time_us)


def _fits(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    logs, counts = value.get("CountLogs"), value.get("counts")
    if isinstance(logs, list):
        return True
    return (
        isinstance(counts, list)
        and bool(counts)
        and all(isinstance(c, dict) and c.keys() >= {"name", "count"} for c in counts)
    )


CODEC = codec(
    "irisys",
    "Irisys Vector",
    _read,
    filters=("irisys/+/live_counts", "irisys/+/counts"),
    fits=_fits,
)
