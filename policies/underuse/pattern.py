"""The week of a room as it usually is: when it is open, and how many people are there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import SLOTS_A_DAY, local_slots
from domain.estate import Venue
from policies.grouping import alike

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualWeek:
    """Means over some weeks; arrays are (rooms, 7, 96), slot 0 at the venue's `day_starts`."""

    present: Floats
    """People present while it is open; NaN where that was never seen."""
    open: Floats
    """Share of the slot for which it is open."""


def usual_week(bins: Bins, present: Floats, venues: Sequence[Venue]) -> UsualWeek:
    """The usual week of each room.

    Args:
        bins: of rooms; eight weeks are a good length.
        present: (rooms, bins) people present at the end of each bin, NaN where unknown.
        venues: the venue of each room.
    """
    weight = np.where(np.isnan(present), 0, bins.healthy) * (bins.open > 0)
    sums = np.zeros((4, len(venues), 7 * SLOTS_A_DAY))
    for rows, venue in alike(venues, lambda v: (v.zone, v.day_starts)):
        local = local_slots(bins.start, venue.tz, venue.day_starts)
        weekday = (local.day.astype(np.int64) + 3) % 7  # 1970 began on a Thursday
        at = weekday * SLOTS_A_DAY + local.slot
        people = weight[rows] * np.nan_to_num(present[rows])
        for total, values in zip(
            sums, (people, weight[rows], bins.open[rows], np.ones_like(people)), strict=True
        ):
            np.add.at(total, (np.array(rows)[:, None], at), values)
    people, seen, is_open, times = sums.reshape(4, len(venues), 7, SLOTS_A_DAY)
    return UsualWeek(
        present=np.divide(people, seen, out=np.full(people.shape, np.nan), where=seen > 0),
        open=is_open / np.maximum(times, 1),
    )
