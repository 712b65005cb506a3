"""Any CSV of counts as readings: which column is what is said by a map of the user's."""

import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import InvalidInput, Problem
from domain.readings import CountReading
from ingest.codecs import generic
from ingest.codecs.expressions import literal
from ingest.codecs.said import Said
from ingest.csv_file import open_csv
from ingest.wall_clock import WallClock

FIELDS = ("time", "sensor", "kind", "entered", "left", "present", "period_s")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column, or which constant, gives each field of a reading."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]

    @property
    def mapping(self) -> generic.Mapping:
        """The same for readers of any record."""
        texts: dict[str, Any] = {name: json.dumps(column) for name, column in self.columns.items()}
        texts |= {name: literal(value) for name, value in self.constants.items()}
        return replace(generic.Mapping(), **texts)

    @classmethod
    def parse(cls, words: Iterable[str]) -> "ColumnMap":
        """From "time=local_time" (a column) and "sensor:=main-door" (a constant).

        A bare "entered" is the column of that name. Raises `InvalidInput` with all faults.
        """
        columns: dict[str, str] = {}
        constants: dict[str, str] = {}
        problems = []
        for word in words:
            name, is_constant, value = word.partition(":=")
            if not is_constant:
                name, equals, value = word.partition("=")
                value = value if equals else name
            if name not in FIELDS:
                problems.append(
                    Problem("--map", f"“{name}” is no field", "use " + ", ".join(FIELDS))
                )
            (constants if is_constant else columns)[name] = value
        given = columns.keys() | constants.keys()
        problems += [
            Problem("--map", f"{name} is missing", f"write {name}=COLUMN or {name}:=VALUE")
            for name in ("time", "sensor")
            if name not in given
        ]
        if not given & {"entered", "left", "present"}:
            problems.append(
                Problem("--map", "no counts are mapped", "map entered, left or present")
            )
        if problems:
            raise InvalidInput("this map cannot be", problems=problems)
        return cls(columns, constants)


@dataclass(slots=True)
class CsvCounts:
    """The readings of a file, in order of time, and the lines that held none."""

    readings: list[CountReading] = field(default_factory=list)
    blank: int = 0
    """Lines without a count or a sensor's name: nobody said anything."""
    faults: list[Problem] = field(default_factory=list)


def read_counts(
    path: Path, columns: ColumnMap, zone: ZoneInfo, *, stamp_is_start: bool = False
) -> CsvCounts:
    """Read a CSV file, plain or gzipped. Times without offset are wall-clock in `zone`.

    `stamp_is_start`: a period's time is its beginning, not its end. Raises `InvalidInput` when the
    file cannot be read or lacks a mapped column; a bad line is kept as a fault and does not stop
    the rest.
    """
    found = CsvCounts()
    by, clock = generic.reader(columns.mapping, "--map"), WallClock(zone)
    with open_csv(path) as file:
        file.require(columns.columns.values())
        for row in file.rows:
            try:
                said = list(by.said(row.cells, (), clock.instant_us, named=True))
            except ValueError as error:
                found.faults.append(Problem(f"{path}:{row.line}", str(error)))
                continue
            named = [_reading(each, stamp_is_start=stamp_is_start) for each in said if each.device]
            found.readings += named
            found.blank += not named
    found.readings.sort(key=lambda r: r.time_us)
    return found


def slug(name: str) -> str:
    """A sensor id from any name: "Zürich Süd" → "zurich-sud", "大门" → "sensor-e26eef50"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"[^A-Za-z0-9_.:]+", "-", bare).strip("-").lower()
    return plain if bare.isascii() else f"{plain or 'sensor'}-{zlib.crc32(name.encode()):08x}"


def _reading(said: Said, *, stamp_is_start: bool) -> CountReading:
    return CountReading(
        sensor=slug(said.device),
        kind=said.kind,
        time_us=(said.time_us or 0) + (said.period_s * 1_000_000 if stamp_is_start else 0),
        entered=said.entered,
        left=said.left,
        present=said.present,
        period_s=said.period_s,
    )


def weeks(readings: Iterable[CountReading], ends_us: Iterator[int]) -> Iterator[list[CountReading]]:
    """Ordered readings cut at each of `ends_us`, an endless rising row; ends with the readings."""
    end = next(ends_us)
    week: list[CountReading] = []
    for reading in readings:
        while reading.time_us >= end:
            yield week
            week, end = [], next(ends_us)
        week.append(reading)
    if week:
        yield week
