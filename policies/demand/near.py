"""What near slots and other days of the same venue say of a rate.

Evidence is (venues, 8 day types, 96 slots); counts are such that their variance is their mean.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.calendars import HOLIDAY
from policies.demand.evidence import Evidence, nothing, variation

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SLOT_WEIGHTS = (0.13, 0.6, 1.0, 0.6, 0.13)
"""Weight of the slots from two before to two after: a Gaussian one slot wide."""
WEEKDAYS, SATURDAY, SUNDAY = (0, 1, 2, 3, 4), 5, 6
KINSHIP: tuple[tuple[Sequence[int], Sequence[int], float], ...] = (
    (WEEKDAYS, (SATURDAY, SUNDAY), 1.0),
    ((SATURDAY, SUNDAY), (SATURDAY, SUNDAY), 0.25),
    ((SATURDAY, SUNDAY), WEEKDAYS, 1.0),
    ((HOLIDAY,), (SUNDAY,), 0.25),
    ((HOLIDAY,), (*WEEKDAYS, SATURDAY), 1.0),
)
"""Day types, others that speak of them, and cv² of the difference. Holidays speak of no day."""
WEEKDAY_CV2 = (0.01, 0.05, 1.0)
"""Least, usual and greatest cv² between a venue's weekdays, which is estimated."""
UNSEEN_DAY_CV2 = 0.5
"""Least cv² between the days a venue opens and a day it never does…"""
UNSEEN_DAY_SHARE = 0.5
"""…and what of their rate to expect then: whoever chose the closed day had reasons."""


def near_slots(own: Evidence) -> Evidence:
    """Evidence with that of near slots added, for slots that have evidence of their own."""
    there = own.exposure > 0
    return Evidence(*(np.where(there, _smoothed(x), 0) for x in (own.count, own.exposure)))


def _smoothed(values: Floats) -> Floats:
    reach, slots = len(SLOT_WEIGHTS) // 2, values.shape[-1]
    padded = np.pad(values, ((0, 0), (0, 0), (reach, reach)))
    total = np.zeros_like(values)
    for k, weight in enumerate(SLOT_WEIGHTS):
        total += weight * padded[:, :, k : k + slots]
    return total


def near_days(own: Evidence, floor: Floats) -> Evidence:
    """What a venue's other days say of each day.

    Args:
        own: with near slots.
        floor: (venues, 1, 1) least standard deviation of the difference between two days' rates.
    """
    told = nothing(own.count.shape)
    unseen = np.all(own.exposure == 0, axis=2, keepdims=True)
    for targets, sources, cv2 in ((WEEKDAYS, WEEKDAYS, _weekday_cv2(own)), *KINSHIP):
        for target in targets:
            speak = [s for s in sources if s != target]
            said = Evidence(own.count[:, speak].sum(1), own.exposure[:, speak].sum(1))
            doubt = np.where(unseen[:, target], max(cv2, UNSEEN_DAY_CV2), cv2)
            said = said.of_another(doubt, floor[:, 0])
            told.count[:, target] += said.count
            told.exposure[:, target] += said.exposure
    return Evidence(told.count, np.where(unseen, told.exposure / UNSEEN_DAY_SHARE, told.exposure))


def _weekday_cv2(own: Evidence) -> float:
    """cv² between a venue's weekdays, pooled over the venues."""
    days = Evidence(own.count[:, WEEKDAYS], own.exposure[:, WEEKDAYS])
    others = Evidence(*(x.sum(1, keepdims=True) - x for x in (days.count, days.exposure)))
    compared = (others.exposure > 0) & (days.exposure > 0)
    least, usual, greatest = WEEKDAY_CV2
    if not compared.any():
        return usual
    share = np.divide(days.exposure, others.exposure, out=np.zeros(compared.shape), where=compared)
    return float(np.clip(variation(days.count, others.count * share, 1 + share), least, greatest))
