"""Files of CSV, plain or gzipped, row by row: whichever delimiter, UTF-8 or GB18030."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from domain.errors import InvalidInput
from ingest.codecs.csv_text import ENCODINGS, delimiter_of

_CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns, without blanks around cells."""

    line: int
    """Where it ends in the file, counted from 1."""
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that is open for reading."""

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[Row]

    def require(self, columns: Iterable[str]) -> None:
        """Make sure that there are these columns. Raises `InvalidInput`."""
        missing = sorted(set(columns) - set(self.columns))
        if missing:
            raise InvalidInput(
                f"there is no column {', '.join(missing)}",
                where=f"{self.path}:1",
                hint=f"the columns are {', '.join(self.columns) or 'none'}",
            )


@contextmanager
def open_csv(path: Path) -> Iterator[CsvFile]:
    """Open a file whose first line names its columns.

    Raises `InvalidInput`, also while rows are read: it is no text, no whole gzip file, no CSV.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with cast("BinaryIO", opener(path, "rb")) as file:
            encoding = _encoding_of(file, path)
            file.seek(0)
            text = io.TextIOWrapper(file, encoding=encoding, newline="")
            delimiter = delimiter_of(text.readline())
            text.seek(0)
            reader = csv.reader(text, delimiter=delimiter)
            columns = tuple(name.strip() for name in next(reader, []))
            yield CsvFile(path, columns, (_row(columns, reader.line_num, c) for c in reader if c))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidInput(
            f"is not a whole gzip file: {error}",
            where=str(path),
            hint="copy it again; where it is plain text, take .gz off its name",
        ) from error
    except csv.Error as error:
        raise InvalidInput(f"is not CSV: {error}", where=str(path)) from error
    except OSError as error:
        raise InvalidInput(f"cannot read it: {error.strerror}", where=str(path)) from error


def _row(columns: tuple[str, ...], line: int, cells: list[str]) -> Row:
    return Row(line, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)})


def _encoding_of(file: BinaryIO, path: Path) -> str:
    """The first of the encodings in which all of the file is text."""
    for encoding in ENCODINGS:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while chunk := file.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise InvalidInput(
        "is neither UTF-8 nor GB18030",
        where=str(path),
        hint="in a spreadsheet, save as “CSV UTF-8”",
    )
