"""Counts by hand laid out by room: what they say of doors, and of the people inside."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.calendars import Instants, epoch_us
from domain.hand_counts import HandChecks
from policies.occupancy.rates import ByHand

Floats = NDArray[np.float64]

HALF_LIFE_DAYS = 365.0
"""Counters are moved, doors rebuilt: after a year a count by hand weighs half."""


def at_doors(checks: HandChecks, rooms: Sequence[str], now: np.datetime64) -> ByHand:
    """Sums over the doors of each room; (rooms,). A door between two rooms speaks for both."""
    row_of = {room: row for row, room in enumerate(rooms)}
    found = ByHand.none(len(rooms))
    for check in checks.doors:
        age_us = now.astype("datetime64[us]").astype(np.int64) - epoch_us(check.at)
        weight = 0.5 ** (max(age_us, 0) / 86_400e6 / HALF_LIFE_DAYS)
        ways = (check.passed_in, check.counted_in, check.passed_out, check.counted_out)
        if check.room in row_of:
            found.add(row_of[check.room], *(weight * n for n in ways))
        if check.beyond in row_of:
            found.add(row_of[check.beyond], *(weight * n for n in (*ways[2:], *ways[:2])))
    return found


def heads_inside(checks: HandChecks, rooms: Sequence[str], start: Instants, minutes: int) -> Floats:
    """People counted in rooms, at the bin whose end is nearest; (rooms, bins), NaN elsewhere."""
    found = np.full((len(rooms), len(start)), np.nan)
    row_of = {room: row for row, room in enumerate(rooms)}
    if len(start):
        first_us = int(start[0].astype("datetime64[us]").astype(np.int64))
        for head in checks.heads:
            bin_ = round((epoch_us(head.at) - first_us) / (minutes * 60e6)) - 1
            if head.room in row_of and 0 <= bin_ < len(start):
                found[row_of[head.room], bin_] = head.present
    return found
