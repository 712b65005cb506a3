"""Full rooms: people wait for a place as long as their patience lasts, first come first served."""

from dataclasses import replace
from heapq import heappop, heappush, heapreplace

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOTS_A_DAY
from simulator.visits import SLOT_S, Counts, Indices, Moments, Outcome, People, Visits

Picked = NDArray[np.intp]


def admit(people: People, visits: Visits, capacity: Counts) -> Visits:
    """Let those in for whom there is a place. Who leaves in the same second has made place.

    Rooms that cannot overflow are seen to be so at a glance, others are looked at by the second,
    and only those that would overflow are walked through person by person.

    Args:
        people: all who would come.
        visits: what becomes of them in rooms that are large enough.
        capacity: (rooms,) people at a time.
    """
    comes = np.flatnonzero(visits.outcome == Outcome.SERVED)
    doubtful = _may_overflow(people.room[comes], visits, comes, capacity)
    who = comes[doubtful[people.room[comes]]]
    if not len(who):
        return visits
    order = np.argsort(people.room[who] * np.int64(2**32) + visits.enter_s[who], kind="stable")
    who = who[order]
    room = people.room[who]
    over = np.flatnonzero(_inside(room, visits, who) > capacity[room])
    crowded, first_over = np.unique(room[over], return_index=True)
    begin, end = (np.searchsorted(room, crowded, side=side) for side in ("left", "right"))
    spans = zip(
        crowded.tolist(), begin.tolist(), over[first_over].tolist(), end.tolist(), strict=True
    )
    outcome, enter_s = visits.outcome.copy(), visits.enter_s.copy()
    queued = visits.queued.copy()
    for its, first, full, last in spans:
        row, inside = who[full:last], visits.leave_s[who[first:full]]
        begins_s = np.array(_walk(people, visits, row, inside, int(capacity[its])), dtype=np.int32)
        queued[row] = begins_s != enter_s[row]
        outcome[row[begins_s < 0]] = Outcome.BALKED
        enter_s[row] = np.where(begins_s < 0, enter_s[row], begins_s)
    queued &= people.queue_s > 0
    leave_s = np.minimum(enter_s + people.stay_s, visits.end_s + people.linger_s)
    return replace(visits, outcome=outcome, enter_s=enter_s, leave_s=leave_s, queued=queued)


def _may_overflow(
    room: Indices, visits: Visits, comes: Picked, capacity: Counts
) -> NDArray[np.bool_]:
    """Rooms in which more could be inside than fit, if all leave late in their slots; (rooms,)."""
    cells = len(capacity) * SLOTS_A_DAY
    row = room * SLOTS_A_DAY
    shape = (len(capacity), SLOTS_A_DAY)
    enters, leaves = (
        np.bincount(row + when // SLOT_S, minlength=cells).reshape(shape)
        for when in (visits.enter_s[comes], visits.leave_s[comes])
    )
    most = np.cumsum(enters - leaves, axis=1) + leaves
    return np.asarray(most.max(axis=1, initial=0) > capacity, np.bool_)


def _inside(room: Indices, visits: Visits, who: Picked) -> Counts:
    """People inside with each who enters, themselves included; `who` in order of entering."""
    axis = room * np.int64(2**32)
    departures = np.sort(axis + visits.leave_s[who])
    gone = np.searchsorted(departures, axis + visits.enter_s[who], side="right")
    return np.arange(1, len(who) + 1) - gone


def _walk(
    people: People, visits: Visits, row: Picked, inside_s: Moments, capacity: int
) -> list[int]:
    """When each begins their visit, −1 where they give up; `row` in order of coming.

    `inside_s`: when each of those leaves who have come before them.

    Kiefer and Wolfowitz 1955: the earliest of the moments at which places become free is when the
    next in a queue of first come first served begins; who would give up before takes none.
    """
    frees: list[int] = np.sort(inside_s).tolist()
    begins = []
    columns = (
        visits.enter_s[row],
        people.stay_s[row],
        visits.end_s[row] + people.linger_s[row],
        np.minimum(
            visits.enter_s[row] + people.queue_s[row], visits.end_s[row] - people.needed_s[row]
        ),
    )
    for comes, stay, out, until in zip(*(c.tolist() for c in columns), strict=True):
        while frees and frees[0] <= comes:
            heappop(frees)
        if len(frees) < capacity:
            heappush(frees, min(comes + stay, out))
            begins.append(comes)
        elif frees[0] <= until:
            begins.append(frees[0])
            heapreplace(frees, min(frees[0] + stay, out))
        else:
            begins.append(-1)
    return begins
