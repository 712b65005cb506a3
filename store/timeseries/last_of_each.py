"""Of readings with equal identity in a batch, the last."""

import numpy as np

from domain.readings import ReadingTable


def last_of_each(table: ReadingTable) -> ReadingTable:
    """Of rows with equal identity the last, in no particular order."""
    order = np.lexsort((table.seq, table.time_us, table.kind, table.sensor))
    repeats = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
    for name in ("sensor", "kind", "time_us", "seq"):
        ordered = getattr(table, name)[order]
        repeats &= ordered[1:] == ordered[:-1]
    if not repeats.any():
        return table
    return table.take(order[np.append(~repeats, True)])
