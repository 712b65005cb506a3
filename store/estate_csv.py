"""The estate as a folder of CSV files: one item a row, special days and satellites likewise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import InvalidEstate, Problem
from domain.estate import Estate
from domain.estate_faults import Path as FieldPath
from domain.estate_faults import did_you_mean, path_text
from domain.estate_text import special_problems
from domain.hours import day_text
from store.csv_table import Row, read_table, write_table
from store.estate_columns import (
    COLUMNS,
    ITEM_COLUMNS,
    cell_text,
    cell_value,
    column_of,
    iso_date,
)
from store.estate_draft import Draft


def write_csv(estate: Estate, folder: Path) -> None:
    """Write all files; the folder is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        kind: [[cell_text(item, path) for path in paths.values()] for item in getattr(estate, kind)]
        for kind, paths in ITEM_COLUMNS.items()
    }
    rows["special_days"] = [
        [venue.id, special.day.isoformat(), day_text(special.blocks), special.name]
        for venue in estate.venues
        for special in venue.special_days
    ]
    rows["link_groups"] = [
        [group.id, group.hub, walk.venue, str(walk.walk_minutes)]
        for group in estate.link_groups
        for walk in group.satellites
    ]
    for name, columns in COLUMNS.items():
        write_table(folder / f"{name}.csv", columns, rows[name])


def read_csv(folder: Path) -> Draft:
    """Read a folder. Raises `InvalidEstate` when none of the files is there."""
    reader = _Reader(folder)
    found = {file.stem for file in folder.glob("*.csv")}
    if not found & set(COLUMNS):
        names = ", ".join(f"{name}.csv" for name in COLUMNS)
        raise InvalidEstate("holds no estate", where=str(folder), hint=f"files: {names}")
    for name in sorted(found - set(COLUMNS)):
        hint = did_you_mean(name, COLUMNS) or "files: " + ", ".join(COLUMNS)
        reader.problems.append(
            Problem(str(folder / f"{name}.csv"), "there is no such file in an estate", hint)
        )
    for kind in ITEM_COLUMNS:
        reader.read_items(kind)
    reader.read_special_days()
    reader.read_link_groups()
    return Draft(reader.document, reader.locate, reader.problems)


@dataclass(slots=True)
class _Reader:
    """Gathers items from the rows of all files and remembers which row each came from."""

    folder: Path
    document: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _rows: dict[FieldPath, Row] = field(default_factory=dict)
    """The row that each item, special day or satellite was read from."""

    def read_items(self, kind: str) -> None:
        paths = ITEM_COLUMNS[kind]
        items = self.document.setdefault(kind, [])
        for row in self._table(kind):
            item: dict[str, Any] = {}
            for column, text in row.cells.items():
                _put(item, paths[column], cell_value(paths[column], text))
            self._rows[(kind, len(items))] = row
            items.append(item)

    def read_special_days(self) -> None:
        venues = {v.get("id", "").strip(): i for i, v in enumerate(self.document["venues"])}
        for row in self._table("special_days"):
            name = row.cells.pop("venue", "").strip()
            special = {**row.cells, "day": iso_date(row.cells.get("day", ""))}
            if name in venues:
                days = self.document["venues"][venues[name]].setdefault("special_days", [])
                self._rows["venues", venues[name], "special_days", len(days)] = row
                days.append(special)
            else:
                what = f"there is no venue “{name}”" if name else "is missing"
                hint = did_you_mean(name, venues)
                self.problems.append(Problem(row.where("venue"), what, hint))
                self.problems += (
                    Problem(row.where(p.where), p.what, p.hint) for p in special_problems(special)
                )

    def read_link_groups(self) -> None:
        groups = self.document.setdefault("link_groups", [])
        index_of: dict[str, int] = {}
        for row in self._table("link_groups"):
            cells = row.cells
            name, hub = cells.get("id", "").strip(), cells.get("hub", "").strip()
            if name not in index_of:
                index_of[name] = len(groups)
                self._rows["link_groups", len(groups)] = row
                groups.append({**_only(cells, "id", "hub"), "satellites": []})
            group = groups[index_of[name]]
            first = group.setdefault("hub", hub).strip() if hub else ""
            if hub != first:
                what = f"“{hub}” is not the first, “{first}”"
                self.problems.append(Problem(row.where("hub"), what, "a group has one hub"))
            path = ("link_groups", index_of[name], "satellites", len(group["satellites"]))
            self._rows[path] = row
            group["satellites"].append(_only(cells, "venue", "walk_minutes"))

    def _table(self, name: str) -> Sequence[Row]:
        file = self.folder / f"{name}.csv"
        return read_table(file, COLUMNS[name], self.problems) if file.exists() else ()

    def locate(self, path: FieldPath) -> str:
        """File and line of the row that `path` was read from, with the column."""
        for length in range(len(path), 1, -1):
            if row := self._rows.get(path[:length]):
                return row.where(column_of(str(path[0]), path[length:]))
        return f"{self.folder} {path_text(path)}"


def _put(item: dict[str, Any], path: FieldPath, value: str | None) -> None:
    for step in path[:-1]:
        item = item.setdefault(str(step), {})
    item[str(path[-1])] = value


def _only(cells: dict[str, str], *columns: str) -> dict[str, str]:
    return {column: cells[column] for column in columns if column in cells}
