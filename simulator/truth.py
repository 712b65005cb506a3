"""What really happened in a day, beside which everything that is said or estimated is judged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from simulator.visits import (
    SLOT_S,
    Counts,
    Flags,
    Indices,
    Moments,
    Outcome,
    People,
    Visits,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A day of some rooms; arrays (rooms, 96 slots of the business day).

    In every slot latent + again = served + refused_closed + declined + balked + unaware +
    went_to_neighbour + came_back. All these, queued and at_closed_door stand in the slot in which a
    person would come; `entered` and `left` where they then crossed the door.
    """

    rooms: tuple[str, ...]
    rate: NDArray[np.float64]
    """Expected latent arrivals, before weather and the noise of the day."""
    latent: Counts
    """Who would come of themselves."""
    again: Counts
    """Second attempts: guests from neighbours, and who came back."""
    served: Counts
    refused_closed: Counts
    declined: Counts
    """Too little time was left before closing."""
    balked: Counts
    """The room was full, for longer than they would wait."""
    unaware: Counts
    """The doors were open, but they still believed them closed."""
    went_to_neighbour: Counts
    came_back: Counts
    queued: Counts
    """Waited for a place, in vain or not."""
    at_closed_door: Counts
    """Came to a closed door that they believed open; moved on or not."""
    entered: Counts
    left: Counts
    stayed_s: NDArray[np.float64]
    """(rooms,) person-seconds."""

    @property
    def occupancy(self) -> Counts:
        """People inside at the end of each slot."""
        return np.cumsum(self.entered - self.left, axis=1)

    @property
    def occupancy_before(self) -> Counts:
        """People inside at the beginning of each slot."""
        return self.occupancy - self.entered + self.left


def tally(
    rooms: tuple[str, ...],
    rate: NDArray[np.float64],
    people: People,
    visits: Visits,
    firsts: int,
) -> Truth:
    """Count what became of everybody.

    Args:
        rooms: their ids.
        rate: (rooms, slots) expected latent arrivals.
        people: all of the day.
        visits: what became of them.
        firsts: how many of them, from the first on, come of themselves.
    """
    shape = (len(rooms), SLOTS_A_DAY)
    cells = len(rooms) * SLOTS_A_DAY
    cell = people.room * SLOTS_A_DAY + people.wish_s // SLOT_S

    def counted(which: Indices) -> Counts:
        return np.bincount(which, minlength=cells).reshape(shape)

    def crossed(when_s: Moments) -> Counts:
        return counted(room * SLOTS_A_DAY + when_s // SLOT_S)

    def flagged(flags: Flags) -> Counts:
        return counted(cell[flags])

    outcomes = np.bincount(
        visits.outcome * np.int32(cells) + cell, minlength=len(Outcome) * cells
    ).reshape(len(Outcome), *shape)
    served = np.flatnonzero(visits.outcome == Outcome.SERVED)
    room, enter_s, leave_s = people.room[served], visits.enter_s[served], visits.leave_s[served]
    again = counted(cell[firsts:])
    return Truth(
        rooms=rooms,
        rate=rate,
        latent=outcomes.sum(axis=0) - again,
        again=again,
        queued=flagged(visits.queued),
        at_closed_door=flagged(visits.at_closed_door),
        entered=crossed(enter_s),
        left=crossed(leave_s),
        stayed_s=np.bincount(room, leave_s - enter_s, len(rooms)).astype(np.float64),
        **{o.name.lower(): outcomes[o] for o in Outcome},
    )
