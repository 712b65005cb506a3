"""What a reading costs to store in a file that holds very many, beside one in an empty file."""

import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.common import Figure
from domain.readings import CountKind, CountReading, ReadingTable
from store.timeseries import DuckDBStore

SENSORS = 5_000
BATCH = 1_000
BATCHES = 60
LOAD = 500_000
START_US = 1_700_000_000_000_000
STEP_US = 60_000_000


def cost_ratio(rows: int, rng: np.random.Generator) -> dict[str, Figure]:
    """Store batches in a full and an empty file in turn; the ratio of the costs, and sizes."""
    with tempfile.TemporaryDirectory() as folder:
        full = _filled(Path(folder) / "full.duckdb", rows)
        empty = DuckDBStore(Path(folder) / "empty.duckdb")
        size = sum(f.stat().st_size for f in Path(folder).glob("full.duckdb*"))
        ratios = []
        for n in range(BATCHES):
            batch = _batch(rows // SENSORS + 10 + n, rng)
            ratios.append(_seconds(full, batch) / _seconds(empty, batch))
        began_s = time.perf_counter()
        full.close()
        DuckDBStore(Path(folder) / "full.duckdb").close()
        reopened_s = time.perf_counter() - began_s
        empty.close()
    return {
        "full_store_rows": rows,
        "full_store_bytes_per_reading": size / rows,
        "full_store_reopened_s": reopened_s,
        "cost_ratio_full_store": median(ratios),
    }


def _filled(path: Path, rows: int) -> DuckDBStore:
    store = DuckDBStore(path)
    names = tuple(f"door-{n}" for n in range(SENSORS))
    for first in range(0, rows, LOAD):
        at = np.arange(first, min(first + LOAD, rows))
        store.add(_table(names, at % SENSORS, at // SENSORS))
    return store


def _batch(step: int, rng: np.random.Generator) -> ReadingTable:
    names = tuple(f"door-{n}" for n in range(SENSORS))
    return _table(names, rng.permutation(SENSORS)[:BATCH], np.full(BATCH, step))


def _table(names: tuple[str, ...], sensor: np.ndarray, step: np.ndarray) -> ReadingTable:
    model = ReadingTable.of_readings([CountReading("", CountKind.TOTAL, 0)])
    size = len(sensor)
    columns = {
        name: np.repeat(getattr(model, name), size)
        for name in ("kind", "present", "period_s", "seq", "marks", "uptime_s", "delivery")
    }
    time_us = START_US + step.astype(np.int64) * STEP_US
    return ReadingTable(
        sensors=names,
        sensor=sensor.astype(np.int32),
        time_us=time_us,
        received_us=time_us + 1_000,
        entered=(step * 3 + sensor % 7).astype(np.float64),
        left=(step * 3).astype(np.float64),
        **columns,
    )


def _seconds(store: DuckDBStore, batch: ReadingTable) -> float:
    began_s = time.perf_counter()
    store.add(batch)
    return time.perf_counter() - began_s
