"""SenML in JSON: a pack of records with base fields, of which those that count people are read.

Source of the semantics: RFC 8428 (base fields 4.1, regular fields 4.2, names 4.5.1, times 4.5.3).
Its CBOR, XML and EXI renderings are not read. Names of people counts are no part of it; see
`ingest.codecs.names`. A sum, `s`, of crossings is their total; its `v` is then a rate, and is left.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from domain.readings import CountKind, Mark
from ingest.codecs.codec import Context, codec
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_json
from ingest.codecs.names import Counted, channel_of, is_count_unit, meaning_of, together
from ingest.codecs.said import Said, whole
from ingest.message import Message

RELATIVE_BELOW_S = 2**28
"""Smaller times are seconds before or after the instant at hand."""
UNDERSTOOD_VERSION = 10
_BASES = ("bn", "bt", "bu", "bv", "bs", "bver")
_VALUES = ("v", "vs", "vb", "vd", "s", "bv", "bs")
_RATE = "1/s"
"""Unit whose sum over time is a number of events."""


class Record(NamedTuple):
    """A record with its base fields worked in."""

    base: str
    name: str
    unit: str
    time_s: float
    value: float | None
    sum: float | None


def fits(value: object) -> bool:
    """Whether a JSON value is a pack: a list of objects, the first of them named, with values."""
    if not isinstance(value, list) or not value or not all(isinstance(r, dict) for r in value):
        return False
    is_named = isinstance(value[0].get("bn"), str) or isinstance(value[0].get("n"), str)
    return is_named and any(name in record for record in value for name in _VALUES)


def resolved(pack: Iterable[dict[str, Any]]) -> Iterator[Record]:
    """The records of a pack, each complete in itself. Raises `Fault` for what we must not read."""
    base: dict[str, Any] = {}
    for record in pack:
        base |= {name: record[name] for name in _BASES if name in record}
        if unread := [name for name in record if name.endswith("_")]:
            raise Fault(
                "extension not understood",
                f"field {unread[0]!r} must be understood, and is not",
                "send the pack without it",
            )
        if base.get("bver", 0) > UNDERSTOOD_VERSION:
            raise Fault(
                "version not understood",
                f"SenML version {base['bver']}",
                f"send version {UNDERSTOOD_VERSION}, which needs no bver",
            )
        yield Record(
            base=base.get("bn", ""),
            name=record.get("n", ""),
            unit=record.get("u", base.get("bu", "")),
            time_s=base.get("bt", 0) + record.get("t", 0),
            value=_with_base(record, "v", base.get("bv")),
            sum=_with_base(record, "s", base.get("bs")),
        )


def read(message: Message, _context: Context) -> Iterator[Said]:
    """Yield the counts of a pack; its other records are left."""
    pack = read_json(message.payload)
    if not isinstance(pack, list):
        raise Fault("not SenML", "a pack is a list of records", "send [{…}]")
    yield from together(filter(None, (_counted(r, message.received_us) for r in resolved(pack))))


def _counted(record: Record, received_us: int) -> Counted | None:
    """The count that a record holds; None where it holds another thing."""
    meaning = meaning_of(record.name or record.base)
    if meaning is None or not (is_count_unit(record.unit) or record.unit == _RATE):
        return None
    is_sum = record.sum is not None and meaning.kind is CountKind.TOTAL
    number = record.sum if is_sum else record.value
    if number is None or (record.unit == _RATE and not is_sum):
        return None
    value = whole(number, record.name, least=None if meaning.number == "present" else 0)
    if value is None:
        return None
    device, channel = record.base.rstrip("/:_.- "), channel_of(meaning.owner)
    if not record.base or not record.name:
        device, channel = meaning.owner, ""
    time_us, marks = _instant(record.time_s, received_us)
    return Counted(device, channel, meaning.number, meaning.kind, value, time_us, marks=marks)


def _instant(time_s: float, received_us: int) -> tuple[int | None, Mark]:
    """Zero is now, and the receipt's instant with others that are relative to it."""
    if time_s >= RELATIVE_BELOW_S:
        return round(time_s * 1e6), Mark(0)
    if time_s == 0:
        return None, Mark(0)
    return received_us + round(time_s * 1e6), Mark.RECEIPT_TIME


def _with_base(record: dict[str, Any], name: str, base: float | None) -> float | None:
    """A number with its base added; either may stand alone."""
    if name not in record:
        return base if not any(value in record for value in _VALUES[:5]) else None
    number: float = record[name]
    return number if base is None else number + base


CODEC = codec("senml", "SenML (RFC 8428, JSON)", read, fits=fits)
