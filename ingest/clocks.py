"""Clocks of sensors that stand still or run behind: told by what came before, and made good."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.ports import TimeSeriesStore
from domain.readings import CountKind, Mark, ReadingTable

LATE_US = 600 * 10**6
"""A reading that came no later than this after its time has no clock to doubt."""
AGAIN_US = 3_600 * 10**6
"""Changes of one instant may come so far apart: a line that broke between them."""
BEHIND_US = 2_700 * 10**6
"""A clock that is less behind than this may be that of a platform that passes things on slowly."""
STEADY_US = 120 * 10**6
"""What is kept and sent later comes ever less late; a clock that is behind stays so, to this."""
STEADY_FOR_US = 1_800 * 10**6
STEADY_READINGS = 4
"""So long, and so often, it must have been seen to."""

_KINDS = list(CountKind)
_PERIOD, _CHANGE = _KINDS.index(CountKind.PERIOD), _KINDS.index(CountKind.CHANGE)
_INSTANT = ("sensor", "kind", "time_us")
_SAID = ("entered", "left", "present", "period_s", "seq")
_NEVER = np.iinfo(np.int64).min

Instants = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Lag:
    """How late the readings of one sensor have come of late."""

    since_us: int
    """Receipt of the first of them."""
    least_us: int
    most_us: int
    readings: int


class Clocks:
    """What one worker has seen of the sensors' clocks, beside what is stored.

    Readings of a wrong clock get the instant of receipt, and are marked. Those by which it is found
    out stay where they are: that one wrong, this one behind is not known before.
    """

    def __init__(self, store: TimeSeriesStore) -> None:
        self._store = store
        self._standing: dict[str, int] = {}
        self._lags: dict[str, _Lag] = {}

    def corrected(self, table: ReadingTable) -> ReadingTable:
        """The table with the times of wrong clocks made good. Raises `StoreUnavailable`."""
        believed = (table.marks & (Mark.RECEIPT_TIME | Mark.HISTORY)) == 0
        lag_us = table.received_us - table.time_us
        is_late = believed & (lag_us > LATE_US)
        self._trust(table, believed & ~is_late)
        late = np.flatnonzero(is_late)
        if not len(late):
            return table
        is_wrong = np.zeros(len(table), dtype=np.bool_)
        is_wrong[late] = self._stands(table)[late] | self._is_behind(table.take(late), lag_us[late])
        if not is_wrong.any():
            return table
        wrong_clock = int(Mark.RECEIPT_TIME | Mark.CLOCK_WRONG)
        return replace(
            table,
            time_us=np.where(is_wrong, table.received_us, table.time_us),
            marks=np.where(is_wrong, table.marks | wrong_clock, table.marks),
        )

    def _trust(self, table: ReadingTable, is_well: Flags) -> None:
        """Forget what was held against sensors whose clocks are right."""
        if self._lags or self._standing:
            for number in np.unique(table.sensor[is_well]).tolist():
                self._lags.pop(table.sensors[number], None)
                self._standing.pop(table.sensors[number], None)

    def _stands(self, table: ReadingTable) -> Flags:
        """For each row, whether its clock stands still.

        Such a clock says the same instant again, much later and with other numbers; from then on
        whatever it says of that instant. A period may be restated once it is over, and one of two
        changes of an instant may be held up on the way; so these are taken for frozen only where
        the sensor has had no later word.
        """
        last_seen = self._store.last_seen()
        last_us = np.array([last_seen.get(name, _NEVER) for name in table.sensors], dtype=np.int64)
        again = table.time_us <= last_us[table.sensor]
        tables = [table]
        if again.any():
            times = table.time_us[again]
            names = {table.sensors[n] for n in np.unique(table.sensor[again]).tolist()}
            stored = self._store.read(names, int(times.min()), int(times.max()) + 1)
            tables.insert(0, _with_names(stored, table))
        stands = _is_frozen(tables, last_us)
        for row in np.flatnonzero(stands).tolist():
            self._standing[table.sensors[table.sensor[row]]] = int(table.time_us[row])
        if self._standing:
            standing = [self._standing.get(name, _NEVER) for name in table.sensors]
            stands |= np.array(standing, dtype=np.int64)[table.sensor] == table.time_us
        return stands

    def _is_behind(self, late: ReadingTable, lag_us: Instants) -> Flags:
        """For each late row, whether its sensor has been as late for long enough."""
        size = len(late.sensors)
        least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, _NEVER)
        first, last = least.copy(), most.copy()
        np.minimum.at(least, late.sensor, lag_us)
        np.maximum.at(most, late.sensor, lag_us)
        np.minimum.at(first, late.sensor, late.received_us)
        np.maximum.at(last, late.sensor, late.received_us)
        number = np.bincount(late.sensor, minlength=size)
        behind = np.zeros(size, dtype=np.bool_)
        for n in np.flatnonzero(number).tolist():
            fresh = _Lag(int(first[n]), int(least[n]), int(most[n]), int(number[n]))
            lag = _joined(self._lags.get(late.sensors[n]), fresh)
            self._lags[late.sensors[n]] = lag
            behind[n] = (
                lag.least_us >= BEHIND_US
                and lag.most_us - lag.least_us <= STEADY_US
                and lag.readings >= STEADY_READINGS
                and int(last[n]) - lag.since_us >= STEADY_FOR_US
            )
        return behind[late.sensor]


def _joined(before: _Lag | None, fresh: _Lag) -> _Lag:
    """Both together, if the sensor is as late as before; else only what is fresh."""
    if before is None:
        return fresh
    least, most = min(before.least_us, fresh.least_us), max(before.most_us, fresh.most_us)
    if most - least > STEADY_US:
        return fresh
    return _Lag(before.since_us, least, most, before.readings + fresh.readings)


def _is_frozen(tables: list[ReadingTable], last_us: Instants) -> Flags:
    """For the rows of the last table, whether an earlier row shows that their clock stands.

    Args:
        tables: rows of the same sensors, what is stored before what is new.
        last_us: (sensors,) the latest instant of which each sensor has spoken.
    """
    rows = ReadingTable.joined(tables)
    order = np.lexsort((rows.received_us, *(getattr(rows, name) for name in _INSTANT[::-1])))
    rows = rows.take(order)
    same = np.ones(max(len(rows) - 1, 0), dtype=np.bool_)
    for name in _INSTANT:
        column = getattr(rows, name)
        same &= column[1:] == column[:-1]
    first = np.flatnonzero(np.append(True, ~same))
    origin = np.repeat(first, np.diff(np.append(first, len(rows))))
    differs = np.zeros(len(rows), dtype=np.bool_)
    for name in _SAID:
        column = getattr(rows, name)
        differs |= (column != column[origin]) & ~(np.isnan(column) & np.isnan(column[origin]))
    patience_us = np.where(rows.kind == _CHANGE, AGAIN_US, LATE_US + 2 * 10**6 * rows.period_s)
    frozen = differs & (rows.received_us - rows.received_us[origin] > patience_us)
    frozen &= (rows.marks & int(Mark.RECEIPT_TIME | Mark.HISTORY)) == 0
    may_come_late = (rows.kind == _PERIOD) | (rows.kind == _CHANGE)
    frozen &= ~may_come_late | (rows.time_us >= last_us[rows.sensor])
    back = np.empty(len(rows), dtype=np.bool_)
    back[order] = frozen
    return back[len(rows) - len(tables[-1]) :]


def _with_names(table: ReadingTable, like: ReadingTable) -> ReadingTable:
    """The rows with the names, and their numbers, of another table that has them all."""
    index = {name: number for number, name in enumerate(like.sensors)}
    number = np.array([index[name] for name in table.sensors], dtype=np.int32)
    return replace(table, sensors=like.sensors, sensor=number[table.sensor])
