"""Counters that only ever rise: from totals to what was counted between two readings."""

import numpy as np

from policies.stretches import GAP_INTERVALS, Column, Stretches


def counted_between(column: Column) -> Stretches:
    """What was counted between consecutive readings of a total.

    Nothing is known of a stretch across which the total fell, or which is longer than
    `GAP_INTERVALS` reporting intervals. The total after a reset is no more than a lower bound: what
    was counted between the last reading and the reset is lost, and to take the rest for the whole
    would read as a quiet quarter-hour.
    """
    said = column.where(~np.isnan(column.value))
    rise = np.diff(said.value)
    begin_s, end_s = said.time_s[:-1], said.time_s[1:]
    known = (np.diff(said.sensor) == 0) & (rise >= 0)
    known &= end_s - begin_s <= GAP_INTERVALS * said.interval_s[1:]
    return Stretches(said.sensor[1:], begin_s, end_s, rise).where(known)
