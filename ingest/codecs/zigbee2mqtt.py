"""Zigbee2MQTT: a JSON object per device on `zigbee2mqtt/{friendly name}`.

Sources: “MQTT topics and messages” of Zigbee2MQTT's guide, and its pages of devices: the CSM-300ZB
counts `people` (0 to 50, and anybody can set it), presence and motion sensors say `occupancy` or
`presence`, which is read as one person or none. `last_seen`, where it is switched on, is the time.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.readings import CountKind, Mark
from ingest.codecs.clock import instant_us
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.said import Nothing, Said, whole
from ingest.message import Message

Fields = Mapping[str, Any]
_LOW_PERCENT: Final = 10
_OF_SENSORS: Final = frozenset({"battery", "battery_low", "people", "occupancy", "presence"})
_COMMANDS: Final = frozenset({"get", "set", "availability"})


def _read(message: Message, context: Context) -> Iterator[Said | Nothing]:
    base, _, device = message.topic.partition("/")
    levels = device.split("/")
    if levels[0] == "bridge" or levels[-1] in _COMMANDS:
        raise Fault(
            "not a counter",
            "it is about the bridge, or a command to a device",
            f"subscribe to {base}/+ alone",
        )
    state: Fields = read_object(message.payload)
    said = Said(device, CountKind.STATUS, marks=_marks(state), time_us=_seen_us(state, context))
    present = _present(state)
    if present is not None:
        yield said._replace(kind=CountKind.PRESENT, present=present)
    elif state.keys() & _OF_SENSORS:
        yield said
    else:
        yield Nothing()  # of a lamp or a plug


def _present(state: Fields) -> int | None:
    """The number of people; else whether there is somebody."""
    people = whole(state.get("people"), "people")
    flags = [state[name] for name in ("occupancy", "presence") if isinstance(state.get(name), bool)]
    return int(any(flags)) if people is None and flags else people


def _marks(state: Fields) -> Mark:
    battery = state.get("battery")
    is_low = isinstance(battery, int | float) and battery <= _LOW_PERCENT
    marks = Mark.LOW_BATTERY if is_low or state.get("battery_low") is True else Mark(0)
    return marks | Mark.FAULT if state.get("tamper") is True else marks


def _seen_us(state: Fields, context: Context) -> int | None:
    return instant_us(state.get("last_seen"), context.zone)


def _fits(value: object) -> bool:
    if not isinstance(value, dict) or "linkquality" not in value:
        return False
    return "people" in value or isinstance(value.get("occupancy", value.get("presence")), bool)


CODEC = codec("zigbee2mqtt", "Zigbee2MQTT", _read, filters=("zigbee2mqtt/+",), fits=_fits)
