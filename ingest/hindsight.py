"""What only the stored readings can tell of new ones: repeats, and clocks that stand still."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domain.ports import TimeSeriesStore
from domain.readings import CountKind, Mark, ReadingTable

REPEATED_WITHIN_US = 7 * 86_400 * 10**6
"""A broker that repeats a message does so within this time."""
LATE_US = 600 * 10**6
"""A reading that came no later than this after its time has no clock that stands still."""

_PERIOD = list(CountKind).index(CountKind.PERIOD)
_IDENTITY = ("sensor", "kind", "time_us", "seq")
_SAID = ("entered", "left", "present", "period_s")


def without_repeats(
    table: ReadingTable, is_repeated: NDArray[np.bool_], store: TimeSeriesStore
) -> ReadingTable:
    """Leave out readings without a time whose very message has been stored already.

    A broker that lost our acknowledgement delivers again, and by then the instant of receipt is
    another one. It keeps the packet id, from which `delivery` is made.

    Raises `StoreUnavailable`.
    """
    doubtful = np.flatnonzero(is_repeated & (table.delivery != 0))
    if not len(doubtful):
        return table
    names = {table.sensors[n] for n in table.sensor[doubtful]}
    until_us = int(table.received_us[doubtful].max())
    stored = store.read(names, until_us - REPEATED_WITHIN_US, until_us)
    known = set(zip(_names(stored), stored.kind.tolist(), stored.delivery.tolist(), strict=True))
    asked = table.take(doubtful)
    said = zip(_names(asked), asked.kind.tolist(), asked.delivery.tolist(), strict=True)
    is_new = np.ones(len(table), dtype=np.bool_)
    is_new[doubtful] = [each not in known for each in said]
    return table.take(is_new)


def with_clocks_that_run(table: ReadingTable, store: TimeSeriesStore) -> ReadingTable:
    """Give the instant of receipt to readings of a clock that stands still.

    Such a clock says the same instant again, much later and with other numbers. A period may be
    restated once it is over; so of periods only those are taken for frozen whose length has passed
    since, with no later word from the sensor.

    Raises `StoreUnavailable`.
    """
    believed = (table.marks & (Mark.RECEIPT_TIME | Mark.HISTORY)) == 0
    late = np.flatnonzero(believed & (table.received_us - table.time_us > LATE_US))
    if not len(late):
        return table
    last_seen = store.last_seen()
    last = np.array([last_seen.get(name, _NEVER) for name in table.sensors], dtype=np.int64)
    asked = late[table.time_us[late] <= last[table.sensor[late]]]
    earlier = [table]
    if len(asked):
        times = table.time_us[asked]
        names = {table.sensors[n] for n in table.sensor[asked]}
        stored = store.read(names, int(times.min()), int(times.max()) + 1)
        earlier.insert(0, _with_names(stored, table))
    frozen = late[_is_frozen(earlier, last)[late]]
    if not len(frozen):
        return table
    time_us, marks = table.time_us.copy(), table.marks.copy()
    time_us[frozen] = table.received_us[frozen]
    marks[frozen] |= Mark.RECEIPT_TIME | Mark.CLOCK_WRONG
    return replace(table, time_us=time_us, marks=marks)


_NEVER = np.iinfo(np.int64).min


def _is_frozen(tables: list[ReadingTable], last_us: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For the rows of the last table, whether an earlier row shows that their clock stands.

    Args:
        tables: rows of the same sensors, what is stored before what is new.
        last_us: (sensors,) the latest instant of which each sensor has spoken.
    """
    rows = ReadingTable.joined(tables)
    order = np.lexsort((rows.received_us, *(getattr(rows, name) for name in _IDENTITY[::-1])))
    rows = rows.take(order)
    same = np.ones(max(len(rows) - 1, 0), dtype=np.bool_)
    for name in _IDENTITY:
        column = getattr(rows, name)
        same &= column[1:] == column[:-1]
    differs = np.zeros_like(same)
    for name in _SAID:
        column = getattr(rows, name)
        differs |= (column[1:] != column[:-1]) & ~(np.isnan(column[1:]) & np.isnan(column[:-1]))
    patience_us = LATE_US + 2 * 10**6 * rows.period_s
    first = np.flatnonzero(np.append(True, ~same))
    began_us = np.repeat(rows.received_us[first], np.diff(np.append(first, len(rows))))
    frozen = np.zeros(len(rows), dtype=np.bool_)
    frozen[1:] = same & differs
    frozen &= rows.received_us - began_us > patience_us
    frozen &= (rows.kind != _PERIOD) | (rows.time_us >= last_us[rows.sensor])
    back = np.empty(len(rows), dtype=np.bool_)
    back[order] = frozen
    return back[len(rows) - len(tables[-1]) :]


def _with_names(table: ReadingTable, like: ReadingTable) -> ReadingTable:
    """The rows with the names, and their numbers, of another table that has them all."""
    index = {name: number for number, name in enumerate(like.sensors)}
    number = np.array([index[name] for name in table.sensors], dtype=np.int32)
    return replace(table, sensors=like.sensors, sensor=number[table.sensor])


def _names(table: ReadingTable) -> list[str]:
    return [table.sensors[n] for n in table.sensor.tolist()]
