import gzip
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.errors import InvalidInput
from domain.readings import CountKind
from openhours.entering.counts_csv import ColumnMap, read_counts, slug, weeks

BERLIN = ZoneInfo("Europe/Berlin")
IN_OUT = ColumnMap.parse(["time", "sensor:=door", "entered=in", "left=out", "period_s:=1800"])


def _us(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1e6)  # type: ignore[arg-type, misc]


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_wall_times_are_read_in_the_zone_and_a_period_ends_after_its_stamp(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.csv", "time,in,out\n2026-07-01 09:00,3,1\n")
    (reading,) = read_counts(file, IN_OUT, BERLIN, stamp_is_start=True).readings
    assert reading.kind is CountKind.PERIOD
    assert reading.time_us == _us(2026, 7, 1, 7, 30)
    assert (reading.entered, reading.left, reading.period_s) == (3, 1, 1800)


def test_the_hour_that_comes_twice_is_read_once_for_each_coming(tmp_path: Path) -> None:
    walls = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    text = "time,in,out\n" + "".join(f"2026-10-25 {w},1,1\n" for w in walls)
    found = read_counts(_write(tmp_path / "a.csv", text), IN_OUT, BERLIN).readings
    assert [b.time_us - a.time_us for a, b in pairwise(found)] == [1_800_000_000] * 5


def test_a_bad_line_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    text = "time,in,out\n2026-07-01 09:00,3,1\nyesterday,1,1\n2026-07-01 10:00,2.5,1\n,,\n"
    counts = read_counts(_write(tmp_path / "a.csv", text), IN_OUT, BERLIN)
    assert [p.where.rpartition(":")[2] for p in counts.faults] == ["3", "4"]
    assert (len(counts.readings), counts.blank) == (1, 1)


def test_a_blank_count_is_nothing_said_and_not_zero(tmp_path: Path) -> None:
    columns = ColumnMap.parse(["time", "sensor=gym", "present=occupancy"])
    text = "time,gym,occupancy\n2026-07-01T09:00:00,Zürich Süd,\n2026-07-01T09:20:00,Zürich Süd,0\n"
    counts = read_counts(_write(tmp_path / "a.csv", text), columns, ZoneInfo("UTC"))
    assert [(r.sensor, r.present, r.kind) for r in counts.readings] == [
        ("zurich-sud", 0, "present")
    ]
    assert counts.blank == 1


def test_gzip_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress("\ufefftime,in,out\n2026-07-01T09:00:00Z,3,1\n".encode()))
    assert read_counts(file, IN_OUT, BERLIN).readings[0].time_us == _us(2026, 7, 1, 9)


def test_what_a_spreadsheet_in_china_writes_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("time;门;out\n2026-07-01T09:00:00Z;3;1\n".encode("gb18030"))
    columns = ColumnMap.parse(["time", "sensor:=door", "entered=门", "left=out"])
    assert [r.entered for r in read_counts(file, columns, BERLIN).readings] == [3]


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="time, entered"):
        read_counts(_write(tmp_path / "a.csv", "time,entered\n"), IN_OUT, BERLIN)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "time,in,out\n".encode("utf-16"), "is neither UTF-8 nor GB18030 .*CSV UTF-8"),
        ("a.csv.gz", b"time,in,out\n", "is not a whole gzip file.*take .gz off"),
        ("a.csv.gz", gzip.compress(b"time,in,out\n" * 99)[:-9], "is not a whole gzip file"),
        ("a.csv.gz", gzip.compress(b"time,in,out\n")[:10] + b"\xff" * 20, "is not a whole gzip"),
    ],
    ids=["utf-16", "plain", "cut", "garbled"],
)
def test_a_file_that_is_no_text_is_named(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match=says) as caught:
        read_counts(file, IN_OUT, BERLIN)
    assert caught.value.problem.where == str(file)


def test_all_faults_of_a_map_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        ColumnMap.parse(["colour=red"])
    assert len(caught.value.problems) == 4


def test_weeks_cut_at_their_ends_and_an_empty_week_is_an_empty_list(tmp_path: Path) -> None:
    text = "time,in,out\n2026-07-01T00:00Z,1,0\n2026-07-08T00:00Z,2,0\n2026-07-22T00:00Z,3,0\n"
    readings = read_counts(_write(tmp_path / "a.csv", text), IN_OUT, BERLIN).readings
    ends = iter([_us(2026, 7, d) for d in (8, 15, 22, 29)])
    assert [[r.entered for r in w] for w in weeks(readings, ends)] == [[1], [2], [], [3]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Zürich  Sihlcity", "zurich-sihlcity"), ("door_1", "door_1"), ("大门", "sensor-e26eef50")],
)
def test_a_sensor_id_is_made_of_any_name(name: str, expected: str) -> None:
    assert slug(name) == expected
