"""Error and coverage in closed slots, by their distance from the hours that were open."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

BANDS = {"1h": (1, 4), "2h": (5, 8), "beyond": (9, 20)}
"""Distances in slots, first and last; beyond five hours from the window it is night."""


@dataclass(frozen=True, slots=True)
class Score:
    """How far rates are from the truth, and how often the band holds it."""

    wmape: float
    coverage: float


def score(truth: Floats, where: Mask, rate: Floats, low: Floats, high: Floats) -> Score:
    """Errors over the slots `where`, each weighted by its true rate; coverage counts each once."""
    missed = np.abs(np.nan_to_num(rate) - truth)[where].sum()
    held = (low <= truth) & (truth <= high)
    return Score(float(missed / truth[where].sum()), float(np.mean(held[where])))


def distance(opened: Mask) -> NDArray[np.intp]:
    """Slots from each closed slot to the nearest open one of its day; 0 where open or never.

    Args:
        opened: (venues, 7, 96)
    """
    index = np.arange(opened.shape[-1])
    before = np.maximum.accumulate(np.where(opened, index, -999), axis=-1)
    after = np.minimum.accumulate(np.where(opened, index, 999)[..., ::-1], axis=-1)[..., ::-1]
    nearest = np.minimum(index - before, after - index)
    return np.where(nearest > 900, 0, nearest)


def half_width(values: Floats) -> Floats:
    """Half of the 95 % interval of the mean over the first axis; 0 for a single value."""
    number = len(values)
    if number < 2:
        return np.zeros(values.shape[1:])
    spread = values.std(axis=0, ddof=1) / np.sqrt(number)
    return np.asarray(spread * student.ppf(0.975, number - 1))
