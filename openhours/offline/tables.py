"""Bins and schedules as tables: Parquet, or CSV with the same columns."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
import pyarrow.compute as pc  # type: ignore[import-untyped] # has no stubs
from numpy.typing import NDArray
from pyarrow import csv, parquet

from domain.bins import Bins
from domain.calendars import SLOT_MINUTES
from domain.errors import InvalidHours, InvalidInput, Problem
from domain.estate import Estate
from domain.hours import WEEKDAYS, WeeklyHours, parse_day
from domain.planning import Origin, ScheduleVersion

Floats = NDArray[np.float64]

SHARES = ("healthy", "open", "full")
COUNTS = ("entered", "left", "present")
_MOST_FAULTS = 20


def read_bins(path: Path, estate: Estate) -> Bins:
    """Bins of rooms from columns room, start, minutes, entered, left, present, healthy, open, full.

    One row is one room's quarter-hour. `start` is an instant (without offset: UTC). Empty cells are
    unknown; so is a bin without a row, of which nothing is healthy. Counts that are known without
    `healthy` are healthy throughout. Where `open` or `full` is absent or empty it is NaN, for
    `run.plan` to take from the schedules, and from occupancy and capacity.

    Raises `InvalidInput` with what is wrong in the file: columns, rooms the estate does not know,
    bins twice, off the quarter-hours, numbers that cannot be.
    """
    table = _read(path, required=("room", "start"))
    rooms, row = _rooms(path, table, estate)
    slot = _slots(path, table)
    if not len(slot):
        raise InvalidInput("there are no bins", where=str(path))
    first, count = int(slot.min()), int(slot.max() - slot.min()) + 1
    cell = row * count + (slot - first)
    _refuse_twice(path, table, cell)

    def laid_out(name: str, most: float) -> Floats:
        grid = np.full(len(rooms) * count, np.nan)
        grid[cell] = _numbers(path, table, name, most)
        return grid.reshape(len(rooms), count)

    counts = {name: laid_out(name, np.inf) for name in COUNTS}
    shares = {name: laid_out(name, 1.0) for name in SHARES}
    is_known = ~np.isnan(counts["entered"] + counts["left"]) | ~np.isnan(counts["present"])
    healthy = np.where(np.isnan(shares["healthy"]), is_known, shares["healthy"])
    return Bins(
        rooms=rooms,
        start=((first + np.arange(count)) * SLOT_MINUTES * 60).astype("datetime64[s]"),
        minutes=SLOT_MINUTES,
        **counts,
        healthy=healthy.astype(np.float64),
        open=shares["open"],
        full=shares["full"],
    )


def read_schedules(path: Path | None, estate: Estate) -> dict[str, list[ScheduleVersion]]:
    """Schedule versions by venue, from columns venue, effective_from and mon to sun.

    One row is the weekly hours of a venue from a date on, a day as "09:00-12:00, 14:00-18:00" or
    "closed"; of a venue's rows a later one holds over an earlier one. The estate's own hours hold
    before a venue's first row, and always where there is no file. Raises `InvalidInput` with every
    fault.
    """
    found = {venue.id: [_version(venue.id, 1, venue.hours)] for venue in estate.venues}
    if path is None:
        return found
    table = _read(path, required=("venue", "effective_from", *WEEKDAYS))
    problems: list[Problem] = []
    for number, cells in enumerate(table.to_pylist(), 2):
        where, venue = f"{path}, row {number - 1}", str(cells["venue"])
        if venue not in found:
            problems.append(Problem(where, f"the estate has no venue “{venue}”"))
            continue
        try:
            days = tuple(parse_day(str(cells[day] or "")) for day in WEEKDAYS)
            since = _date(cells["effective_from"])
            found[venue].append(_version(venue, len(found[venue]) + 1, WeeklyHours(days), since))
        except (InvalidHours, ValueError) as error:
            problems.append(Problem(where, str(error)))
    _raise(problems, path, "these schedules cannot be")
    return found


def _version(
    venue: str, number: int, hours: WeeklyHours, since: date = date(1970, 1, 5)
) -> ScheduleVersion:
    return ScheduleVersion(
        venue=venue,
        number=number,
        hours=hours,
        effective_from=since,
        created_at=datetime(since.year, since.month, since.day, tzinfo=UTC),
        origin=Origin.ESTATE,
    )


def _read(path: Path, required: Iterable[str]) -> pa.Table:
    try:
        table = csv.read_csv(path) if path.suffix == ".csv" else parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InvalidInput(f"cannot be read: {error}", where=str(path)) from error
    table = table.rename_columns([_column(name) for name in table.column_names])
    missing = [name for name in required if name not in table.column_names]
    if missing:
        raise InvalidInput(
            f"there is no column {', '.join(missing)}",
            where=str(path),
            hint=f"the columns are {', '.join(table.column_names)}",
        )
    return table


def _column(name: str) -> str:
    """`healthy_share` and “Healthy share” are `healthy`."""
    return name.strip().lower().replace(" ", "_").removesuffix("_share")


def _rooms(path: Path, table: pa.Table, estate: Estate) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The rooms of the estate that have bins, and the row of each bin."""
    encoded = pc.dictionary_encode(pc.cast(table["room"], pa.string())).combine_chunks()
    if encoded.null_count:
        raise InvalidInput("a bin has no room", where=f"{path}, column room")
    names = encoded.dictionary.to_pylist()
    unknown = [
        Problem(f"{path}, column room", f"no room “{n}”")
        for n in names
        if n not in estate.room_by_id
    ]
    _raise(unknown, path, "the estate does not know these rooms")
    rooms = tuple(r.id for r in estate.rooms if r.id in set(names))
    order = np.array([rooms.index(name) for name in names], dtype=np.intp)
    return rooms, order[encoded.indices.to_numpy(zero_copy_only=False)]


