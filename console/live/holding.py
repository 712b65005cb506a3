"""Readings held up to the present: what has not been reported has not happened yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from domain.estate import Sensor
from domain.readings import CountKind, ReadingTable
from policies.standstill import QUIET_OPEN_S
from policies.stretches import GAP_INTERVALS

LEAST_PATIENCE_S = 300
"""No sensor counts as silent sooner, however often it is meant to report."""

_KINDS = list(CountKind)
_HELD = (_KINDS.index(CountKind.TOTAL), _KINDS.index(CountKind.PERIOD))


def patience_s(sensor: Sensor) -> float:
    """How long a sensor may say nothing and still be taken for alive, in seconds."""
    if sensor.kind is CountKind.CHANGE:
        return QUIET_OPEN_S
    return max(GAP_INTERVALS * sensor.interval_s, LEAST_PATIENCE_S)


def held_until(table: ReadingTable, sensors: Sequence[Sensor], now: datetime) -> ReadingTable:
    """The table, and for each counter that is alive rows up to `now` in which nobody passes.

    Without them the part of a quarter-hour that is known would be scaled up to the whole. The rows
    come twice an allowed gap, so that they read as one unbroken report. Counters that report
    changes and occupancy sensors need none.

    Args:
        table: readings up to `now`.
        sensors: at least those of the table.
        now: an aware instant.
    """
    by_id = {s.id: s for s in sensors}
    mine = [by_id[s] for s in table.sensors]
    kind = np.array([_KINDS.index(s.kind) for s in mine], dtype=np.int8)
    gap_us = np.array([1e6 * s.interval_s * GAP_INTERVALS / 2 for s in mine])
    patience_us = np.array([1e6 * patience_s(s) for s in mine])

    counts = np.flatnonzero((table.kind == kind[table.sensor]) & np.isin(table.kind, _HELD))
    last = counts[np.diff(table.sensor[counts], append=-1) != 0]
    silence_us = round(now.timestamp() * 1e6) - table.time_us[last]
    alive = (silence_us > 0) & (silence_us <= patience_us[table.sensor[last]])
    last, silence_us = last[alive], silence_us[alive]

    rows = np.ceil(silence_us / gap_us[table.sensor[last]]).astype(np.intp)
    step_us = np.repeat(silence_us / rows, rows)
    nth = np.arange(len(step_us)) - np.repeat(np.cumsum(rows) - rows, rows) + 1
    return _with_rows(table, np.repeat(last, rows), nth, step_us)


def _with_rows(
    table: ReadingTable,
    like: NDArray[np.intp],
    nth: NDArray[np.intp],
    step_us: NDArray[np.float64],
) -> ReadingTable:
    """The table with the nth repetition of the rows `like`, `step_us` after the one before."""
    is_period = table.kind[like] == _KINDS.index(CountKind.PERIOD)
    at = np.searchsorted(table.sensor, table.sensor[like], side="right")

    def count(column: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.insert(column, at, np.where(is_period, 0 * column[like], column[like]))

    return replace(
        table,
        sensor=np.insert(table.sensor, at, table.sensor[like]),
        kind=np.insert(table.kind, at, table.kind[like]),
        time_us=np.insert(table.time_us, at, table.time_us[like] + np.rint(nth * step_us)),
        entered=count(table.entered),
        left=count(table.left),
        present=np.insert(table.present, at, np.nan),
        period_s=np.insert(table.period_s, at, np.ceil(step_us / 1e6)),
        seq=np.insert(table.seq, at, 0),
        received_us=np.insert(table.received_us, at, table.received_us[like]),
        marks=np.insert(table.marks, at, 0),
        uptime_s=np.insert(table.uptime_s, at, np.nan),
        delivery=np.insert(table.delivery, at, 0),
    )
