"""Who comes in, as far as the hours decide.

Who comes before the doors open waits no longer than their patience, then enters at the opening.
Nobody starts a visit of which less than a share (`Profile.least_stay`) fits before closing, so that
arrivals thin out towards it as P(share × stay ≤ time left).
"""

import numpy as np

from domain.calendars import SLOTS_A_DAY
from simulator.behaviour.beliefs import Believed
from simulator.visits import NEVER, SLOT_S, Die, Flags, Moments, Openings, Outcome, People, Visits


def at_doors(people: People, openings: Openings, believed: Believed | None = None) -> Visits:
    """What became of people at the doors, were all rooms large enough.

    Args:
        people: who would come.
        openings: the hours.
        believed: (rooms, slots) share of people who believe a door open; None: all know the hours.
    """
    start_s, end_s = openings.next(people.room, people.wish_s)
    enter_s = np.maximum(people.wish_s, start_s)
    outcome = np.zeros(len(people), dtype=np.int8)
    outcome[end_s - enter_s < people.needed_s] = Outcome.DECLINED
    closed = (enter_s - people.wish_s > people.patience_s) | (start_s == NEVER)
    outcome[closed] = Outcome.REFUSED_CLOSED
    at_closed_door = np.zeros(len(people), dtype=np.bool_)
    if believed is not None:
        at_closed_door = closed & _believe_open(people, believed, people.wish_s)
        comes = _believe_open(people, believed, np.where(closed, people.wish_s, enter_s))
        outcome[~closed & ~comes & ~_would_wait(people, believed)] = Outcome.UNAWARE
    return Visits(
        outcome=outcome,
        enter_s=enter_s,
        leave_s=np.minimum(enter_s + people.stay_s, end_s + people.linger_s),
        end_s=end_s,
        queued=np.zeros(len(people), dtype=np.bool_),
        at_closed_door=at_closed_door,
    )


def _believe_open(people: People, believed: Believed, at_s: Moments) -> Flags:
    slot = np.minimum(at_s // SLOT_S, SLOTS_A_DAY - 1)
    return np.asarray(people.dice[Die.AWARE] < believed[people.room, slot], np.bool_)


def _would_wait(people: People, believed: Believed) -> Flags:
    """Who comes early for the opening that they believe in, and finds the doors open already."""
    next_s = (people.wish_s // SLOT_S + 1) * SLOT_S
    waits = next_s - people.wish_s <= people.patience_s
    return waits & _believe_open(people, believed, next_s)
