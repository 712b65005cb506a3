"""Files that are dropped into a folder, with a real store behind it."""

import gzip
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.clock import ManualClock
from domain.errors import InvalidInput, InvalidSettings, StoreUnavailable, Unavailable
from domain.readings import CountReading, Mark
from ingest.codecs.generic import Mapping
from ingest.csv_folder import BATCH_ROWS, CsvFolder, readings_in_file
from store.timeseries import DuckDBStore
from tests.ingest.codecs.reading import NOW_US, SHANGHAI, texts

CLOCK = ManualClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
COLUMNS = Mapping(sensor="door", entered="in", left="out", time="time", period_s=900)
GOOD = "door,time,in,out\neast,2026-11-23 09:30,3,1\n大门,2026-11-23 09:45,0,2\n"
BAD = GOOD + "east,2026-11-23 10:00,many,1\neast,noon,1,1\n"


class Folder:
    """A folder that is looked into, and the store that takes what is in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = DuckDBStore(None)
        self.watch = self.watcher()

    def watcher(self, mapping: Mapping = COLUMNS) -> CsvFolder:
        return CsvFolder(self.path, mapping, self.store.add, CLOCK, SHANGHAI)

    def drop(self, name: str, content: str | bytes) -> Path:
        file = self.path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def files(self) -> list[str]:
        """What lies where, by its path in the folder."""
        found = (file for file in self.path.rglob("*") if file.is_file())
        return sorted(str(file.relative_to(self.path)) for file in found)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "drop")


def test_a_file_is_read_once_it_stands_still_and_put_away_when_it_is_stored(folder: Folder) -> None:
    folder.drop("monday.csv", GOOD)
    assert folder.watch.poll() == []
    assert folder.store.count() == 0
    (taken,) = folder.watch.poll()
    assert (taken.readings, taken.faults) == (2, 0)
    assert folder.store.count() == 2
    assert folder.files() == ["done/monday.csv"]
    assert folder.watch.poll() == []


def test_a_file_that_is_still_being_written_is_left(folder: Folder) -> None:
    half = folder.drop("monday.csv", GOOD[:40])
    folder.watch.poll()
    half.write_text(GOOD)
    assert folder.watch.poll() == []
    assert len(folder.watch.poll()) == 1
    assert folder.store.count() == 2


def test_a_file_that_is_overwritten_with_the_same_size_is_left(folder: Folder) -> None:
    file = folder.drop("monday.csv", GOOD)
    folder.watch.poll()
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 1))
    assert folder.watch.poll() == []


def test_a_file_that_grows_while_it_is_read_is_read_again(folder: Folder) -> None:
    file = folder.drop("monday.csv", GOOD)

    def grows(readings: Sequence[CountReading]) -> None:
        folder.store.add(readings)
        with file.open("a") as more:
            more.write(f"east,2026-11-23 1{len(file.read_text()) % 10}:00,1,1\n")

    watch = CsvFolder(folder.path, COLUMNS, grows, CLOCK, SHANGHAI)
    watch.poll()
    assert watch.poll() == []
    assert folder.files() == ["monday.csv"]


def test_bad_rows_are_told_by_line_and_the_good_ones_are_stored(folder: Folder) -> None:
    folder.drop("monday.csv", BAD)
    folder.watch.poll()
    (taken,) = folder.watch.poll()
    assert (taken.readings, taken.faults) == (2, 2)
    assert folder.store.count() == 2
    assert folder.files() == ["failed/monday.csv", "failed/monday.csv.reason.txt"]
    reason = taken.file.with_name("monday.csv.reason.txt").read_text()
    assert "2 readings of this file are stored" in reason
    assert "line 4: not a count" in reason
    assert "line 5: not a time" in reason


def test_a_mended_file_adds_what_is_new_and_a_file_of_the_same_name_keeps_its_place(
    folder: Folder,
) -> None:
    for content in (BAD, GOOD, GOOD + "east,2026-11-23 10:00,5,1\n"):
        folder.drop("monday.csv", content)
        folder.watch.poll()
        folder.watch.poll()
    assert folder.store.count() == 3
    assert folder.files() == [
        "done/monday-2.csv",
        "done/monday.csv",
        "failed/monday.csv",
        "failed/monday.csv.reason.txt",
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "no column"),
        ("a.csv", b"gate,when\n1,2\n", "no column door, in, out, time.*gate, when"),
        ("a.csv", b"\xff\xfe\x00", "neither UTF-8 nor GB18030"),
        ("a.csv.gz", b"door,time\n", "not a whole gzip file"),
        ("a.csv.gz", gzip.compress(GOOD.encode())[:-9], "not a whole gzip file"),
    ],
    ids=["empty", "other columns", "no text", "no gzip", "cut gzip"],
)
def test_a_file_that_cannot_be_read_is_put_aside_with_the_reason(
    folder: Folder, name: str, content: bytes, says: str
) -> None:
    folder.drop(name, content)
    folder.watch.poll()
    (taken,) = folder.watch.poll()
    assert taken.file == folder.path / "failed" / name
    reason = taken.file.with_name(f"{name}.reason.txt").read_text()
    assert taken.faults >= 1
    with pytest.raises(InvalidInput, match=says):
        list(readings_in_file(taken.file, COLUMNS, NOW_US))
    assert says.partition(".*")[0] in reason


def test_a_store_that_is_away_leaves_the_file_and_it_is_taken_when_the_store_is_back(
    folder: Folder,
) -> None:
    folder.drop("monday.csv", GOOD)
    is_away = True

    def ingest(readings: Sequence[CountReading]) -> None:
        if is_away:
            raise StoreUnavailable("away")
        folder.store.add(readings)

    watch = CsvFolder(folder.path, COLUMNS, ingest, CLOCK, SHANGHAI)
    watch.poll()
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            watch.poll()
    assert folder.files() == ["monday.csv"]
    is_away = False
    assert len(watch.poll()) == 1
    assert folder.files() == ["done/monday.csv"]


def test_after_a_crash_in_the_middle_the_file_is_read_again_and_nothing_is_there_twice(
    folder: Folder,
) -> None:
    rows = [f"east,{1_795_000_000 + n},1" for n in range(BATCH_ROWS + 10)]
    folder.drop("events.csv", "door,time,in\n" + "\n".join(rows + rows[-5:]))
    mapping = Mapping(sensor="door", entered="in", time="time", kind="change")

    def dies(readings: Sequence[CountReading]) -> None:
        folder.store.add(readings)
        raise KeyboardInterrupt

    crashed = CsvFolder(folder.path, mapping, dies, CLOCK)
    crashed.poll()
    with pytest.raises(KeyboardInterrupt):
        crashed.poll()
    assert folder.store.count() == BATCH_ROWS
    again = folder.watcher(mapping)
    again.poll()
    (taken,) = again.poll()
    assert taken.readings == BATCH_ROWS + 15
    assert folder.store.count() == BATCH_ROWS + 10


def test_other_files_are_left_alone(folder: Folder) -> None:
    for name in ("notes.txt", ".hidden.csv", "table.xlsx"):
        folder.drop(name, GOOD)
    (folder.path / "folder.csv").mkdir()
    assert [folder.watch.poll() for _ in range(2)] == [[], []]
    assert folder.files() == [".hidden.csv", "notes.txt", "table.xlsx"]


def test_a_file_that_is_gone_at_the_second_look_is_forgotten(folder: Folder) -> None:
    folder.drop("monday.csv", GOOD).unlink()
    assert [folder.watch.poll() for _ in range(2)] == [[], []]


def test_a_folder_that_goes_away_is_said_and_works_again_when_it_is_back(folder: Folder) -> None:
    away = folder.path.rename(folder.path.with_name("away"))
    with pytest.raises(Unavailable, match="bring the folder back"):
        folder.watch.poll()
    away.rename(folder.path)
    assert folder.watch.poll() == []


def test_rows_are_history_with_names_and_times_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "door-7.csv"
    file.write_bytes("时间;进;出\n2005/07/24 09:30:00;3;1\n".encode("gb18030"))
    mapping = Mapping(sensor="{0}", entered='"进"', left='"出"', time='"时间"')
    (batch,) = readings_in_file(file, mapping, NOW_US, SHANGHAI)
    assert texts(list(batch.readings)) == [
        "door-7 total entered=3 left=1 2005-07-24T01:30:00Z history"
    ]
    assert batch.readings[0].marks == Mark.HISTORY


def test_changes_of_one_instant_each_count_and_are_the_same_whenever_they_are_read(
    tmp_path: Path,
) -> None:
    file = tmp_path / "events.csv"
    file.write_text("door,time,in\n" + "east,2026-11-23T01:30:00Z,1\n" * 3)
    mapping = Mapping(sensor="door", entered="in", time="time", kind="change")
    first, second = (
        [r[:8] for b in readings_in_file(file, mapping, at_us) for r in b.readings]
        for at_us in (NOW_US, NOW_US + 10**9)
    )
    assert first == second
    assert len(set(first)) == 3


@pytest.mark.parametrize("time", ["", "1970-01-02T00:00:00Z", "2026-11-24T00:00:00Z", "2026-11-23"])
def test_a_row_without_a_time_that_can_be_is_a_fault_for_it_would_be_another_reading_each_time(
    tmp_path: Path, time: str
) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"door,time,in,out\neast,{time},1,1\n")
    (batch,) = readings_in_file(file, COLUMNS, NOW_US)
    assert (batch.readings, len(batch.faults)) == ([], 1)


def test_a_mapping_or_folder_that_cannot_be_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="no counts are mapped"):
        Folder(tmp_path / "a").watcher(Mapping(sensor="door"))
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidSettings, match="cannot be used"):
        Folder(tmp_path / "file")


@given(st.binary(max_size=80) | st.text(alphabet='",;\n\r\0 1ab', max_size=60).map(str.encode))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_file_is_read_or_put_aside(tmp_path: Path, content: bytes) -> None:
    folder = Folder(tmp_path / "drop")
    folder.drop("a.csv", b"door,time,in,out\n" + content)
    folder.watch.poll()
    (taken,) = folder.watch.poll()
    assert (taken.faults > 0) is (taken.file.parent.name == "failed")
