"""What the DuckDB store does beyond its port: faults of the world, and what it leaves unwritten."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from domain.errors import StoreUnavailable
from domain.sensor_bins import BIN_US, SensorBins
from store.timeseries import DuckDBStore
from store.timeseries.duckdb_file import DuckDBFile
from tests.contract.quarters import as_bins, flow
from tests.contract.samples import total
from tests.store import crowded
from tests.store.writers import batch

DAY_US = 86_400_000_000
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readings.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[DuckDBStore]:
    with closing(DuckDBStore(path)) as opened:
        yield opened


def bytes_on_disk(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def test_a_file_that_another_process_holds_is_refused_with_a_hint(path: Path) -> None:
    command = [sys.executable, "-m", "tests.store.writers", "timeseries", str(path), "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreUnavailable) as refused:
            DuckDBStore(path)
        holder.kill()
    assert refused.value.problem.where == str(path)
    assert "another process" in refused.value.problem.hint


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text("sensor,count\ndoor-1,4\n" * 1_000)
    with pytest.raises(StoreUnavailable, match="move the file away"):
        DuckDBStore(path)
    assert path.read_text().startswith("sensor,count\n")


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="create the folder"):
        DuckDBStore(tmp_path / "missing" / "readings.duckdb")


def test_without_a_path_it_lives_in_memory() -> None:
    with closing(DuckDBStore(None)) as one, closing(DuckDBStore(None)) as other:
        one.add([total("a", 10, 1)])
        assert (one.count(), other.count()) == (1, 0)


def test_repeats_write_nothing(store: DuckDBStore, tmp_path: Path) -> None:
    store.add(batch(0))
    before = bytes_on_disk(tmp_path)
    assert store.add(batch(0)) == 0
    assert bytes_on_disk(tmp_path) == before


def test_a_batch_that_cannot_be_stored_leaves_no_trace(store: DuckDBStore) -> None:
    store.add([total("a", 10, 1)])
    with pytest.raises(OverflowError):
        store.add([total("never", 20, 2), total("a", 20, 2**64)])
    store.add([total("b", 30, 3)])
    assert store.last_seen() == {"a": 10, "b": 30}
    assert store.read(["never", "b"], 0, 99).of("b").entered.tolist() == [3]


def test_what_its_columns_cannot_hold_is_said_to_be_a_fault_of_the_data(store: DuckDBStore) -> None:
    with pytest.raises((ValueError, OverflowError)):
        store.add([total("a", 10, 1, period_s=2**40)])


def test_an_interruption_right_after_the_commit_makes_no_duplicates(
    store: DuckDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = DuckDBFile.transaction

    @contextmanager
    def interrupted(file: DuckDBFile) -> Iterator[DuckDBPyConnection]:
        with transaction(file) as cursor:
            yield cursor
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DuckDBFile, "transaction", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.add(batch(0))
    assert store.add(batch(0)) == 0
    assert store.count() == len(batch(0))


def test_what_has_its_bins_is_not_stale_after_opening_again(path: Path) -> None:
    with closing(DuckDBStore(path)) as first:
        first.add([total("a", 10, 1), total("b", 10, 1), total("c", BIN_US + 5, 1)])
        first.put_bins(SensorBins.empty(), {}, first.stale(), 1)
        first.add([total("b", 20, 1), total("c", BIN_US + 9, 1)])
    with closing(DuckDBStore(path)) as again:
        stale = again.stale()
    assert stale.sensors == ("b", "c")
    assert (stale.first_us, stale.last_us) == ([20, BIN_US + 5], [20, BIN_US + 9])


def test_a_repeat_that_says_nothing_new_is_not_stale(store: DuckDBStore) -> None:
    store.add([total("a", 10, 1)])
    store.put_bins(SensorBins.empty(), {}, store.stale(), 1)
    store.add([total("a", 10, 1)])
    assert store.stale().sensors == ()


def binned_days(store: DuckDBStore, days: int) -> None:
    """A reading at each midnight of some sensors, with its bin."""
    store.add([total(name, day * DAY_US, day) for name in ("a", "b") for day in range(days)])
    slots = [day * DAY_US // BIN_US for day in range(days)]
    quarters = [flow(name, slot, 1) for name in ("a", "b") for slot in slots]
    spans = dict.fromkeys(("a", "b"), (0, slots[-1] + 1))
    store.put_bins(as_bins(quarters), spans, store.stale(), slots[-1] + 1)


def test_readings_that_have_their_bins_are_deleted_when_they_are_old(path: Path) -> None:
    with closing(DuckDBStore(path)) as store:
        binned_days(store, 10)
        assert store.expire(7 * DAY_US, 0) == (14, 0)
        assert store.read(["a"], 0, 99 * DAY_US).entered.tolist() == [7, 8, 9]
        assert len(store.bins(["a"], 0, 10 * 96)) == 10
    with closing(DuckDBStore(path)) as again:
        assert again.first_seen() == {"a": 7 * DAY_US, "b": 7 * DAY_US}
        assert again.last_seen() == {"a": 9 * DAY_US, "b": 9 * DAY_US}
        assert len(again.read(["a"], 3 * DAY_US, 4 * DAY_US, previous=True)) == 0


def test_old_readings_without_bins_are_kept_and_so_is_the_last_of_a_dead_sensor(
    store: DuckDBStore,
) -> None:
    store.add([total("dead", 1, 3), total("dead", 2, 4)])
    binned_days(store, 10)
    store.add([total("a", DAY_US + 5, 1)])
    assert store.expire(7 * DAY_US, 0) == (7 + 1, 0)
    assert len(store.read(["a"], 0, 99 * DAY_US)) == 11
    found = store.read(["dead"], 9 * DAY_US, 10 * DAY_US, previous=True)
    assert found.entered.tolist() == [4]


def test_bins_are_not_made_again_of_readings_that_are_gone(store: DuckDBStore) -> None:
    binned_days(store, 10)
    store.expire(7 * DAY_US, 0)
    store.add([total("a", DAY_US, 1)])
    store.make_stale(["b"])
    stale = store.stale()
    assert stale.sensors == ("b",)
    assert (stale.first_us, stale.last_us) == ([8 * DAY_US], [9 * DAY_US])


def test_old_bins_are_deleted(store: DuckDBStore) -> None:
    binned_days(store, 10)
    assert store.expire(-1, 4 * 96) == (0, 8)
    assert store.binned() == dict.fromkeys("ab", (4 * 96, 9 * 96 + 1))


def test_a_disk_that_fills_up_loses_nothing_and_work_goes_on_when_there_is_room(
    path: Path,
) -> None:
    command = [sys.executable, "-m", "tests.store.crowded", str(path)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    batches, at_commit, at_checkpoint = said.stdout.splitlines()
    assert "file size limit" in at_commit
    assert "checkpoint" in at_checkpoint
    with closing(DuckDBStore(path)) as store:
        assert store.count() == int(batches) * crowded.BATCH
        last = crowded.batch(int(batches) - 1)[-1]
        assert store.read(["noise"], last.time_us, last.time_us + 1).entered == last.entered
