"""An estate as it was read from files, before it is checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from domain.errors import InvalidEstate, Problem
from domain.estate_faults import Locate


class Draft(NamedTuple):
    """What the files say, where each value stands in them, and what reading them met."""

    document: Mapping[str, Any]
    locate: Locate
    problems: list[Problem]


def read_utf8(path: Path) -> str:
    """The text of a file, line ends as they are, without byte order mark.

    Raises `InvalidEstate` when it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidEstate(f"cannot read it: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise InvalidEstate(
            "is not UTF-8", where=str(path), hint="in a spreadsheet, save as “CSV UTF-8”"
        ) from error
