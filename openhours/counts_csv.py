"""Any CSV of counts as readings: which column is what is said by a map of the user's."""

import csv
import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO, cast
from zoneinfo import ZoneInfo

from domain.calendars import epoch_us
from domain.errors import InvalidInput, Problem
from domain.readings import CountKind, CountReading

FIELDS = ("time", "sensor", "kind", "entered", "left", "present", "period_s")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column, or which constant, gives each field of a reading."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]

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
    latest: dict[str, datetime] = {}
    with _open(path) as file:
        rows = csv.DictReader(file)
        missing = [c for c in columns.columns.values() if c not in (rows.fieldnames or ())]
        if missing:
            raise InvalidInput(
                f"there is no column {', '.join(missing)}",
                where=f"{path}:1",
                hint=f"the columns are {', '.join(rows.fieldnames or ['none'])}",
            )
        for row in rows:
            cells = {f: (row[c] or "").strip() for f, c in columns.columns.items()}
            cells.update(columns.constants)
            if not cells["sensor"] or not any(cells.get(c) for c in ("entered", "left", "present")):
                found.blank += 1
                continue
            try:
                found.readings.append(_reading(cells, zone, latest, stamp_is_start=stamp_is_start))
            except ValueError as error:
                found.faults.append(Problem(f"{path}:{rows.line_num}", str(error)))
    found.readings.sort(key=lambda r: r.time_us)
    return found


def slug(name: str) -> str:
    """A sensor id from any name: "Zürich Süd" → "zurich-sud", "大门" → "sensor-e26eef50"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"[^A-Za-z0-9_.:]+", "-", bare).strip("-").lower()
    return plain if bare.isascii() else f"{plain or 'sensor'}-{zlib.crc32(name.encode()):08x}"


def _reading(
    cells: Mapping[str, str], zone: ZoneInfo, latest: dict[str, datetime], *, stamp_is_start: bool
) -> CountReading:
    sensor = slug(cells["sensor"])
    period_s = int(cells.get("period_s") or 0)
    kind = CountKind(
        cells.get("kind")
        or ("present" if cells.get("present") else "period" if period_s else "total")
    )
    time_us = _instant_us(cells["time"], zone, latest, sensor)
    return CountReading(
        sensor=sensor,
        kind=kind,
        time_us=time_us + (period_s * 1_000_000 if stamp_is_start else 0),
        entered=_count(cells, "entered"),
        left=_count(cells, "left"),
        present=_count(cells, "present"),
        period_s=period_s,
    )


def _count(cells: Mapping[str, str], name: str) -> int | None:
    text = cells.get(name, "")
    if not text:
        return None
    number = float(text)
    if not number.is_integer():
        raise ValueError(f"{name} is {text}, not a whole number")
    return int(number)


def _instant_us(text: str, zone: ZoneInfo, latest: dict[str, datetime], sensor: str) -> int:
    """Microseconds since 1970. A wall time that comes twice is told by the row going forward."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        first, second = (at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        before = latest.get(sensor, first - timedelta(days=1))
        at = latest[sensor] = second if first <= before < second else first
    return epoch_us(at)


@contextmanager
def _open(path: Path) -> Iterator[TextIO]:
    """The text of the file; what goes wrong while it is read is `InvalidInput` too."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield cast("TextIO", file)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "is not UTF-8", where=str(path), hint="in a spreadsheet, save as “CSV UTF-8”"
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidInput(
            f"is not a whole gzip file: {error}",
            where=str(path),
            hint="copy it again; where it is plain text, take .gz off its name",
        ) from error
    except OSError as error:
        raise InvalidInput(f"cannot read it: {error.strerror}", where=str(path)) from error


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
