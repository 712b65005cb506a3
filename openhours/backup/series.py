"""Readings and bins as members of a backup, and what they are told by.

A backup is a copy into a store that keeps nothing: `StoreCopy` walks, this writes what it is given.
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from numpy.typing import NDArray

from domain.readings import COLUMNS, Readings, ReadingTable, as_table
from domain.sensor_bins import DTYPES, SensorBins, Stale
from openhours.backup.archive import BINS, READINGS, SeriesPart

Add = Callable[[str, bytes], None]
NOTHING_STALE = Stale(sensors=(), first_us=(), last_us=(), token=0)


class Content:
    """What rows are told by, sensor by sensor in the order of time, in whatever pieces they come.

    Args:
        columns: names of the arrays that count.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._of_sensor = dict[str, Any]()  # hashlib names no type
        self.rows = 0

    def take(self, rows: ReadingTable | SensorBins) -> None:
        """Count rows in, which are in order of sensor and come after all so far of theirs."""
        kinds = [(name, getattr(rows, name).dtype) for name in self._columns]
        packed = np.empty(len(rows), dtype=np.dtype(kinds))
        for name in self._columns:
            packed[name] = _one_nan(getattr(rows, name))
        edges = np.searchsorted(rows.sensor, np.arange(len(rows.sensors) + 1))
        for name, first, end in zip(rows.sensors, edges[:-1], edges[1:], strict=True):
            of_sensor = self._of_sensor.setdefault(name, hashlib.sha256(name.encode()))
            of_sensor.update(packed[first:end].tobytes())
        self.rows += len(rows)

    def text(self) -> str:
        """Equal for equal rows."""
        whole = hashlib.sha256()
        for _, digest in sorted(self._of_sensor.items()):
            whole.update(digest.digest())
        return whole.hexdigest()


class SeriesWriter:
    """The target of a copy: hands pieces to `add`, and knows them by their content.

    `add` may leave them out, for a look at what a store holds.
    """

    def __init__(self, add: Add) -> None:
        self._add, self._pieces = add, 0
        self._readings = Content(COLUMNS[1:])
        self._bins = Content(tuple(DTYPES)[1:])

    def add(self, readings: Readings) -> int:
        """Keep a piece of the readings."""
        table = as_table(readings)
        self._readings.take(table)
        self._write(READINGS, table, COLUMNS[1:])
        return len(table)

    def put_bins(
        self,
        bins: SensorBins,
        spans: Mapping[str, tuple[int, int]],
        stale: Stale,
        until_slot: int,
    ) -> None:
        """Keep a piece of the bins."""
        del spans, stale, until_slot
        by_time = bins.take(np.lexsort((bins.kind, bins.slot, bins.sensor)))
        self._bins.take(by_time)
        if len(bins):
            self._write(BINS, by_time, tuple(DTYPES)[1:])

    def stale(self) -> Stale:
        """Nothing: a file makes no bins."""
        return NOTHING_STALE

    def part(self, settled_us: int | None) -> SeriesPart:
        """What was kept, of which bins before `settled_us` are up to date."""
        return SeriesPart(
            readings=self._readings.rows,
            readings_digest=self._readings.text(),
            bins=self._bins.rows,
            bins_digest=self._bins.text(),
            settled_us=settled_us,
        )

    def _write(
        self, folder: str, rows: ReadingTable | SensorBins, columns: tuple[str, ...]
    ) -> None:
        names = pa.DictionaryArray.from_arrays(rows.sensor, list(rows.sensors))
        table = pa.table({"sensor": names, **{name: getattr(rows, name) for name in columns}})
        out = io.BytesIO()
        pq.write_table(table, out, compression="zstd")
        self._add(f"{folder}/{self._pieces:08d}.parquet", out.getvalue())
        self._pieces += 1


def readings_of(content: bytes) -> ReadingTable:
    """A piece of the readings as it was kept."""
    names, columns = _columns(content, COLUMNS[1:])
    return ReadingTable(sensors=names, **columns)


def bins_of(content: bytes) -> SensorBins:
    """A piece of the bins, in the order in which a store gives them."""
    names, columns = _columns(content, tuple(DTYPES)[1:])
    bins = SensorBins(sensors=names, **columns)
    return bins.take(np.lexsort((bins.slot, bins.kind, bins.sensor)))


def _columns(
    content: bytes, names: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[str, NDArray[Any]]]:
    table = pq.read_table(io.BytesIO(content), read_dictionary=["sensor"])
    sensors = table["sensor"].combine_chunks()
    sensors = sensors.chunk(0) if isinstance(sensors, pa.ChunkedArray) else sensors
    columns = {name: np.asarray(table[name].to_numpy()) for name in names}
    columns["sensor"] = np.asarray(sensors.indices.to_numpy(), dtype=np.int32)
    return tuple(sensors.dictionary.to_pylist()), columns


def _one_nan(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """The values, with one bit pattern for *unknown*."""
    if values.dtype.kind != "f":
        return values
    return np.where(np.isnan(values), values.dtype.type(np.nan), values)
