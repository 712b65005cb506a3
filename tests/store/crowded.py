"""A process whose files may not grow, until they may: `python -m tests.store.crowded PATH`.

Says how many batches it stored in the end, and how it was refused.
"""

import resource
import sys
from itertools import count
from pathlib import Path

import numpy as np

from domain.errors import StoreUnavailable
from domain.readings import CountKind, CountReading
from store.timeseries import DuckDBStore

BATCH = 10_000
LIMITS_BYTES = (1_000_000, 17_500_000)
"""The first stops the log in a commit, the second the file in a checkpoint."""


def batch(number: int) -> list[CountReading]:
    """Readings with counts that do not pack, so that files grow fast."""
    rng = np.random.default_rng(number)
    counts = rng.integers(2**53, size=(BATCH, 3)).tolist()
    times = range(number * BATCH, (number + 1) * BATCH)
    return [
        CountReading("noise", CountKind.TOTAL, time_us, *said)
        for time_us, said in zip(times, counts, strict=True)
    ]


def fill(store: DuckDBStore, first: int) -> tuple[int, str]:
    """Add batches until the store refuses one; its number and the reason."""
    for number in count(first):
        try:
            store.add(batch(number))
        except StoreUnavailable as full:
            return number, str(full)
    raise AssertionError


def main(path: Path) -> None:
    """Fill the disk twice, each time storing the refused batch when there is room again."""
    store = DuckDBStore(path)
    number, reasons = 0, []
    for limit in LIMITS_BYTES:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        refused, reason = fill(store, number)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        store.add(batch(refused))
        number = refused + 1
        reasons.append(reason)
    store.close()
    print(number, *reasons, sep="\n")  # noqa: T201 - this is how it speaks to the test


if __name__ == "__main__":
    main(Path(sys.argv[1]))
