"""Numbers that no door can have seen."""

import numpy as np
from numpy.typing import NDArray

from domain.sensor_bins import BIN_S
from policies.grid import Floats

MOST_PER_S = 4.0
"""Crossings a second, in one direction, that no counted door lets through for long.

A metre of doorway passes at most some 1.3 people a second (Weidmann 1993, Transporttechnik der
Fussgänger); a counted door is up to about three metres wide.
"""
AT_ONCE = 50
"""As many may be told at one instant, after a moment's silence."""


def most_in(seconds: Floats) -> Floats:
    """The most crossings that a stretch of time may hold."""
    return MOST_PER_S * seconds + AT_ONCE


def is_plausible(crossings: Floats) -> NDArray[np.bool_]:
    """Whether quarter-hours may have had so many crossings; unknown ones may."""
    return np.asarray(~(crossings > MOST_PER_S * BIN_S + AT_ONCE))
