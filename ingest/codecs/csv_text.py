"""CSV as spreadsheets and devices leave it: whichever delimiter, UTF-8 or GB18030."""

import csv
from collections.abc import Iterable, Iterator

from ingest.codecs.faults import Fault

ENCODINGS = ("utf-8-sig", "gb18030")
"""In the order in which they are tried; GB18030 is what spreadsheets write in China."""
_DELIMITERS = ",;\t|"


def decoded(content: bytes) -> str:
    """Text in one of the encodings. Raises `Fault`."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Fault("not text", "neither UTF-8 nor GB18030", "save or send it as UTF-8")


def delimiter_of(line: str) -> str:
    """What parts the cells of a line: of the usual, that which it has most of, or a comma."""
    return max(_DELIMITERS, key=line.count)


def rows_of_lines(content: bytes) -> Iterator[list[str]]:
    """The rows of a few lines without a header; empty lines are left. Raises `Fault`."""
    lines = [line for line in decoded(content).splitlines() if line.strip()]
    yield from rows_of(lines, delimiter_of(lines[0]) if lines else ",")


def rows_of(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The rows of some lines. Raises `Fault` where it is no CSV."""
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error as error:
        raise Fault("not CSV", str(error), "send lines of cells") from error
