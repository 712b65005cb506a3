"""Weeks of venues whose business days begin at different times, side by side."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY

Floats = NDArray[np.float64]

WEEK_SLOTS = 7 * SLOTS_A_DAY


def by_clock(values: Floats, day_starts: Sequence[int]) -> Floats:
    """Business days as one week from Monday 00:00, rounded to a slot; (n, 672).

    Args:
        values: (n, 7, 96), slot 0 at the row's `day_starts`.
        day_starts: minutes after midnight, of each row.
    """
    return _rolled(values.reshape(len(values), WEEK_SLOTS), [_slots(s) for s in day_starts])


def by_business_day(values: Floats, day_starts: Sequence[int]) -> Floats:
    """The way back; (n, 7, 96)."""
    rolled = _rolled(values, [-_slots(s) for s in day_starts])
    return rolled.reshape(len(values), 7, SLOTS_A_DAY)


def _slots(minutes: int) -> int:
    return round(minutes / SLOT_MINUTES)


def _rolled(week: Floats, by: Sequence[int]) -> Floats:
    column = (np.arange(WEEK_SLOTS) - np.array(by, dtype=np.intp)[:, None]) % WEEK_SLOTS
    return np.take_along_axis(week, column, axis=1)
