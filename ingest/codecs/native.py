"""The native format, `openhours/v1/{sensor}/counts`; docs/wire-format.md says it in full."""

import functools
import reprlib
from collections.abc import Sequence

import msgspec
from pydantic import TypeAdapter, ValidationError

from domain.estate import Id
from domain.readings import CountReading
from ingest.codecs.codec import Codec, Context, Decoded
from ingest.codecs.faults import Fault
from ingest.codecs.native_faults import MAX_READINGS, examined
from ingest.codecs.native_item import Item, said_of
from ingest.codecs.said import Said, readings_of
from ingest.message import Message

_decoder = msgspec.json.Decoder(Item | list[Item])
_encoder = msgspec.json.Encoder()
_sensor_id = TypeAdapter[str](Id)


def topic_of(sensor: str) -> str:
    """The topic that a sensor publishes to."""
    return f"openhours/v1/{sensor}/counts"


def encode(readings: Sequence[CountReading]) -> bytes:
    """The payload of 1 to 1,000 readings of one sensor."""
    items = [
        Item(
            kind=r.kind,
            time=r.time_us,
            entered=r.entered,
            left=r.left,
            present=r.present,
            period_s=r.period_s or None,
            seq=r.seq or None,
        )
        for r in readings
    ]
    return _encoder.encode(items[0] if len(items) == 1 else items)


def decode(message: Message, _context: Context) -> Decoded:
    """Read one message. Of a list, the good readings are kept though others be bad.

    What cannot be read comes back as one rejection of the whole message that names every fault.
    """
    try:
        sensor = sensor_of(message.topic)
        said = _well_said(message.payload, sensor)
        if said is not None:
            return Decoded(readings_of(message, said))
        said, fault = examined(message.payload, sensor)
        return Decoded(readings_of(message, said), (fault.rejects(message),))
    except Fault as whole:
        return Decoded((), (whole.rejects(message),))


def _well_said(payload: bytes, sensor: str) -> list[Said] | None:
    """What a message without any fault says; None for another, whose faults are to be found."""
    try:
        written = _decoder.decode(payload)
        items = written if isinstance(written, list) else [written]
        if 1 <= len(items) <= MAX_READINGS:
            return [said_of(item, sensor, alone=len(items) == 1) for item in items]
    except (ValueError, RecursionError):
        pass
    return None


@functools.lru_cache(maxsize=65_536)
def sensor_of(topic: str) -> str:
    """The sensor that publishes to a topic. Raises `Fault`."""
    levels = topic.split("/")
    try:
        if levels[:2] + levels[3:] == ["openhours", "v1", "counts"]:
            return _sensor_id.validate_python(levels[2])
    except ValidationError:
        pass
    raise Fault(
        "no sensor's id",
        f"the topic {reprlib.repr(topic)} names no sensor",
        "use letters, digits and “_.:-”, the first a letter or digit, at most 120",
    )


CODEC = Codec(name="native", title="openhours native", decode=decode, filters=(topic_of("+"),))
