"""What is wrong with a message of the native format: every fault, each with what would mend it."""

import difflib
import reprlib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from domain.readings import CountKind
from ingest.codecs.faults import Fault
from ingest.codecs.native_item import Count, Item, Period, Present, Stamp, said_of
from ingest.codecs.said import Said

MAX_READINGS = 1_000
SHOWN_FAULTS = 10
"""Faults of a reading, and faulty readings of a list, that are described. Of other readings the
place is given."""


class _Field(NamedTuple):
    type: Any
    reason: str
    rule: str


_COUNT = _Field(Count, "not a count", "a whole number, 0 or more")
_FIELDS: Mapping[str, _Field] = {
    "kind": _Field(CountKind, "no such kind", f"one of {', '.join(CountKind)}"),
    "time": _Field(
        Stamp, "not a time", "RFC 3339 with an offset, or a whole number of s, ms, µs or ns"
    ),
    "entered": _COUNT,
    "left": _COUNT,
    "present": _Field(Present, "not a count", "a whole number"),
    "period_s": _Field(Period, "not a period", "a whole number of seconds, 1 to a year"),
    "seq": _Field(Count, "not a sequence number", "a whole number, 0 or more"),
    "uptime_s": _Field(Count, "not an uptime", "a whole number of seconds, 0 or more"),
}


def examined(payload: bytes, sensor: str) -> tuple[list[Said], Fault]:
    """What a message that has a fault says well, and the faults of the rest as one.

    Raises `Fault` when nothing can be told apart in the message.
    """
    try:
        message = msgspec.json.decode(payload)
    except (ValueError, RecursionError) as error:
        raise Fault("not JSON", str(error), "send one JSON object, or a list of them") from error
    items = message if isinstance(message, list) else [message]
    if not 1 <= len(items) <= MAX_READINGS:
        raise Fault(
            "list too long" if items else "empty list",
            f"the list has {len(items)} readings",
            f"send 1 to {MAX_READINGS} readings in a message",
        )
    said, faults = [], dict[int, Fault]()
    for index, item in enumerate(items):
        try:
            _check_fields(item)
            typed = msgspec.convert(item, Item)
            said.append(said_of(typed, sensor, alone=len(items) == 1))
        except Fault as fault:
            faults[index] = fault
    if not faults:
        raise Fault("a field twice", "the first of two values is bad", "write each field once")
    return said, _joined(faults) if isinstance(message, list) else faults[0]


def _check_fields(item: object) -> None:
    """Raise one `Fault` of the fields that are unknown or not what they must be."""
    if not isinstance(item, dict):
        raise Fault("not a reading", f"{_shown(item)} is no object", 'write {"entered": 120, …}')
    faults = list(islice(_faults_of_fields(item), SHOWN_FAULTS + 1))
    if faults:
        details = [fault.detail for fault in faults[:SHOWN_FAULTS]]
        more = ["and more"] if len(faults) > SHOWN_FAULTS else []
        raise Fault(faults[0].reason, "; ".join([*details, *more]), _hints(faults))


def _faults_of_fields(item: Mapping[str, object]) -> Iterator[Fault]:
    for name, value in item.items():
        if name not in _FIELDS:
            close = difflib.get_close_matches(name, _FIELDS, n=1)
            meant = f"did you mean {close[0]}? " if close else ""
            yield Fault("unknown field", f"{_shown(name)} is no field", f"{meant}{_KNOWN}")
        elif value is not None:
            try:
                msgspec.convert(value, _FIELDS[name].type)
            except msgspec.ValidationError:
                yield _misfit(name, value)


_KNOWN = f"the fields are {', '.join(_FIELDS)}"


def _misfit(name: str, value: object) -> Fault:
    field = _FIELDS[name]
    hint = f"write {name} as {field.rule}"
    if isinstance(value, str) and value.strip().lstrip("-").isdecimal():
        hint = f"write {name} without quotes"
    elif name == "time" and isinstance(value, str):
        hint = "write time as in 2026-11-23T09:30:00+08:00"
    return Fault(field.reason, f"{name} is {_shown(value)}, not {field.rule}", hint)


def _joined(faults: Mapping[int, Fault]) -> Fault:
    """The faults of a list's readings as one, grouped under the first; places count from 0."""
    described = [f"[{index}] {fault.detail}" for index, fault in faults.items()]
    others = ", ".join(f"[{index}]" for index in list(faults)[SHOWN_FAULTS:])
    detail = "; ".join(described[:SHOWN_FAULTS]) + (f"; also {others}" if others else "")
    first = next(iter(faults.values()))
    return Fault(first.reason, detail, _hints(list(faults.values())))


def _hints(faults: list[Fault]) -> str:
    return "; ".join(list(dict.fromkeys(f.hint for f in faults))[:SHOWN_FAULTS])


_brief = reprlib.Repr()
_brief.maxlevel = 1  # else nested lists are shown with 6 items at each of 6 levels


def _shown(value: object) -> str:
    return _brief.repr(value)
