"""A counter mounted the wrong way round, found by this: nobody leaves before he came.

Over a business day that begins and ends with an empty room, the area under the running net count
is the time that people spent inside: positive. A door that counts the wrong way takes from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from policies.grid import Floats
from policies.watched import Space

LEAST_CROSSINGS = 20
"""Crossings of a door on a day, below which the day says nothing of it."""
BUSY_SHARE = 0.25
"""Of the door's usual day; a day with less, as at a weekend, is chance more than evidence.

Days are chosen by traffic alone, which does not know the direction, so `FALSE_ALARM` holds.
"""
FALSE_ALARM = 1e-3
"""Chance, at most, of suspecting a door that counts the right way.

On any day its area is no more likely to be negative than positive, and days are taken to be
independent: ten days of ten, or thirteen of fourteen, are needed.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """Evidence that a door counts the wrong way round."""

    row: int
    """Of `Watched`."""
    days: int
    """Days that say anything."""
    against: int
    """Of these, days on which the room's counts make sense only with the door turned."""
    chance: float
    """Of as many such days, were the door mounted the right way."""


def swapped(space: Space) -> Swapped | None:
    """The one door of a room whose turning mends the room's counts beyond chance; None: no door.

    Doors are turned one at a time: where two are wrong, the second shows once the first is mended.
    Behind a door to an inner room people go before they come back, rightly; it is judged from the
    inner room, whose only door it is, or not at all.
    """
    suspects = list(_suspects(space))
    return min(suspects, key=lambda s: (s.chance, -s.against), default=None)


def _suspects(space: Space) -> Iterator[Swapped]:
    whole = space.is_whole
    entered, left = space.entered[:, whole], space.left[:, whole]
    of_door = _areas(entered, left)
    of_room = of_door.sum(axis=0)
    crossings = (entered + left).sum(axis=2)
    if not whole.any():
        return
    for door, row in enumerate(space.rows):
        if not space.is_outer[door] and len(space.rows) > 1:
            continue
        least = max(LEAST_CROSSINGS, BUSY_SHARE * np.median(crossings[door]))
        counts = crossings[door] >= least
        turned = of_room - 2 * of_door[door]
        against = int(((turned > of_room) & (turned > 0))[counts].sum())
        days = int(counts.sum())
        chance = float(binom.sf(against - 1, days, 0.5))
        if chance <= FALSE_ALARM:
            yield Swapped(row=row, days=days, against=against, chance=chance)


def _areas(entered: Floats, left: Floats) -> Floats:
    """Area under each door's running net count, less its drift; (doors, days).

    What is left at the day's end is drift, taken off in proportion to the room's traffic until
    then. So areas add up over doors, and turning a door changes the sign of its own.
    """
    net = np.cumsum(entered - left, axis=2)
    traffic = np.cumsum((entered + left).sum(axis=0), axis=1)
    progress = traffic / np.maximum(traffic[:, -1:], 1)
    return np.asarray((net - net[:, :, -1:] * progress).sum(axis=2))
