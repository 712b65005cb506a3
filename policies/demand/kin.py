"""What the other venues of a type say of a venue's rates, brought to its level.

A venue's rates are taken to be its level times the shape that its type has over the week. Since
every venue is open at hours of its own, levels and shape are found in turns.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policies.demand.evidence import Evidence, nothing, variation

Floats = NDArray[np.float64]

TURNS = 4
SHAPE_CV2 = (0.02, 0.2, 1.0)
"""Least, usual and greatest cv² between the shapes of two venues of a type, which is estimated."""
FEW_VENUES = 4
"""With fewer that have data, the usual cv² is taken."""
LEAST_LEVEL_CV2 = 0.25
"""cv² of the level of a venue without data, at least."""


def from_kin(own: Evidence, types: Sequence[str], floor_share: float) -> Evidence:
    """What the other venues of each venue's type say of its rates.

    A venue without data is given the mean level of its type, and the doubt that goes with it.

    Args:
        own: (venues, 8, 96) with near slots, effective counts.
        types: of each venue.
        floor_share: least standard deviation of the difference, as a part of the mean rate.
    """
    told = nothing(own.count.shape)
    for kind in set(types):
        rows = np.flatnonzero([t == kind for t in types])
        said = _within(Evidence(own.count[rows], own.exposure[rows]), floor_share)
        told.count[rows], told.exposure[rows] = said.count, said.exposure
    return told


def _within(own: Evidence, floor_share: float) -> Evidence:
    """The same for the venues of one type."""
    visits = own.count.sum(axis=(1, 2))
    has_data = own.exposure.sum(axis=(1, 2)) > 0
    if not has_data.any():
        return nothing(own.count.shape)
    level, others = _levels(own, has_data)
    expected = np.where(others.exposure > 0, np.nan_to_num(others.rate) * own.exposure, 0)
    least, usual, greatest = SHAPE_CV2
    found = variation(own.count, expected) if has_data.sum() >= FEW_VENUES else usual
    spread = np.var(level[has_data]) / np.mean(level[has_data]) ** 2 + LEAST_LEVEL_CV2
    doubt = np.where(has_data, 1 / np.maximum(visits, 1), spread)
    cv2 = np.clip(found, least, greatest) + doubt
    mean_rate = others.count.sum(axis=(1, 2)) / np.maximum(others.exposure.sum(axis=(1, 2)), 1e-9)
    return others.of_another(cv2[:, None, None], floor_share * mean_rate[:, None, None])


def _levels(own: Evidence, has_data: NDArray[np.bool_]) -> tuple[Floats, Evidence]:
    """Level of each venue, and the other venues' evidence of its rates, brought to its level."""
    visits, exposure = own.count.sum(axis=(1, 2)), own.exposure.sum(axis=(1, 2))
    level = np.where(has_data, np.maximum(visits, 0.5) / np.maximum(exposure, 1e-9), 0)
    for _ in range(TURNS):
        shaped = own.exposure * level[:, None, None]
        others = Evidence(own.count.sum(0) - own.count, shaped.sum(0) - shaped)
        others = others.times((others.exposure > 1e-9) & (shaped.sum(0) > 1e-9))
        met = own.exposure * np.nan_to_num(others.rate)
        comparable = np.sum(own.count, axis=(1, 2), where=met > 0)
        level = np.where(
            met.sum(axis=(1, 2)) > 0,
            np.maximum(comparable, 0.5) / np.maximum(met.sum(axis=(1, 2)), 1e-9),
            level,
        )
        level = np.where(has_data, level, level[has_data].mean())
    return level, Evidence(others.count, others.exposure / level[:, None, None])
