"""Outside a venue's usual hours: how far, and what is expected there.

Hours were chosen by people who knew the demand. So what lies outside falls short of what other
venues and the surface lead one to expect, and by how much, a trial extension tells: a slot that is
open on some days, and not usually. One slope for all venues, for each side of the day.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

USUALLY = 0.9
"""Part of the days of a type, on which the venue opens at all, that makes a slot a usual one."""
FARTHEST_HOURS = 2.0
"""Beyond this the edge tells no more."""
SLOPE, SLOPE_DOUBT = -0.3, 0.3
"""Log-rate an hour outside, before any extension was seen, and its standard deviation."""
SLOPE_BETWEEN = 0.1
"""Standard deviation of the slope between venues and edges."""
CLOSED_DAY, CLOSED_DAY_DOUBT = -0.5, 0.6
"""Log-rate of a day on which the venue never opens, against what is else expected."""


def usual_hours(opened: Floats) -> Mask:
    """Slots that are open whenever the venue opens on a day of the type; (venues, 8, 96).

    Args:
        opened: (venues, 8, 96) days of the type on which each slot was open.
    """
    most = opened.max(axis=2, keepdims=True)
    return np.asarray((opened >= USUALLY * most) & (most > 0))


def hours_outside(usual: Mask) -> Floats:
    """Hours from each slot to the usual ones, before and after them; (venues, 8, 96, 2).

    In a break the nearer edge counts. Both are 0 inside, and on days without usual hours.
    """
    slots = usual.shape[2]
    index = np.arange(slots)
    before = np.maximum.accumulate(np.where(usual, index, -slots), axis=2)
    after = np.minimum.accumulate(np.where(usual, index, 2 * slots)[..., ::-1], axis=2)[..., ::-1]
    late, early = index - before, after - index
    hours = np.minimum(np.minimum(late, early) / 4, FARTHEST_HOURS)
    hours = np.where(usual.any(axis=2, keepdims=True), hours, 0)
    return np.stack([hours * (early < late), hours * (early >= late)], axis=-1)
