"""Numbers that no door can have seen."""

import numpy as np
from numpy.typing import NDArray

from policies.grid import Floats

MOST_PER_S = 10.0
"""Crossings a second, in one direction, that no counter's door lets through for long.

A metre of doorway passes about 1.3 people a second (Weidmann 1993, Transporttechnik der Fussgänger:
1.23 a metre and second at most); counters watch up to some eight metres.
"""
BIN_S = 900


def is_plausible(crossings: Floats) -> NDArray[np.bool_]:
    """Whether a quarter-hour may have had so many crossings; NaN may."""
    return np.asarray(~(crossings > MOST_PER_S * BIN_S))
