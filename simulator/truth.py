"""What really happened in a day, beside which everything that is said or estimated is judged."""

from dataclasses import dataclass

import numpy as np

from domain.calendars import SLOTS_A_DAY
from simulator.visits import SLOT_S, Counts, Indices, Outcome, People, Seconds, Visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A day of some rooms; arrays (rooms, 96 slots of the business day).

    In every slot latent = served + refused_closed + declined + balked. These five stand in the slot
    in which a person would come; `entered` and `left` where they then crossed the door.
    """

    rooms: tuple[str, ...]
    latent: Counts
    served: Counts
    refused_closed: Counts
    declined: Counts
    """Too little time was left before closing."""
    balked: Counts
    """The room was full."""
    entered: Counts
    left: Counts

    @property
    def occupancy(self) -> Counts:
        """People inside at the end of each slot."""
        return np.cumsum(self.entered - self.left, axis=1)


def tally(rooms: tuple[str, ...], people: People, visits: Visits) -> Truth:
    """Count what became of everybody."""

    def counted(who: Indices, when_s: Seconds) -> Counts:
        cell = people.room[who] * SLOTS_A_DAY + when_s[who] // SLOT_S
        counts = np.bincount(cell, minlength=len(rooms) * SLOTS_A_DAY)
        return counts.reshape(len(rooms), SLOTS_A_DAY)

    by_outcome = {
        o.name.lower(): counted(np.flatnonzero(visits.outcome == o), people.wish_s) for o in Outcome
    }
    served = np.flatnonzero(visits.outcome == Outcome.SERVED)
    return Truth(
        rooms=rooms,
        latent=sum(by_outcome.values(), np.zeros((len(rooms), SLOTS_A_DAY), np.int64)),
        entered=counted(served, visits.enter_s),
        left=counted(served, visits.leave_s),
        **by_outcome,
    )
