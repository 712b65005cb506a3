"""A process that writes numbered batches and says each number once it is acknowledged.

Run as `python -m tests.store.writers timeseries|bins|ledger PATH FIRST`, to be killed any moment.
"""

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from domain.errors import Conflict
from domain.readings import CountReading
from domain.sensor_bins import BIN_US
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore
from tests.contract.quarters import as_bins, flow
from tests.contract.samples import message, total, version

SENSORS = tuple(f"door-{n:02d}" for n in range(50))
TIMES_A_BATCH = 40


def batch(number: int) -> list[CountReading]:
    """The readings of a batch: of all sensors at times that no other batch has."""
    times = range(number * TIMES_A_BATCH, (number + 1) * TIMES_A_BATCH)
    return [total(name, time_us, time_us % 1000) for time_us in times for name in SENSORS]


def write_readings(path: Path, first: int) -> Iterator[int]:
    store = DuckDBStore(path)
    for number in count(first):
        store.add(batch(number))
        yield number


def write_bins(path: Path, first: int) -> Iterator[int]:
    """A quarter-hour a batch, in which each sensor speaks once; then the bins of what is stale."""
    store = DuckDBStore(path)
    for number in count(first):
        store.add([total(name, number * BIN_US, number) for name in SENSORS])
        stale = store.stale()
        spans = {
            name: (first_us // BIN_US, number)
            for name, first_us in zip(stale.sensors, stale.first_us, strict=True)
        }
        quarters = [flow(name, slot, slot) for name, span in spans.items() for slot in range(*span)]
        store.put_bins(as_bins(quarters), spans, stale, number)
        yield number


def write_versions(path: Path, first: int) -> Iterator[int]:
    ledger = SqlLedger.open(f"sqlite:///{path}")
    for number in count(first):
        try:
            ledger.add_schedule(version("annex", number), [message(str(number))])
        except Conflict:
            if number > first:  # the first may have been kept, though nobody heard so
                raise
        yield number


if __name__ == "__main__":
    writers = {"timeseries": write_readings, "bins": write_bins, "ledger": write_versions}
    write = writers[sys.argv[1]]
    for acknowledged in write(Path(sys.argv[2]), int(sys.argv[3])):
        print(acknowledged, flush=True)  # noqa: T201 - this is how it speaks to the test
