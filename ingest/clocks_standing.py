"""Clocks that stand still: they say one instant again and again, with other numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from domain.ports import TimeSeriesStore
from domain.readings import CountKind, Mark, ReadingTable

LATE_US = 600 * 10**6
"""A reading that came no later than this after its time has no clock to doubt."""
AGAIN_US = 3_600 * 10**6
"""Changes of one instant may come so far apart: a line that broke between them."""
RESTATED = 2
"""A period may be corrected once, as a day's last is at night; who says more has no clock."""

NEARBY_US = 60 * 10**6
"""Instants so close to one another are looked up together."""

_KINDS = list(CountKind)
_PERIOD, _CHANGE = _KINDS.index(CountKind.PERIOD), _KINDS.index(CountKind.CHANGE)
_INSTANT = ("sensor", "kind", "time_us")
_SAID = ("entered", "left", "present", "period_s", "seq")
_NEVER = np.iinfo(np.int64).min

Flags = NDArray[np.bool_]


@dataclass(slots=True)
class _Restated:
    """An instant of which a sensor has said several things."""

    time_us: int
    since_us: int
    """Receipt of the first of them."""
    last_us: int
    """Receipt of the last; a batch may be judged twice."""
    times: int = 0
    """How often it was said otherwise than before."""


class Standing:
    """Which clocks stand, as far as one worker has seen, and what is stored says."""

    def __init__(self, store: TimeSeriesStore) -> None:
        self._store = store
        self._standing: dict[str, int] = {}
        self._restated: dict[str, dict[int, _Restated]] = {}

    def trust(self, sensors: Iterable[str]) -> None:
        """Forget what was held against sensors whose clocks are right."""
        if self._standing or self._restated:
            for name in sensors:
                self._standing.pop(name, None)
                self._restated.pop(name, None)

    def of(self, late: ReadingTable) -> Flags:
        """For each row, whether its clock stands still.

        Such a clock says the same instant again, much later and with other numbers; from then on
        whatever it says of that instant. A period may be restated once it is over, and one of two
        changes of an instant may be held up on the way: so these count only with no later word,
        and of periods what is restated more than once, when as much time as its length has passed.

        Raises `StoreUnavailable`.
        """
        stands = np.zeros(len(late), dtype=np.bool_)
        doubtful = np.flatnonzero(~_runs(late))
        if len(doubtful):
            stands[doubtful] = self._restates(late.take(doubtful))
        if self._standing:
            standing = [self._standing.get(name, _NEVER) for name in late.sensors]
            stands |= np.array(standing, dtype=np.int64)[late.sensor] == late.time_us
        return stands

    def _restates(self, late: ReadingTable) -> Flags:
        """For each row, whether it says too much of an instant; which is remembered."""
        differs, since_us = _restatements([*self._stored_of(late), late])
        differs &= (late.marks & int(Mark.RECEIPT_TIME | Mark.HISTORY)) == 0
        may_come_late = (late.kind == _PERIOD) | (late.kind == _CHANGE)
        if (differs & may_come_late).any():
            last_seen = self._store.last_seen()
            last_us = np.array([last_seen.get(n, _NEVER) for n in late.sensors], dtype=np.int64)
            differs &= ~may_come_late | (late.time_us >= last_us[late.sensor])
        stands = np.zeros(len(late), dtype=np.bool_)
        rows = np.flatnonzero(differs)
        for row in rows[np.argsort(late.received_us[rows], kind="stable")].tolist():
            stands[row] = self._is_told(late, row, int(since_us[row]))
            if stands[row]:
                self._standing[late.sensors[late.sensor[row]]] = int(late.time_us[row])
        return stands

    def _stored_of(self, late: ReadingTable) -> Iterator[ReadingTable]:
        """What is stored of the instants of some rows, and of the time between those nearby."""
        order = np.argsort(late.time_us, kind="stable")
        breaks = np.flatnonzero(np.diff(late.time_us[order]) > NEARBY_US) + 1
        for rows in np.split(order, breaks):
            names = {late.sensors[n] for n in np.unique(late.sensor[rows]).tolist()}
            first_us, last_us = int(late.time_us[rows[0]]), int(late.time_us[rows[-1]])
            yield _with_names(self._store.read(names, first_us, last_us + 1), late)

    def _is_told(self, late: ReadingTable, row: int, since_us: int) -> bool:
        """Note that a row restates what came at `since_us`; whether that tells a clock."""
        kind, time_us = int(late.kind[row]), int(late.time_us[row])
        received_us = int(late.received_us[row])
        of_kind = self._restated.setdefault(late.sensors[late.sensor[row]], {})
        known = of_kind.get(kind)
        if known is None or known.time_us != time_us:
            known = of_kind[kind] = _Restated(time_us, since_us, since_us)
        if received_us > known.last_us:
            known.times, known.last_us = known.times + 1, received_us
        patience_us = AGAIN_US if kind == _CHANGE else LATE_US + 2 * 10**6 * int(late.period_s[row])
        is_enough = known.times >= (RESTATED if kind == _PERIOD else 1)
        return is_enough and received_us - known.since_us > patience_us


def _runs(late: ReadingTable) -> Flags:
    """For each row, whether its sensor says another instant too: then its clock does not stand."""
    place = late.sensor * len(_KINDS) + late.kind
    size = len(late.sensors) * len(_KINDS)
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, _NEVER)
    np.minimum.at(first, place, late.time_us)
    np.maximum.at(last, place, late.time_us)
    return np.take(first < last, place)


def _restatements(tables: list[ReadingTable]) -> tuple[Flags, NDArray[np.int64]]:
    """For each row of the last table, whether it differs from what was said of its instant before.

    Args:
        tables: rows of the same sensors, what is stored before what is new.

    Returns also when the first word of that instant came, as far as it is there.
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
    other = np.zeros(max(len(rows) - 1, 0), dtype=np.bool_)
    for name in _SAID:
        column = getattr(rows, name)
        other |= (column[1:] != column[:-1]) & ~(np.isnan(column[1:]) & np.isnan(column[:-1]))
    differs = np.empty(len(rows), dtype=np.bool_)
    differs[order] = np.append(False, same & other)
    since_us = np.empty(len(rows), dtype=np.int64)
    since_us[order] = rows.received_us[origin]
    new = slice(len(rows) - len(tables[-1]), None)
    return differs[new], since_us[new]


def _with_names(table: ReadingTable, like: ReadingTable) -> ReadingTable:
    """The rows with the names, and their numbers, of another table that has them all."""
    index = {name: number for number, name in enumerate(like.sensors)}
    number = np.array([index[name] for name in table.sensors], dtype=np.int32)
    return replace(table, sensors=like.sensors, sensor=number[table.sensor])
