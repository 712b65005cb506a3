"""The tables of the DuckDB file, and what the store knows by heart of their rows.

What is known by heart is written down with the bins. After an opening only the readings that came
later are looked at, so that opening takes as long however much is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # has no stubs
from duckdb import DuckDBPyConnection
from numpy.typing import NDArray

from store.timeseries.pending import Pending
from store.timeseries.sensor_index import SensorIndex
from store.timeseries.spans import NEVER_FIRST, NEVER_LAST, Instants, Spans

TABLES = f"""
    CREATE TABLE IF NOT EXISTS sensors (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        first_us BIGINT NOT NULL DEFAULT {NEVER_FIRST},
        last_us BIGINT NOT NULL DEFAULT {NEVER_LAST},
        stale_first_us BIGINT NOT NULL DEFAULT {NEVER_FIRST},
        stale_last_us BIGINT NOT NULL DEFAULT {NEVER_LAST}
    );
    CREATE TABLE IF NOT EXISTS readings (
        sensor INTEGER NOT NULL,
        kind TINYINT NOT NULL,
        time_us BIGINT NOT NULL,
        entered BIGINT,
        "left" BIGINT,
        present BIGINT,
        period_s INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        delay_us BIGINT NOT NULL,
        marks SMALLINT NOT NULL,
        uptime_s BIGINT,
        delivery BIGINT NOT NULL,
        batch BIGINT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS bins (
        sensor INTEGER NOT NULL,
        kind TINYINT NOT NULL,
        slot INTEGER NOT NULL,
        entered FLOAT NOT NULL,
        entered_known FLOAT NOT NULL,
        "left" FLOAT NOT NULL,
        left_known FLOAT NOT NULL,
        present FLOAT NOT NULL,
        present_known FLOAT NOT NULL,
        lowest FLOAT NOT NULL,
        highest FLOAT NOT NULL,
        heard INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS state (batch BIGINT NOT NULL, raw_from_us BIGINT NOT NULL);
    INSERT INTO state SELECT 0, {NEVER_LAST} WHERE NOT EXISTS (FROM state);
"""

_SENSORS = """
    SELECT name, first_us, last_us, stale_first_us, stale_last_us FROM sensors ORDER BY id
"""
_LATER = """
    SELECT sensor, min(time_us), max(time_us), max(batch)
    FROM readings WHERE batch > $batch GROUP BY sensor
"""
_KEEP_SENSORS = """
    UPDATE sensors SET first_us = known.first_us, last_us = known.last_us,
        stale_first_us = known.stale_first_us, stale_last_us = known.stale_last_us
    FROM known WHERE sensors.id = known.id
        AND (sensors.first_us, sensors.last_us, sensors.stale_first_us, sensors.stale_last_us)
        IS DISTINCT FROM
        (known.first_us, known.last_us, known.stale_first_us, known.stale_last_us)
"""


@dataclass(frozen=True, slots=True)
class State:
    """What the store knows by heart; a value."""

    index: SensorIndex = field(default_factory=SensorIndex)
    pending: Pending = field(default_factory=Pending)
    batch: int = 0
    """Number of the last commit that changed readings or asked for bins."""
    raw_from_us: int = NEVER_LAST
    """Readings before this instant have been deleted, so that their bins cannot be made again."""

    @classmethod
    def load(cls, connection: DuckDBPyConnection) -> Self:
        """What the file says."""
        ((batch, raw_from_us),) = connection.execute("FROM state").fetchall()
        rows = connection.execute(_SENSORS).fetchall()
        spans = np.array([row[1:] for row in rows], dtype=np.int64).reshape(-1, 4).T
        state = cls(
            SensorIndex({row[0]: id_ for id_, row in enumerate(rows)}, Spans(*spans[:2])),
            Pending(since=Spans(*spans[2:])),
            batch,
            raw_from_us,
        )
        later = connection.execute(_LATER, {"batch": batch}).fetchall()
        if not later:
            return state
        sensor, first_us, last_us, batches = np.array(later, dtype=np.int64).T
        twice = np.concatenate([sensor, sensor]).astype(np.int32)
        known = state.with_changes(twice, np.concatenate([first_us, last_us]))
        return replace(known, batch=int(batches.max()))

    def keep(self, cursor: DuckDBPyConnection) -> None:
        """Write it down, in the transaction of `cursor`."""
        said, stale = self.index.said, self.pending.all().grown(len(self.index.ids))
        known = {
            "id": np.arange(len(said), dtype=np.int32),
            "first_us": said.first_us,
            "last_us": said.last_us,
            "stale_first_us": stale.first_us,
            "stale_last_us": stale.last_us,
        }
        cursor.register("known", pa.table(known))
        cursor.execute(_KEEP_SENSORS)
        cursor.execute(
            "UPDATE state SET batch = ?, raw_from_us = ?", [self.batch, self.raw_from_us]
        )

    def with_changes(self, sensor: NDArray[np.int32], time_us: Instants) -> Self:
        """With readings of the sensors numbered `sensor` new or changed; both (readings,)."""
        return replace(
            self,
            index=self.index.with_readings(sensor, time_us),
            pending=self.pending.with_instants(sensor, time_us),
            batch=self.batch + 1,
        )

    def with_raw_from(self, cursor: DuckDBPyConnection, raw_from_us: int) -> Self:
        """With readings before that instant deleted: the file knows which are left."""
        left = cursor.execute(
            "SELECT sensor, min(time_us) FROM readings GROUP BY sensor"
        ).fetchall()
        sensor, first_us = np.array(left, dtype=np.int64).reshape(-1, 2).T
        said = replace(self.index.said, first_us=self.index.said.first_us.copy())
        said.first_us[sensor] = first_us
        return replace(
            self,
            index=replace(self.index, said=said),
            raw_from_us=max(self.raw_from_us, raw_from_us),
        )

    def with_names(self, cursor: DuckDBPyConnection, names: Mapping[str, object]) -> Self:
        """With all of these sensors, the new ones written to the file."""
        index, known = self.index.with_names(names), len(self.index.ids)
        if len(index.ids) > known:
            new = pa.table({"id": range(known, len(index.ids)), "name": [*index.ids][known:]})
            cursor.register("named", new)
            cursor.execute("INSERT INTO sensors BY NAME FROM named")
        return replace(self, index=index)
