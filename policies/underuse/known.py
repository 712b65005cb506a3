"""What is known of rooms and their neighbourhood, beside their weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.estate import Room, Venue
from policies.findings import State
from policies.underuse.pattern import UsualWeek

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MISCOUNTS = frozenset(
    {State.SWAPPED, State.STUCK, State.IMPLAUSIBLE, State.CLOCK_WRONG, State.IMBALANCED}
)
"""What makes a sensor say less, or other, than there is. A silent one leaves the time unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Rooms in the order of their weeks."""

    rooms: Sequence[Room]
    venues: Sequence[Venue]
    """The venue of each."""
    threshold: Floats
    """(rooms,) utilisation that each should have."""
    usual: UsualWeek
    walk_minutes: Floats
    """(rooms, rooms) on foot; NaN where unknown or too far to matter, 0 within a venue."""
    booked: Floats
    """(rooms,) share of open time that is booked; NaN where that is not known."""
    sensors: Mapping[str, State] = field(default_factory=dict)
    """The worst finding on any sensor of a room, by room; fine where there is none."""

    @property
    def types(self) -> list[str]:
        return [v.type for v in self.venues]

    @property
    def capacity(self) -> Floats:
        """(rooms,) people; NaN where unknown."""
        return np.array([r.capacity or np.nan for r in self.rooms], dtype=np.float64)

    @property
    def faulty(self) -> Mask:
        """(rooms,) whether a sensor is known to count wrongly."""
        return np.array([self.sensors.get(r.id) in MISCOUNTS for r in self.rooms], dtype=np.bool_)

    def near(self, row: int, minutes: float) -> list[int]:
        """Other rooms of the same type within a walk, the nearest first."""
        walk = self.walk_minutes[row]
        kin = [n for n, t in enumerate(self.types) if t == self.venues[row].type and n != row]
        return sorted((n for n in kin if walk[n] <= minutes), key=lambda n: float(walk[n]))
