"""What to expect of a venue in slots that neither it nor its other days have ever seen.

Where other venues of its type were open then, their word is taken, bent by how the venue differs
from them in the nearest slots it has seen. Where they were not either, its own rate fades away.
"""

import numpy as np
from numpy.typing import NDArray

from policies.demand.evidence import Evidence

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DIFFERENCE_HALVING_SLOTS = 8
"""Distance over which a venue's difference from its kin, as a logarithm, halves."""
DIFFERENCE_LIMITS = (0.2, 5.0)
"""How many times as busy as its kin a venue is carried over to be."""
DIFFERENCE_TOLD = 0.8
"""Part of the variance between venues that the difference in the next slot explains."""
FEWEST = 0.25
"""Kin's visits that a venue's are compared with, at least."""
RATE_HALVING_SLOTS = 4
"""Distance over which the expected rate halves where nobody of the type has ever been open.

Hours were chosen by people who knew the demand: beyond them there is less of it."""
FAINTEST = 0.2
"""Part of `floor` below which no rate is expected to fade."""


def unseen(
    kin: Evidence, known: Evidence, is_known: Mask, was_open: Mask, floor: Floats
) -> Evidence:
    """Evidence for the slots that are not known; all (venues, 8, 96).

    Args:
        kin: of the other venues of each venue's type, at its level.
        known: all evidence of the known slots.
        is_known: which slots they are.
        was_open: slots that the venue has been open for, if only at the edges of its hours.
        floor: (venues, 1, 1) a rate that is next to nothing.
    """
    alone = _faded(known, is_known, was_open, floor)
    return _bent(kin, known, is_known) + alone.times(np.maximum(1 - kin.count, 0))


def _bent(kin: Evidence, known: Evidence, is_known: Mask) -> Evidence:
    """Kin's evidence with the venue's difference from it in the nearest known slots."""
    compared = is_known & (kin.exposure > 0)
    at_its_own = np.where(compared, np.nan_to_num(known.rate) * kin.exposure, 1)
    at_theirs = np.where(compared, np.maximum(kin.count, FEWEST), 1)
    difference = np.log(np.clip(at_its_own / at_theirs, *DIFFERENCE_LIMITS))
    slots = np.broadcast_to(np.arange(compared.shape[2]), compared.shape)
    carried, left = _carried(difference, compared, slots / DIFFERENCE_HALVING_SLOTS)
    surer = kin.times(1 / (1 - DIFFERENCE_TOLD * left**2))
    return Evidence(surer.count, surer.exposure / np.exp(carried))


def _faded(known: Evidence, is_known: Mask, was_open: Mask, floor: Floats) -> Evidence:
    """The rate of the nearest known slots, halved with distance, cv² growing by 1 each time.

    Only closed slots are distance: at the edges of its hours a venue's rate is undiminished.
    """
    closed_slots = np.cumsum(~was_open, axis=2)
    rate, left = _carried(np.nan_to_num(known.rate), is_known, closed_slots / RATE_HALVING_SLOTS)
    halvings = np.maximum(-np.log2(np.maximum(left, 1e-99)), 1 / RATE_HALVING_SLOTS)
    strength = np.where(left > 0, 1 / halvings, 0)
    return Evidence(strength, strength / np.maximum(rate, FAINTEST * floor))


def _carried(values: Floats, is_known: Mask, halvings: Floats) -> tuple[Floats, Floats]:
    """Known values carried over to the unknown slots of a day, halving with distance.

    Between two known stretches both speak. The second result is what is left of the nearest: 1
    where known, 0 on a day without any known slot.

    Args:
        values: a number for each slot.
        is_known: where it counts.
        halvings: how often a value halves on its way from the day's start to each slot.
    """
    before, left_before = _latest(values, is_known, halvings)
    back = np.s_[:, :, ::-1]
    after, left_after = (x[back] for x in _latest(values[back], is_known[back], halvings[back]))
    mean = before * left_before + after * left_after
    return mean / np.maximum(left_before + left_after, 1), np.maximum(left_before, left_after)


def _latest(values: Floats, is_known: Mask, halvings: Floats) -> tuple[Floats, Floats]:
    """The value of the latest known slot and what is left of it; 0 where there is none."""
    latest = np.maximum.accumulate(np.where(is_known, np.arange(values.shape[2]), -1), axis=2)
    at = np.maximum(latest, 0)
    distance = np.abs(halvings - np.take_along_axis(halvings, at, 2))
    left = np.where(latest >= 0, 0.5**distance, 0)
    return np.take_along_axis(values, at, 2), left
