"""The sensors of an estate as arrays, in its order."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from domain.estate import Estate
from domain.readings import CountKind
from simulator.visits import Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """Arrays (sensors,)."""

    room: NDArray[np.int32]
    """Index of the room that each belongs to: doors between rooms are not simulated."""
    watches: Flags
    """Whether it says how many are present; others count crossings."""
    turned: Flags
    """Whether it is a counter that is mounted the wrong way round."""

    def __len__(self) -> int:
        return len(self.room)

    @classmethod
    def of(cls, estate: Estate) -> Self:
        """Those of an estate."""
        row = {r.id: i for i, r in enumerate(estate.rooms)}
        watches = np.array([s.kind is CountKind.PRESENT for s in estate.sensors], dtype=np.bool_)
        turned = np.array([s.sign < 0 for s in estate.sensors], dtype=np.bool_)
        return cls(
            room=np.array([row[s.room] for s in estate.sensors], dtype=np.int32),
            watches=watches,
            turned=turned & ~watches,
        )
