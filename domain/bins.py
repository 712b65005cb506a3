"""Quarter-hour bins: what the rooms did, as arrays that every policy reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Counts of some rooms in consecutive bins on the UTC grid.

    Arrays are (rooms, bins) unless said otherwise. NaN is *unknown*, which is not zero.
    """

    rooms: tuple[str, ...]
    start: NDArray[np.datetime64]
    """(bins,) start of each bin, UTC, datetime64[s], evenly spaced by `minutes`."""
    minutes: int
    entered: Floats
    """People who came into the room, sign and all; NaN where no healthy sensor says."""
    left: Floats
    present: Floats
    """Mean people present as an occupancy sensor said it; NaN where there is none."""
    healthy: Floats
    """Share of the bin, 0 to 1, for which all sensors of the room are known to have worked."""
    open: Floats
    """Share of the bin for which the room was open by the hours in force."""
    full: Floats
    """Share of the bin for which the room stood at its capacity; 0 where capacity is unknown."""

    def __post_init__(self) -> None:
        shape = (len(self.rooms), len(self.start))
        for name in ("entered", "left", "present", "healthy", "open", "full"):
            if getattr(self, name).shape != shape:
                raise ValueError(f"Bins.{name} is {getattr(self, name).shape}, not {shape}")
