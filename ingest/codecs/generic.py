"""Any JSON, or lines of CSV, by a few lines of settings that say where the counts stand.

docs/formats.md shows the settings at work.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from domain.errors import InvalidSettings, Problem
from domain.readings import CountKind
from ingest.codecs.clock import DeviceTime, instant_us
from ingest.codecs.codec import UNEXPECTED, Codec, Context, codec, fault_of
from ingest.codecs.csv_text import rows_of_lines
from ingest.codecs.expressions import (
    Expression,
    constant,
    expression,
    name_of_device,
    names_in,
    nothing,
)
from ingest.codecs.faults import Fault
from ingest.codecs.json_text import read_json
from ingest.codecs.said import MAX_PERIOD_S, NO_SENSOR, Said, whole
from ingest.message import Message
from ingest.wall_clock import missing

_CROSSINGS = (CountKind.TOTAL, CountKind.PERIOD, CountKind.CHANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Where the fields of a reading stand in a message: JMESPath expressions, as in settings."""

    records: str = "@"
    """The list of records in the message; `@` is the message itself, be it a list or one record."""
    sensor: str = ""
    """Name of the device; may hold levels of the topic, as in "{1}"."""
    channel: str = ""
    """Line, door or zone of the device; may hold levels of the topic."""
    kind: str = ""
    """`total`, `period` or `change` for all records, or an expression that gives one of these."""
    entered: str = ""
    left: str = ""
    present: str = ""
    time: str = ""
    period_s: str | int = ""
    """Seconds, or an expression that gives them."""
    seq: str = ""
    columns: tuple[str, ...] = ()
    """Names of the columns where messages are lines of CSV without a header."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A mapping made ready. `reader` makes one."""

    records: Expression
    sensor: Expression
    channel: Expression
    kind: Expression
    entered: Expression
    left: Expression
    present: Expression
    time: Expression
    period_s: Expression
    seq: Expression

    def said(
        self,
        record: Any,
        levels: Sequence[str],
        instant: Callable[[str, DeviceTime], int | None],
        *,
        named: bool = False,
    ) -> Iterator[Said]:
        """What a record says: crossings, people present, both, or nothing where it has no counts.

        Args:
            record: a JSON value, or a row by the names of its columns.
            levels: of the topic.
            instant: from a device and its time to microseconds since 1970.
            named: whether settings give the device's name, so that the record need not.

        Raises:
            Fault: the record cannot be read.
        """
        entered = whole(self.entered(record, levels), "entered")
        left = whole(self.left(record, levels), "left")
        present = whole(self.present(record, levels), "present", least=None)
        if (entered, left, present) == (None, None, None):
            return
        device, channel = _text(self.sensor(record, levels)), _text(self.channel(record, levels))
        if not (device or named):
            raise Fault(NO_SENSOR, "the record names no device", "map sensor, or name the source's")
        time_us = instant(f"{device}:{channel}", self.time(record, levels))
        if (entered, left) != (None, None):
            period_s = whole(self.period_s(record, levels), "period_s") or 0
            yield Said(
                device,
                self._kind(record, levels, period_s),
                entered,
                left,
                channel=channel,
                time_us=time_us,
                period_s=period_s,
                seq=whole(self.seq(record, levels), "seq") or 0,
            )
        if present is not None:
            yield Said(device, CountKind.PRESENT, present=present, channel=channel, time_us=time_us)

    def _kind(self, record: Any, levels: Sequence[str], period_s: int) -> CountKind:
        """Of crossings."""
        given = self.kind(record, levels)
        kind = given or (CountKind.PERIOD if period_s else CountKind.TOTAL)
        if kind not in _CROSSINGS:
            raise Fault(
                "no such kind", f"{str(given)[:60]!r} is no kind", f"one of {', '.join(_CROSSINGS)}"
            )
        if (kind == CountKind.PERIOD) is not (0 < period_s <= MAX_PERIOD_S):
            raise Fault(
                "period_s does not fit the kind",
                f'kind "{kind}" with {period_s} s',
                "map period_s, 1 s to a year, for periods and for nothing else",
            )
        return CountKind(kind)


