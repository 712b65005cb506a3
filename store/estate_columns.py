"""Which columns the estate's CSV files have, and what text a value has in its cell."""

import re

from pydantic import BaseModel

from domain.estate import Limits
from domain.estate_faults import Path, path_text
from domain.estate_rules import KINDS
from domain.hours import WEEKDAYS, WeeklyHours, day_text

_NO_LIMIT = "none"
"""In the column of a limit, where an empty cell would mean the default."""
_TIMES = ("day_starts", "earliest", "latest")
_DATES = ("first", "last")


def _paths(kind: str) -> dict[str, Path]:
    plain: dict[str, Path] = {name: (name,) for name in KINDS[kind].model_fields}
    if kind != "venues":
        return plain
    del plain["hours"], plain["special_days"], plain["limits"]
    return {
        **plain,
        **{day: ("hours", day) for day in WEEKDAYS},
        **{name: ("limits", name) for name in Limits.model_fields if name != "core"},
        **{f"core_{day}": ("limits", "core", day) for day in WEEKDAYS},
    }


ITEM_COLUMNS = {kind: _paths(kind) for kind in KINDS if kind != "link_groups"}
"""For files with one item a row: where in the item each column's cell belongs."""
COLUMNS: dict[str, tuple[str, ...]] = {
    **{kind: tuple(paths) for kind, paths in ITEM_COLUMNS.items()},
    "special_days": ("venue", "day", "hours", "name"),
    "link_groups": ("id", "hub", "venue", "walk_minutes"),
}
"""The columns of each file, in the order in which they are written."""


def column_of(kind: str, path: Path) -> str:
    """The column of a field of an item, or the field as it is where it has none."""
    columns = {p: column for column, p in ITEM_COLUMNS.get(kind, {}).items()}
    return columns.get(path, path_text(path))


def cell_text(item: BaseModel, path: Path) -> str:
    """The cell of the field of `item` at `path`."""
    name = str(path[0])
    value = getattr(item, name)
    if isinstance(value, WeeklyHours):
        if name == "core" and value == WeeklyHours():
            return ""
        return day_text(value.days[WEEKDAYS.index(str(path[1]))])
    if isinstance(value, BaseModel):
        return cell_text(value, path[1:])
    if value is None:
        return _NO_LIMIT if isinstance(item, Limits) else ""
    return str(item.model_dump(mode="json", include={name})[name])


def cell_value(path: Path, text: str) -> str | None:
    """What a cell that is not empty says of the field at `path`, for the models to read."""
    if path[0] == "limits" and text.strip().lower() == _NO_LIMIT:
        return None
    if path[-1] in _TIMES:
        return re.sub(r":00\s*$", "", text) if text.count(":") == 2 else text
    return iso_date(text) if path[-1] in _DATES else text


def iso_date(text: str) -> str:
    """2026/10/1, as Chinese spreadsheets write dates, as 2026-10-01; else the text as it is."""
    match = re.fullmatch(r"\s*(\d{4})[/-](\d{1,2})[/-](\d{1,2})\s*", text)
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else text
