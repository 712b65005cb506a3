"""Messages without a time that the broker delivers again: told by what is stored."""

import numpy as np
from numpy.typing import NDArray

from domain.ports import TimeSeriesStore
from domain.readings import ReadingTable

REPEATED_WITHIN_US = 86_400 * 10**6
"""A broker that repeats a message does so within this time, but for a service that is off for long.

There are 65,535 packet ids: of a counter that says the same every minute, one in 46 messages of a
day has that of a repeated one which never reached the store, and which would be left out for it.
"""


def without_repeats(
    table: ReadingTable, is_repeated: NDArray[np.bool_], store: TimeSeriesStore
) -> ReadingTable:
    """Leave out readings without a time whose very message has been stored, or stands before.

    Args:
        table: in order of receipt.
        is_repeated: (readings,) whether the broker may have delivered it before.
        store: holds what came earlier.

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
    said = list(zip(_names(table), table.kind.tolist(), table.delivery.tolist(), strict=True))
    received_us = table.received_us.tolist()
    first_us = dict(zip(reversed(said), reversed(received_us), strict=True))
    is_new = np.ones(len(table), dtype=np.bool_)
    for n in doubtful.tolist():  # readings of one message came at one instant
        is_new[n] = said[n] not in known and first_us[said[n]] == received_us[n]
    return table.take(is_new)


def _names(table: ReadingTable) -> list[str]:
    return [table.sensors[n] for n in table.sensor.tolist()]