def reader(mapping: Mapping, where: str = "mapping") -> Reader:
    """Make a mapping ready.

    Args:
        mapping: as it stands in settings.
        where: the settings' name of it, for faults.

    Raises:
        InvalidSettings: with every fault of the mapping.
    """
    problems: list[Problem] = []
    made: dict[str, Expression] = {}
    for name in (f.name for f in fields(Reader)):
        try:
            made[name] = _made(name, getattr(mapping, name))
        except ValueError as error:
            problems.append(
                Problem(f"{where}.{name}", str(error), 'a name with blanks goes in “"…"” quotes')
            )
    problems += _contradictions(mapping, where)
    if problems:
        raise InvalidSettings("this mapping cannot be", where=where, problems=problems)
    return Reader(**made)


def columns_of(mapping: Mapping) -> frozenset[str]:
    """The columns that rows need to have for a mapping."""
    texts = {f.name: getattr(mapping, f.name) for f in fields(Reader) if f.name != "records"}
    if mapping.kind in _CROSSINGS:
        del texts["kind"]
    return frozenset(
        name for text in texts.values() if isinstance(text, str) for name in names_in(text)
    )


def generic(mapping: Mapping, where: str = "mapping") -> Codec:
    """A codec that reads by a mapping. Raises `InvalidSettings` as `reader` does."""
    by = reader(mapping, where)

    def read(message: Message, context: Context) -> Iterator[Said]:
        levels = message.topic.split("/")
        found = by.records(_content(message.payload, mapping.columns), levels)
        records = found if isinstance(found, list) else [] if found is None else [found]

        def instant(_device: str, time: DeviceTime) -> int | None:
            found_us = instant_us(time, context.zone)
            if found_us is None and time not in (None, ""):
                raise missing(time)
            return found_us

        faults: list[tuple[int, Fault]] = []
        for number, record in enumerate(records):
            try:
                yield from list(by.said(record, levels, instant, named=bool(context.sensor)))
            except UNEXPECTED as error:
                faults.append((number, fault_of(error)))
        if faults:
            raise _together(faults)

    return codec("generic", "Any JSON or CSV, by a mapping", read)


def _content(payload: bytes, columns: Sequence[str]) -> object:
    if columns:
        return [dict(zip(columns, cells, strict=False)) for cells in rows_of_lines(payload)]
    return read_json(payload)


def _made(name: str, text: str | int) -> Expression:
    if text == "":
        return nothing
    if isinstance(text, int) or (name == "period_s" and text.isdecimal()):
        return constant(text)
    if name == "kind" and text in _CROSSINGS:
        return constant(text)
    return name_of_device(text) if name in ("sensor", "channel") else expression(text)


def _contradictions(mapping: Mapping, where: str) -> list[Problem]:
    problems = []
    if not (mapping.entered or mapping.left or mapping.present):
        problems.append(Problem(where, "no counts are mapped", "map entered, left or present"))
    if mapping.kind == CountKind.PRESENT:
        problems.append(
            Problem(f"{where}.kind", "people present need no kind", "map present, without kind")
        )
    if mapping.kind == CountKind.PERIOD and mapping.period_s == "":
        problems.append(
            Problem(f"{where}.period_s", "is missing", "give the seconds that a period lasts")
        )
    return problems


def _text(value: object) -> str:
    """A name: a text or a number. Raises `Fault` for another thing."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Fault(NO_SENSOR, f"{json.dumps(value)[:60]} is no name", "map sensor to a name")
    return str(value)


def _together(faults: Sequence[tuple[int, Fault]]) -> Fault:
    number, first = faults[0]
    more = f"; and {len(faults) - 1} more records" if len(faults) > 1 else ""
    return Fault(first.reason, f"record {number}: {first.detail}{more}", first.hint)
