"""Duplicate facilities: venues or rooms of one type, near each other, that one of them could be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from policies.hours.days import Mask
from policies.hours.weeks import Floats
from policies.links.walks import LONGEST_WALK_MINUTES


@dataclass(frozen=True, slots=True)
class Twins:
    """Two spaces whose people would fit into one of them at every hour of the week."""

    kept: int
    """The one that holds all."""
    spared: int
    fullest: float
    """People in both together over the room of the one that is kept, at the fullest slot."""
    hours: float
    """Open hours a week of the one that is spared."""


def find_twins(
    types: Sequence[str], minutes: Floats, room: Floats, present: Floats, is_open: Mask
) -> list[Twins]:
    """Pairs of spaces of one type within the walk whose joint use fits into one; emptiest first.

    The one that is kept would open whenever either is open now. Where a slot in which one is open
    has not been seen, the pair is left out: unknown is not empty.

    Args:
        types: of each space; only like is compared with like.
        minutes: (spaces, spaces) on foot.
        room: (spaces,) people that each holds; NaN where unknown.
        present: (spaces, days, slots) people present on a busy week, such as the 90 % quantile
            of each slot; NaN where unknown.
        is_open: (spaces, days, slots) in today's hours.
    """
    found = []
    holds = np.where(room > 0, room, -np.inf).tolist()
    people = np.where(is_open, present, 0.0)
    slot_hours = 24 / is_open.shape[-1]
    for a, b in np.argwhere(np.triu(minutes <= LONGEST_WALK_MINUTES, 1)).tolist():
        if types[a] != types[b]:
            continue
        kept, spared = (a, b) if holds[a] >= holds[b] else (b, a)
        together = float((people[a] + people[b]).max())
        if together <= holds[kept]:
            hours = float(is_open[spared].sum()) * slot_hours
            found.append(Twins(kept, spared, together / holds[kept], hours))
    return sorted(found, key=lambda twins: twins.fullest)
