"""A commit survives kill -9: what was acknowledged is there, once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from domain.sensor_bins import BIN_US
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.store.writers import SENSORS, TIMES_A_BATCH

ROOT = Path(__file__).parents[2]
ROUNDS = 5
SEED = 20261123


def killed_writer(what: str, path: Path, first: int, lines: int) -> int:
    """Start a writer at batch `first`, kill it after so many lines; the last it acknowledged."""
    command = [sys.executable, "-m", "tests.store.writers", what, str(path), str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        heard = [writer.stdout.readline() for _ in range(lines)]
        writer.kill()
        heard += writer.stdout.readlines()
    said = [int(line) for line in heard if line.endswith("\n")]
    assert said == list(range(first, first + len(said))), "the writer stopped before it was killed"
    assert len(said) >= lines
    return said[-1]


def kills(what: str, path: Path, first: int) -> Iterator[int]:
    """The last acknowledged batch after each of the rounds; the next begins after it."""
    rng = np.random.default_rng(SEED)
    acknowledged = first - 1
    for lines in rng.integers(1, 80, size=ROUNDS):
        acknowledged = killed_writer(what, path, acknowledged + 1, int(lines))
        yield acknowledged


def test_readings_that_were_acknowledged_survive_kill_9_once(tmp_path: Path) -> None:
    path = tmp_path / "readings.duckdb"
    for acknowledged in kills("timeseries", path, first=0):
        store = DuckDBStore(path)
        table = store.read(SENSORS, 0, 2**62)
        stored = store.count()
        store.close()
        batches, part = divmod(stored, len(SENSORS) * TIMES_A_BATCH)
        assert part == 0, "a batch was stored in part"
        assert batches - 1 in {acknowledged, acknowledged + 1}
        times = np.arange(batches * TIMES_A_BATCH)
        np.testing.assert_array_equal(table.time_us, np.tile(times, len(SENSORS)))
        np.testing.assert_array_equal(table.entered, np.tile(times % 1000, len(SENSORS)))
        np.testing.assert_array_equal(table.sensor, np.repeat(np.arange(len(SENSORS)), len(times)))


def test_every_quarter_hour_has_its_bin_or_is_stale_after_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "readings.duckdb"
    for acknowledged in kills("bins", path, first=0):
        store = DuckDBStore(path)
        stale, seen = store.stale(), store.last_seen()
        bins = store.bins(SENSORS, 0, acknowledged + 9)
        store.close()
        assert stale.sensors == SENSORS
        (said,) = {last_us // BIN_US for last_us in seen.values()}
        (first,) = {first_us // BIN_US for first_us in stale.first_us}
        assert {last_us // BIN_US for last_us in stale.last_us} == {said}
        assert said in {acknowledged, acknowledged + 1}
        assert said - first <= 2, "much more is stale than had no bins yet"
        np.testing.assert_array_equal(bins.slot, np.tile(np.arange(first), len(SENSORS)))
        np.testing.assert_array_equal(bins.entered, bins.slot)


def test_ledger_rows_that_were_acknowledged_survive_kill_9_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    for acknowledged in kills("ledger", path, first=1):
        ledger = SqlLedger.open(f"sqlite:///{path}")
        versions = ledger.schedules("annex")["annex"]
        queued = ledger.queued(versions[-1].created_at, limit=10_000)
        lines = ledger.audit(limit=10_000)
        ledger.close()
        assert len(versions) in {acknowledged, acknowledged + 1}
        numbers = list(range(1, len(versions) + 1))
        assert [v.number for v in versions] == numbers
        assert [row.message.key for row in queued] == list(map(str, numbers))
        assert len(lines) == len(numbers)
