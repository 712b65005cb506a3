"""Readings and tables as plain rows, to be compared."""

import numpy as np

from domain.readings import CountKind, CountReading, ReadingTable

Row = tuple[str, CountKind, int, float, float, float, int, int]


def rows_of(table: ReadingTable) -> list[Row]:
    kinds = list(CountKind)
    columns = (table.sensor, table.kind, table.time_us, table.entered, table.left, table.present)
    return [
        (table.sensors[sensor], kinds[kind], *rest)
        for sensor, kind, *rest in zip(
            *(c.tolist() for c in (*columns, table.period_s, table.seq)), strict=True
        )
    ]


def as_row(reading: CountReading) -> Row:
    counts = (reading.entered, reading.left, reading.present)
    entered, left, present = (np.nan if n is None else float(n) for n in counts)
    identity = reading.sensor, reading.kind, reading.time_us
    return (*identity, entered, left, present, reading.period_s, reading.seq)


def assert_same(found: list[Row], wanted: list[Row]) -> None:
    np.testing.assert_equal(found, wanted)  # NaN equals NaN
