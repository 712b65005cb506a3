"""Sparkplug B: births teach the metrics of a node or device, data messages report their changes.

Source of the semantics: Eclipse Sparkplug 3.0 ("Topics and Messages", "Payloads"). Which metrics
count people is no part of it; see `ingest.codecs.names`. No capture of a real device was at hand.

- A birth carries present values too: they are readings.
- `seq` runs from 0 to 255 over all messages of a node; with the metric's own time it tells readings
  apart, and a repeated message gives the same ones again.
- A death says that the device is away, and a node's that all its devices are. It is kept as STATUS
  with FAULT, so that the silence after it is explained; it is no sign of health.
- Of what counts no people nothing is kept, so a plant's other devices cost nothing. Fractions and
  texts are no counts, whatever they are called.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain.readings import CountKind, Mark
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.names import Counted, channel_of, meaning_of, together
from ingest.codecs.said import Learned, Nothing, Said, whole
from ingest.codecs.sparkplug_proto import Metric, read_payload, signed
from ingest.message import Message


class Taught(msgspec.Struct, frozen=True):
    """What a birth says of one metric."""

    name: str
    datatype: int
    alias: int | None = None


NO_COUNTS = "[]"
"""What is kept of a birth without counts of people."""
_teachings = msgspec.json.Decoder(list[Taught])
_names = msgspec.json.Decoder(list[str])


def key_of(group: str, node: str, device: str = "") -> str:
    """Under which a birth's teaching is kept."""
    return f"sparkplug:{group}/{node}/{device}"


def devices_key(group: str, node: str) -> str:
    """Under which the names of a node's devices that count people are kept."""
    return f"sparkplug-devices:{group}/{node}"


def read(message: Message, context: Context) -> Iterator[Said | Learned | Nothing]:
    """Yield what a message of a node or device teaches and says."""
    group, verb, *names = message.topic.split("/")[1:]
    key, device = key_of(group, *names), "/".join((group, *names))
    match verb[1:]:
        case "BIRTH":
            payload = read_payload(message.payload)
            metrics = list(_named(payload.metrics, {}, payload.time_ms))
            teaching = _teaching(metrics)
            yield Learned(key, teaching)
            if verb[0] == "D" and teaching != NO_COUNTS:
                yield from _enrolled(group, names, context)
            yield from _numbers(metrics, payload.seq, device)
        case "DATA":
            yield from _data(message, context.known(key), device)
        case "DEATH":
            is_node = verb[0] == "N"
            yield _death(message, context.known(key), device, is_node=is_node)
            for each in _devices(context.known(devices_key(group, names[0]))) if is_node else ():
                yield Said(f"{device}/{each}", CountKind.STATUS, marks=Mark.FAULT)
        case _:
            yield Nothing()  # commands, and the states of hosts


def _enrolled(group: str, names: Sequence[str], context: Context) -> Iterator[Learned]:
    """Remember a device, so that its node's death is known for its own."""
    node, *device = names
    key = devices_key(group, node)
    known = _devices(context.known(key))
    if device and device[0] not in known:
        yield Learned(key, msgspec.json.encode([*known, device[0]]).decode())


def _devices(remembered: str | None) -> list[str]:
    return _names.decode(remembered or "[]")


def _data(message: Message, remembered: str | None, device: str) -> Iterator[Said | Nothing]:
    if remembered == NO_COUNTS:
        yield Nothing()
        return
    payload = read_payload(message.payload)
    metrics = list(_named(payload.metrics, _taught(remembered or NO_COUNTS), payload.time_ms))
    said = list(_numbers(metrics, payload.seq, device))
    yield from said
    _require_names(metrics)
    if remembered and not said:
        yield Said(device, CountKind.STATUS, time_us=_us(payload.time_ms), seq=payload.seq)
    yield Nothing()


def _death(
    message: Message, remembered: str | None, device: str, *, is_node: bool
) -> Said | Nothing:
    """A node's death was written when it connected, so only a device's tells its time."""
    if (remembered or NO_COUNTS) == NO_COUNTS:
        return Nothing()
    time_ms = None if is_node else read_payload(message.payload).time_ms
    return Said(device, CountKind.STATUS, time_us=_us(time_ms), marks=Mark.FAULT)


def _teaching(metrics: Sequence[Metric]) -> str:
    if not any(meaning_of(metric.name) for metric in metrics):
        return NO_COUNTS
    taught = [Taught(m.name, m.datatype, m.alias) for m in metrics]
    return msgspec.json.encode(taught).decode()


@functools.lru_cache(maxsize=4_096)
def _taught(remembered: str) -> Mapping[str | int, Taught]:
    """What is known of metrics, by name and by alias."""
    found: dict[str | int, Taught] = {}
    for each in _teachings.decode(remembered):
        found[each.name] = each
        if each.alias is not None:
            found[each.alias] = each
    return found


def _named(
    metrics: Iterable[Metric],
    taught: Mapping[str | int, Taught],
    time_ms: int | None,
    path: str = "",
) -> Iterator[Metric]:
    """All metrics by their full names, with time and type; without a name where none was taught.

    Members of a template's instance bear its name before theirs, with a “/” between.
    """
    for metric in metrics:
        name = path + metric.name
        known = taught.get(name if metric.name or metric.alias is None else metric.alias)
        full = metric._replace(
            name=name if metric.name else (known.name if known else ""),
            time_ms=metric.time_ms or time_ms,
            datatype=metric.datatype or (known.datatype if known else 0),
        )
        yield full
        if full.name:
            yield from _named(metric.members, taught, full.time_ms, f"{full.name}/")


def _numbers(metrics: Iterable[Metric], seq: int, device: str) -> Iterator[Said]:
    """The counts among the metrics."""
    yield from together(filter(None, (_counted(metric, seq, device) for metric in metrics)))


def _counted(metric: Metric, seq: int, device: str) -> Counted | None:
    meaning = meaning_of(metric.name)
    is_fraction = isinstance(metric.value, float) and not metric.value.is_integer()
    if meaning is None or is_fraction:  # a valve has an “out” too
        return None
    least = None if meaning.number == "present" else 0
    value = whole(signed(metric.value, metric.datatype), metric.name, least=least)
    if value is None:
        return None
    return Counted(
        device,
        channel_of(meaning.owner),
        meaning.number,
        meaning.kind,
        value,
        _us(metric.time_ms),
        seq,
        Mark.HISTORY if metric.is_historical else Mark(0),
    )


def _require_names(metrics: Iterable[Metric]) -> None:
    nameless = [metric.alias for metric in metrics if not metric.name]
    if nameless:
        raise Fault(
            "birth not seen",
            f"no birth that we saw says what alias {nameless[0]} is",
            "send the node a rebirth command, then `openhours ingest replay-rejected`",
        )


def _us(time_ms: int | None) -> int | None:
    return time_ms * 1_000 if time_ms else None


CODEC = codec(
    "sparkplug-b",
    "Sparkplug B",
    read,
    filters=("spBv1.0/+/+/+", "spBv1.0/+/+/+/+"),
)
