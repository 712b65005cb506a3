"""Home Assistant's MQTT discovery: configs that describe a people counter teach where it speaks.

Source of the semantics: Home Assistant's documentation of MQTT discovery (single component and
device form, abbreviations, base topic “~”) and of its MQTT sensor and number. Which entities count
people is no part of it; see `ingest.codecs.names`.

A binary sensor says that somebody is there and not how many, so it is no counter. Settings and
diagnostics of a counter are not its counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from domain.readings import CountKind
from ingest.codecs.codec import Codec, Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_object
from ingest.codecs.names import Counted, Number, described, together
from ingest.codecs.said import Learned, Nothing, Said, whole
from ingest.codecs.value_template import PLAIN, parsed
from ingest.message import Message

KEY_PREFIX = "discovered:"
_ABBREVIATIONS = {
    "~": "base",
    "cmps": "components",
    "def_ent_id": "default_entity_id",
    "dev": "device",
    "dev_cla": "device_class",
    "ent_cat": "entity_category",
    "exp_aft": "expire_after",
    "obj_id": "object_id",
    "p": "platform",
    "stat_cla": "state_class",
    "stat_t": "state_topic",
    "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
OURS = "openhours"
"""Origin of the configs by which we tell how full rooms are: nobody should hear himself."""
_COMPONENTS = ("sensor", "number")
_DEVICE_CLASSES = (None, "", "occupancy")
"""Every other class is of another quantity."""


class Discovered(msgspec.Struct, frozen=True):
    """A counter that a config describes."""

    topic: str
    template: str
    sensor: str
    """Its unique id, or the object's id in the topic."""
    number: Number
    kind: CountKind
    device: str = ""
    """Name of the device it belongs to, for people."""
    expire_after_s: int | None = None
    """What it said is of no worth after these seconds."""


_decoder = msgspec.json.Decoder(tuple[Discovered, ...])


def key_of(config_topic: str) -> str:
    """Under which the counters of a config are kept."""
    return KEY_PREFIX + config_topic


def counters_in(value: str) -> tuple[Discovered, ...]:
    """The counters that a config taught; none of an empty value."""
    return _decoder.decode(value) if value else ()


def read(message: Message, _context: Context) -> Iterator[Learned]:
    """Yield what a config teaches: its counters, or that there are none there, or no longer."""
    levels = message.topic.split("/")
    if levels[-1] != "config" or len(levels) < 4:
        raise Fault("not a discovery config", "its topic does not end in /config", "see the source")
    counters: list[Discovered] = []
    if message.payload.strip():
        config = _expanded(read_object(message.payload))
        is_ours = config.get("origin") == {"name": OURS}
        entities = () if is_ours else _entities(levels[1], levels[-2], config)
        for component, object_id, each in entities:
            if found := _counter(component, object_id, each):
                counters.append(found)
    yield Learned(key_of(message.topic), msgspec.json.encode(counters).decode() if counters else "")


def reader(counters: Sequence[Discovered]) -> Codec:
    """Reads the state topic of these counters."""

    def read_state(message: Message, _context: Context) -> Iterator[Said | Nothing]:
        yield from together(filter(None, (_state(message, each) for each in counters)))
        yield Nothing()  # an entity without a state says that much

    return codec("discovered", "Home Assistant state", read_state)


def _state(message: Message, counter: Discovered) -> Counted | None:
    least = None if counter.number == "present" else 0
    value = parsed(counter.template).value(message.payload)
    number = whole(value, counter.sensor, least=least)
    if number is None:
        return None
    return Counted(counter.sensor, "", counter.number, counter.kind, number, time_us=None)


def _entities(
    component: str, object_id: str, config: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Component, id and config of each entity; a device's config holds several."""
    if component != "device":
        yield component, object_id, config
        return
    for name, inner in config.get("components", {}).items():
        shared = {key: config[key] for key in ("state_topic", "device", "base") if key in config}
        entity = shared | _expanded(inner, base=config.get("base"))
        yield entity.get("platform", ""), f"{object_id}-{name}", entity


def _counter(component: str, object_id: str, config: Mapping[str, Any]) -> Discovered | None:
    topic, device = config.get("state_topic"), config.get("device") or {}
    if (
        not topic
        or component not in _COMPONENTS
        or config.get("device_class") not in _DEVICE_CLASSES
        or config.get("entity_category")
    ):
        return None
    ids = [config.get(name) for name in ("unique_id", "object_id", "default_entity_id")]
    template = config.get("value_template") or PLAIN
    texts = [str(text) for text in (config.get("name"), *ids, object_id, template) if text]
    what = described(texts, config.get("unit_of_measurement") or "", device.get("name") or "")
    if what is None or (what[0] == "present" and "total" in (config.get("state_class") or "")):
        return None
    if not isinstance(topic, str) or set("+#\0") & set(topic):
        raise Fault("not a topic", f"state_topic {topic!r}"[:200], "give one topic, no wildcards")
    parsed(template)
    return Discovered(
        topic=topic,
        template=template,
        sensor=str(ids[0] or object_id),
        number=what[0],
        kind=what[1],
        device=device.get("name") or "",
        expire_after_s=whole(config.get("expire_after"), "expire_after") or None,
    )


def _expanded(config: Mapping[str, Any], base: str | None = None) -> dict[str, Any]:
    """A config with its fields by their full names, and topics in full."""
    full = {_ABBREVIATIONS.get(name, name): value for name, value in config.items()}
    base = full.setdefault("base", base)
    topic = full.get("state_topic")
    if base and isinstance(topic, str):
        if topic.startswith("~"):
            topic = base + topic[1:]
        if topic.endswith("~"):
            topic = topic[:-1] + base
        full["state_topic"] = topic
    return full


CODEC = codec(
    "home-assistant",
    "Home Assistant discovery",
    read,
    filters=("homeassistant/+/+/config", "homeassistant/+/+/+/config"),
)
