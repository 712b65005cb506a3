"""One CSV file as rows that know their line; every fault of its form is told."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidEstate, Problem
from domain.estate_faults import did_you_mean
from store.estate_draft import read_utf8


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row by column; empty ones are left out."""

    file: Path
    line: int
    """Where the row begins, 1 for the header's."""
    cells: dict[str, str]

    def where(self, field: str) -> str:
        return f"{self.file}:{self.line} {field}"


def read_table(file: Path, columns: Sequence[str], problems: list[Problem]) -> list[Row]:
    """The rows of `file`, whose header names some of `columns` in any order.

    Cells are separated by commas, or by semicolons or tabs where the header has these only. Adds to
    `problems` what is wrong with the header or with the form of a row.
    """
    try:
        text = read_utf8(file)
    except InvalidEstate as error:
        problems += error.problems
        return []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    names: list[str] | None = None
    try:
        for line, values in _numbered(reader):
            if names is None:
                names = [name.strip() for name in values]
                problems += _header_problems(f"{file}:{line}", names, columns)
            else:
                if any(v.strip() for v in values[len(names) :]):
                    what = f"has {len(values)} cells, the header {len(names)}"
                    problems.append(Problem(f"{file}:{line}", what, "quote cells with commas"))
                filled = zip(names, values, strict=False)
                cells = {n: v for n, v in filled if n in columns and v.strip()}
                rows.append(Row(file, line, cells))
    except csv.Error as error:
        hint = "is a quotation mark left open?"
        problems.append(Problem(f"{file}:{reader.line_num}", f"is not CSV: {error}", hint))
    return rows


def write_table(file: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a file that spreadsheets open rightly: UTF-8 with byte order mark, CRLF."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(rows)


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return next((mark for mark in ",;\t" if mark in header), ",")


def _numbered(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; empty rows are passed over."""
    begins = 1
    for values in reader:
        if any(v.strip() for v in values):
            yield begins, values
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _header_problems(where: str, names: Sequence[str], columns: Sequence[str]) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index] and name:
            yield Problem(f"{where} {name}", "this column is there twice")
        elif name and name not in columns:
            hint = did_you_mean(name, columns) or "columns: " + ", ".join(columns)
            yield Problem(f"{where} {name}", "there is no such column", hint)
