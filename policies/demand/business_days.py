"""Bins in UTC folded into the business days of venues, each by its own calendar."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.calendars import HOLIDAY, SLOTS_A_DAY, Instants, day_types, local_slots
from domain.estate import Venue
from policies.grouping import alike

Floats = NDArray[np.float64]


class BusinessDays:
    """The business days that a row of bins touches in any of the venues' zones.

    Attributes:
        day: (days,) without a break, datetime64[D].
        day_type: (venues, days) as in `domain.calendars`; a venue's special days count as holidays.
    """

    def __init__(self, start: Instants, venues: Sequence[Venue]) -> None:
        groups = alike(venues, lambda v: (v.zone, v.day_starts, v.country, v.subdivision))
        folds = [(rows, v, local_slots(start, v.tz, v.day_starts)) for rows, v in groups]
        touched = np.concatenate([slots.day for _, _, slots in folds])
        self.day = np.arange(touched.min(), touched.max() + np.timedelta64(1, "D"))
        self.day_type = np.zeros((len(venues), len(self.day)), dtype=np.int8)
        self._cells = []
        for rows, venue, slots in folds:
            dates = self.day.tolist()
            self.day_type[rows] = day_types(dates, venue.country, venue.subdivision)
            day = (slots.day - self.day[0]).astype(np.intp)
            self._cells.append((rows, day * SLOTS_A_DAY + slots.slot))

        for row, venue in enumerate(venues):
            special = np.array([s.day for s in venue.special_days], dtype="datetime64[D]")
            self.day_type[row, np.isin(self.day, special)] = HOLIDAY

    def sums(self, values: Floats) -> Floats:
        """Sums of (venues, bins) by business day and slot; (venues, days, 96)."""
        out = np.zeros((len(self.day) * SLOTS_A_DAY, len(values)))
        for rows, cell in self._cells:
            by_bin = np.zeros((len(out), len(rows)))
            np.add.at(by_bin, cell, values[rows].T)
            out[:, rows] = by_bin
        return np.ascontiguousarray(out.T).reshape(len(values), len(self.day), SLOTS_A_DAY)

    def latest(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """The value of each slot's latest bin, 0 where it has none; (venues, days, 96)."""
        out = np.zeros((len(values), len(self.day) * SLOTS_A_DAY), dtype=np.int8)
        for rows, cell in self._cells:
            out[np.ix_(rows, cell)] = values[rows]
        return out.reshape(len(values), len(self.day), SLOTS_A_DAY)
