"""For how much of the time rooms were full."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue
from domain.hand_counts import HandChecks
from policies.occupancy.estimate import occupancy, where_shut
from policies.occupancy.nights import Nights

Floats = NDArray[np.float64]

FULL_SHARE = 0.97
"""Part of the capacity from which on a room counts as full."""
MISCOUNTED = 2.0
"""Plain counts are taken to be off by no more than this factor: where not even so many people would
fill a room, nobody needs to follow who is in it."""
_NO_HAND = HandChecks()


def followed_full(
    bins: Bins,
    venues: Sequence[Venue],
    capacity: Floats,
    hand: HandChecks = _NO_HAND,
    known: Nights | None = None,
) -> Bins:
    """The bins with the share of time for which each room was full, by its occupancy.

    Args:
        bins: of rooms, or of venues.
        venues: the venue of each row.
        capacity: (rooms,) NaN where unknown: such a room is never full.
        hand: what was counted by hand.
        known: as of `occupancy`.
    """
    rows = np.flatnonzero(_may_fill(bins, capacity))
    some = replace(
        bins,
        rooms=tuple(bins.rooms[row] for row in rows.tolist()),
        **{name: getattr(bins, name)[rows] for name in _ARRAYS},
    )
    their = [venues[row] for row in rows.tolist()]
    present = np.zeros_like(bins.entered)
    if len(rows):
        told = occupancy(some, their, capacity=capacity[rows], hand=hand, known=known)
        present[rows] = told.present
    return with_full(bins, present, capacity)


def with_full(bins: Bins, present: Floats, capacity: Floats) -> Bins:
    """The bins with the share of time for which each room was full.

    Args:
        bins: of rooms, or of venues.
        present: (rooms, bins) people present at the end of each bin.
        capacity: (rooms,) NaN where unknown.
    """
    at_end = present >= FULL_SHARE * capacity[:, None]
    at_start = np.concatenate([at_end[:, :1], at_end[:, :-1]], axis=1)
    return replace(bins, full=(at_start.astype(np.float64) + at_end) / 2)


def _may_fill(bins: Bins, capacity: Floats) -> NDArray[np.bool_]:
    """Rooms that plain counts, taken for each day from its lowest point, or a sensor may fill."""
    entered, left = (np.nan_to_num(flow) for flow in where_shut(bins))
    net = np.cumsum(entered - left, axis=1)
    a_day = 1440 // bins.minutes
    days = -(-net.shape[1] // a_day)
    whole = np.pad(net, ((0, 0), (0, days * a_day - net.shape[1])), mode="edge")
    by_day = whole.reshape(len(net), days, a_day)
    rise = (by_day - np.minimum.accumulate(by_day, axis=2)).max(axis=(1, 2), initial=0)
    said = np.nan_to_num(bins.present).max(axis=1, initial=0)
    return np.asarray(MISCOUNTED * np.maximum(rise, said) >= FULL_SHARE * capacity, np.bool_)


_ARRAYS = ("entered", "left", "present", "healthy", "open", "full")
