"""Clocks of sensors that stand still or run behind: told by what came before, and made good."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from domain.ports import TimeSeriesStore
from domain.readings import Mark, ReadingTable
from ingest.clocks_behind import Behind
from ingest.clocks_standing import LATE_US, Standing


class Clocks:
    """What one worker has seen of the sensors' clocks, beside what is stored.

    Readings of a wrong clock get the instant of receipt, and are marked. Those by which it is found
    out stay where they are: that one wrong, this one behind is not known before.

    Args:
        store: holds what came earlier.
        source_of: by the name of a sensor, what all share that come the same way.
    """

    def __init__(self, store: TimeSeriesStore, source_of: Callable[[str], str]) -> None:
        self._standing, self._behind = Standing(store), Behind(source_of)

    def corrected(self, table: ReadingTable) -> ReadingTable:
        """The table with the times of wrong clocks made good. Raises `StoreUnavailable`."""
        believed = (table.marks & (Mark.RECEIPT_TIME | Mark.HISTORY)) == 0
        lag_us = table.received_us - table.time_us
        is_late = believed & (lag_us > LATE_US)
        numbers = np.unique(table.sensor[believed & ~is_late])
        well = [table.sensors[number] for number in numbers.tolist()]
        self._standing.trust(well)
        self._behind.trust(well, int(table.received_us.max(initial=0)))
        late = np.flatnonzero(is_late)
        if not len(late):
            return table
        doubtful = table.take(late)
        is_wrong = np.zeros(len(table), dtype=np.bool_)
        is_wrong[late] = self._standing.of(doubtful) | self._behind.of(doubtful)
        if not is_wrong.any():
            return table
        wrong_clock = int(Mark.RECEIPT_TIME | Mark.CLOCK_WRONG)
        return replace(
            table,
            time_us=np.where(is_wrong, table.received_us, table.time_us),
            marks=np.where(is_wrong, table.marks | wrong_clock, table.marks),
        )