def _slots(path: Path, table: pa.Table) -> NDArray[np.int64]:
    """Quarter-hours from 1970 UTC to each bin's start."""
    if (
        "minutes" in table.column_names
        and not pc.all(pc.equal(table["minutes"], SLOT_MINUTES)).as_py()
    ):
        raise InvalidInput(
            f"bins are {SLOT_MINUTES} minutes long",
            where=f"{path}, column minutes",
            hint="add up shorter ones before",
        )
    try:
        utc = pc.cast(table["start"], pa.timestamp("us", tz="UTC"))
    except pa.ArrowException as error:
        raise InvalidInput(f"{error}", where=f"{path}, column start") from error
    if utc.null_count:
        raise InvalidInput("a bin has no start", where=f"{path}, column start")
    us = pc.cast(utc, pa.int64()).to_numpy()
    slot, rest = np.divmod(us, SLOT_MINUTES * 60 * 1_000_000)
    if rest.any():
        at = np.flatnonzero(rest)[0]
        raise InvalidInput(
            f"{table['start'][int(at)]} is not a quarter-hour", where=f"{path}, row {at + 1}"
        )
    return np.asarray(slot, np.int64)


def _numbers(path: Path, table: pa.Table, name: str, most: float) -> Floats:
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    try:
        values = pc.cast(table[name], pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException as error:
        raise InvalidInput(f"{error}", where=f"{path}, column {name}") from error
    wrong = np.flatnonzero((values < (0 if name != "present" else -np.inf)) | (values > most))
    if len(wrong):
        limit = "below 0" if np.isinf(most) else "not between 0 and 1"
        raise InvalidInput(
            f"{values[wrong[0]]:g} is {limit}", where=f"{path}, column {name}, row {wrong[0] + 1}"
        )
    return np.asarray(values, np.float64)


def _refuse_twice(path: Path, table: pa.Table, cell: NDArray[np.int64]) -> None:
    _, first, times = np.unique(cell, return_index=True, return_counts=True)
    if len(first) < len(cell):
        at = int(first[np.argmax(times > 1)])
        raise InvalidInput(
            f"room {table['room'][at]} has the bin of {table['start'][at]} twice",
            where=f"{path}, row {at + 1}",
        )


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _raise(problems: Sequence[Problem], path: Path, what: str) -> None:
    if problems:
        raise InvalidInput(what, where=str(path), problems=problems[:_MOST_FAULTS])
