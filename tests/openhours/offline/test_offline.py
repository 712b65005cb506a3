"""Planning on files: what is read, what is refused, and that it is what the service plans."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from pyarrow import csv, parquet
from typer.testing import CliRunner

from domain.errors import InvalidInput
from domain.estate import Estate
from domain.hours import WeeklyHours
from openhours.cli import app
from openhours.offline.run import plan
from openhours.offline.tables import read_bins, read_schedules
from store.estate_files import write_estate
from tests.openhours import linked_halls
from tests.openhours.hall import hall_estate

MONDAY = datetime(2026, 9, 7, 4, tzinfo=UTC)
WEEKS = 6


def estate() -> Estate:
    """A hall with a court and a stand."""
    rooms = [{"id": r, "venue": "hall", "name": r} for r in ("court", "stand")]
    limits = {"break_even_visits": "4", "notice_days": "7", "max_blocks": "1"}
    return hall_estate(*rooms, doors=0, limits=limits)


def bins() -> dict[str, list[Any]]:
    """Visited from 12 to 18: 3 people each quarter-hour in the court, 2 in the stand."""
    starts = [MONDAY + timedelta(minutes=15 * n) for n in range(WEEKS * 7 * 96)]
    is_busy = [12 <= s.hour < 18 for s in starts]
    rows = [("court", 3), ("stand", 2)]
    return {
        "room": [room for room, _ in rows for _ in starts],
        "start": [*starts, *starts],
        "minutes": [15] * (2 * len(starts)),
        "entered": [float(n * busy) for _, n in rows for busy in is_busy],
        "left": [float(n * busy) for _, n in rows for busy in is_busy],
        "healthy share": [1.0] * (2 * len(starts)),
    }


def written(folder: Path, columns: dict[str, list[Any]]) -> Path:
    path = folder / "bins.parquet"
    parquet.write_table(pa.table(columns), path)
    return path


def test_hours_are_proposed_from_files(tmp_path: Path) -> None:
    write_estate(estate(), tmp_path / "estate.yaml")
    command = ["plan", "--bins", str(written(tmp_path, bins()))]
    command += ["--estate", str(tmp_path / "estate.yaml"), "--as-of", "2026-10-19", "--json"]
    ran = CliRunner().invoke(app, command, catch_exceptions=False)
    (proposal,) = json.loads(ran.stdout)["proposals"]
    assert proposal["id"] == "hall:2026-W42"
    assert proposal["verdict"] == "change"
    assert proposal["proposed"] == {"mon-sun": "09:00-19:00"}  # an hour a week, at most
    assert proposal["effective_from"] == "2026-10-26"
    assert {"en", "zh"} == proposal["reasons"][0]["text"].keys()


def linked_files(folder: Path) -> list[str]:
    """The command that plans two linked halls, and what their doors counted, on files."""
    halls = linked_halls.linked_estate("manual", "manual")
    write_estate(halls.model_copy(update={"sensors": ()}), folder / "estate.yaml")
    rows = [
        (f"{r.sensor.removesuffix('-door')}-court", r.time_us // 10**6 - 900, r.entered, r.left)
        for r in linked_halls.linked_readings()
    ]
    room, start, came, went = zip(*rows, strict=True)
    columns = {
        "room": room,
        "start": [datetime.fromtimestamp(s, UTC) for s in start],
        "entered": [float(n or 0) for n in came],
        "left": [float(n or 0) for n in went],
    }
    path = written(folder, {name: list(values) for name, values in columns.items()})
    files = ["--bins", str(path), "--estate", str(folder / "estate.yaml")]
    return ["--set", "planning.jointly=true", "plan", *files, "--as-of", "2026-10-19", "--json"]


def test_linked_venues_are_planned_jointly_where_that_is_set(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, linked_files(tmp_path), catch_exceptions=False)
    said = json.loads(ran.stdout)
    assert said["unmet"]["at"] == said["as_of"]
    assert said["under_used"] == {"month": "2026-10", "rooms": []}, "of unknown capacity"
    codes = [{r["code"] for r in p["reasons"]} for p in said["proposals"]]
    assert all({"planned_with", "coverage_kept"} <= c for c in codes)


def test_the_schema_holds_for_what_is_printed() -> None:
    ran = CliRunner().invoke(app, ["plan", "--schema"], catch_exceptions=False)
    assert "proposals" in json.loads(ran.stdout)["properties"]


def test_what_comes_later_is_not_looked_at(tmp_path: Path) -> None:
    columns = bins()
    late = MONDAY + timedelta(weeks=4)
    columns["entered"] = [
        100.0 if start >= late else entered
        for start, entered in zip(columns["start"], columns["entered"], strict=True)
    ]
    changed = read_bins(written(tmp_path, columns), estate())
    plain = read_bins(written(tmp_path, bins()), estate())
    schedules = read_schedules(None, estate())
    on = date(2026, 10, 5)
    assert plan(changed, estate(), schedules, on) == plan(plain, estate(), schedules, on)


def test_a_bin_without_a_row_is_unknown(tmp_path: Path) -> None:
    columns = {name: values[1:] for name, values in bins().items()}
    read = read_bins(written(tmp_path, columns), estate())
    assert np.isnan(read.entered[0, 0])
    assert read.healthy[0, 0] == 0
    assert (read.entered[1, 0], read.healthy[1, 0]) == (0, 1)


def test_csv_is_read_like_parquet(tmp_path: Path) -> None:
    csv.write_csv(pa.table(bins()), tmp_path / "bins.csv")
    read = read_bins(tmp_path / "bins.csv", estate())
    same = read_bins(written(tmp_path, bins()), estate())
    np.testing.assert_array_equal(read.entered, same.entered)
    np.testing.assert_array_equal(read.start, same.start)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("room", "cellar", "cellar"),
        ("start", MONDAY + timedelta(minutes=7), "not a quarter-hour"),
        ("minutes", 30, "15 minutes long"),
        ("entered", -1.0, "-1 is below 0"),
        ("healthy share", 1.5, "not between 0 and 1"),
        ("start", MONDAY + timedelta(minutes=15), "twice"),
    ],
)
def test_bins_that_cannot_be_are_refused_by_name(
    column: str, value: object, said: str, tmp_path: Path
) -> None:
    columns = bins()
    columns[column] = [value, *columns[column][1:]]
    with pytest.raises(InvalidInput, match=said):
        read_bins(written(tmp_path, columns), estate())


def test_a_later_row_of_a_venue_holds_over_an_earlier_one(tmp_path: Path) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-12:00, 14:00-18:00")
    rows = [
        {"venue": "hall", "effective_from": "2026-09-14", **week, "sat": "closed", "sun": ""},
        {"venue": "hall", "effective_from": "2026-10-05", **week, "sat": "10:00-12:00", "sun": ""},
    ]
    path = tmp_path / "schedules.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), path)
    first, second, third = read_schedules(path, estate())["hall"]
    assert first.hours == estate().venues[0].hours
    assert (second.number, second.effective_from) == (2, date(2026, 9, 14))
    expected = {"mon-fri": "09:00-12:00, 14:00-18:00", "sat": "10:00-12:00"}
    assert third.hours == WeeklyHours.parse(expected)


def test_a_schedule_of_an_unknown_venue_and_bad_hours_are_both_named(tmp_path: Path) -> None:
    closed = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "closed")
    rows = [
        {"venue": "barn", "effective_from": "2026-09-14", **closed},
        {"venue": "hall", "effective_from": "2026-09-14", **closed, "mon": "9-12"},
    ]
    path = tmp_path / "schedules.csv"
    csv.write_csv(pa.Table.from_pylist(rows), path)
    with pytest.raises(InvalidInput) as raised:
        read_schedules(path, estate())
    assert "barn" in str(raised.value)
    assert "9-12" in str(raised.value)
