"""Weeks whose counts look like a fault of the sensor, not like an empty room."""

import numpy as np
from numpy.typing import NDArray

from policies.health_counts import RATIO_CROSSINGS, RATIO_ERRORS, RATIO_LIMIT
from policies.standstill import ONCE_IN
from policies.underuse.weeks import HEALTHY_SHARE, RoomWeeks

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

HISTORY_WEEKS = 26
"""Weeks before a silence that tell what is usual."""
LEAST_HISTORY = 4
"""Fewer weeks tell nothing."""
USUAL_CV2, CV2_WEEKS = 0.25, 8
"""Squared coefficient of variation of a room's weeks, and weeks that outweigh it."""
RATIO_WEEKS = 4
"""Weeks over which people in and out must balance: a month's crossings tell."""


def suspect_weeks(weeks: RoomWeeks, counts: Mask) -> Mask:
    """Weeks in which nobody came though that is next to impossible, or in and out do not balance.

    Shape (rooms, weeks). What the sensors' own health says (`policies.health`) is not in it.

    Args:
        weeks: what rooms did.
        counts: (rooms, weeks) weeks that say anything, be it of themselves or of what is usual.
    """
    return (_silences(weeks, counts) | _tilted(weeks)) & counts


def _silences(weeks: RoomWeeks, counts: Mask) -> Mask:
    """Weeks in a row without anybody, where the weeks before make that unlikely.

    Visits are taken as negative binomial, with the mean and the cv² of the last `HISTORY_WEEKS`
    before the silence, its weeks as good or bad together as they can be::

        P(nobody) = (1 + μ cv²) ^ (−1 / cv²)

    but as often as there was nobody in single weeks of them, if that is more. So a room that
    empties slowly, or has nobody every other week, is not suspect.
    """
    amount = weeks.passed
    known = counts & (weeks.open_hours > 0)
    known &= weeks.healthy_hours >= HEALTHY_SHARE * weeks.open_hours
    zero = known & (amount == 0)
    found = np.zeros(zero.shape, dtype=np.bool_)
    for room in np.flatnonzero(zero.any(axis=1) & (amount > 0).any(axis=1)):
        at = np.flatnonzero(known[room])
        is_zero = zero[room, at]
        edges = np.flatnonzero(np.diff(is_zero.astype(np.int8), prepend=0, append=0))
        for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            before, run = at[max(first - HISTORY_WEEKS, 0) : first], at[first:end]
            hours = weeks.healthy_hours[room]
            chance = _chance(amount[room, before], hours[before], hours[run])
            found[room, run] = chance < 1 / ONCE_IN
    return found


def _chance(amount: Floats, hours: Floats, silent_hours: Floats) -> float:
    """Of nobody in weeks of such hours, after weeks with these amounts; 1 where they are few."""
    if len(amount) < LEAST_HISTORY:
        return 1.0
    rate = amount / hours
    mean = float(rate.mean())
    if not mean:
        return 1.0
    own = float(np.sum((rate / mean - 1) ** 2))
    cv2 = (own + USUAL_CV2 * CV2_WEEKS) / (len(rate) - 1 + CV2_WEEKS)
    expected = mean * float(silent_hours.sum())
    seen_before = float(np.mean(amount == 0)) ** len(silent_hours)
    return max(float((1 + expected * cv2) ** (-1 / cv2)), seen_before)


def _tilted(weeks: RoomWeeks) -> Mask:
    """Weeks in which many more came than went, or the other way round, alone and as a month."""
    entered, left = _trailing(weeks.entered), _trailing(weeks.left)
    tilt, alone = (
        np.log((a + 0.5) / (b + 0.5)) for a, b in ((entered, left), (weeks.entered, weeks.left))
    )
    error = np.sqrt(1 / (entered + 0.5) + 1 / (left + 0.5))
    month = np.abs(tilt) > np.maximum(np.log(RATIO_LIMIT), RATIO_ERRORS * error)
    month &= (entered + left >= RATIO_CROSSINGS) & (entered > 0) & (left > 0)
    return np.asarray(month & (np.sign(tilt) * alone > np.log(RATIO_LIMIT)))


def _trailing(values: Floats) -> Floats:
    """Sums over the last `RATIO_WEEKS` weeks, each week included."""
    sums = np.cumsum(np.pad(values, ((0, 0), (RATIO_WEEKS, 0))), axis=1)
    return sums[:, RATIO_WEEKS:] - sums[:, :-RATIO_WEEKS]
