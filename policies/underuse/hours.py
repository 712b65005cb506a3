"""Hours of the week in which a room stands idle, and its neighbours do not."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.calendars import SLOT_MINUTES
from domain.hours import clock_text
from domain.planning import Fact, Reason
from policies.reasons import days_text
from policies.runs import runs
from policies.underuse.known import Rooms
from policies.underuse.reasons import Code, reason

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DAYS = ((0, 1, 2, 3, 4), (5,), (6,))
"""Days that are looked at together: what one of them does by chance is no pattern."""
IDLE_SHARE = 0.05
"""Part of its capacity below which hardly anybody is in a room…"""
SPARE_SHARE = 0.5
"""…up to which it has places to give…"""
FULL_SHARE = 0.8
"""…and from which on it is full enough for people to look elsewhere."""
LEAST_SLOTS = 4
"""A stretch worth naming: an hour."""


class Stretch(NamedTuple):
    """Slots [start, end) of some days."""

    days: tuple[int, ...]
    start: int
    end: int

    @property
    def hours(self) -> float:
        """A week."""
        return len(self.days) * (self.end - self.start) * SLOT_MINUTES / 60

    def facts(self, day_starts: int) -> dict[str, Fact]:
        """Its days and times, for a reason."""
        return {
            "days": days_text(self.days),
            "from": clock_text(day_starts + SLOT_MINUTES * self.start),
            "to": clock_text(day_starts + SLOT_MINUTES * self.end),
        }


def idle_hours(row: int, rooms: Rooms) -> Reason | None:
    """The longest time at the edges of a room's hours in which hardly anybody is there."""
    quiet_below = IDLE_SHARE * rooms.capacity[row]
    found = []
    for days in DAYS:
        people, is_open = _usual(row, rooms, days)
        for start, end in runs(is_open & (people < quiet_below)):
            if start == 0 or not is_open[start - 1] or not is_open[end : end + 1].any():
                found.append(Stretch(days, start, end))
    best = _longest(found)
    if best is None:
        return None
    facts = best.facts(rooms.venues[row].day_starts)
    return reason(Code.SHORTEN_HOURS, facts | {"hours": best.hours})


def neighbour_full(row: int, rooms: Rooms, near: Sequence[int]) -> Reason | None:
    """The longest time in which a neighbour is full and this room, open too, has places."""
    found = {s: other for other in near for s in _full_there(row, other, rooms)}
    best = _longest(list(found))
    if best is None:
        return None
    other = found[best]
    facts: dict[str, Fact] = {
        "room": rooms.rooms[other].id,
        "walk_minutes": float(rooms.walk_minutes[row, other]),
    }
    return reason(Code.SHARE, facts | best.facts(rooms.venues[row].day_starts))


def _full_there(row: int, other: int, rooms: Rooms) -> Iterator[Stretch]:
    for days in DAYS:
        here, is_open = _usual(row, rooms, days)
        there, there_open = _usual(other, rooms, days)
        has_places = is_open & (here <= SPARE_SHARE * rooms.capacity[row])
        is_full = there_open & (there >= FULL_SHARE * rooms.capacity[other])
        for start, end in runs(has_places & is_full):
            yield Stretch(days, start, end)


def _usual(row: int, rooms: Rooms, days: tuple[int, ...]) -> tuple[Floats, Mask]:
    """People present on average on these days, NaN where unknown, and whether it is open; (96,)."""
    present, is_open = rooms.usual.present[row, days], rooms.usual.open[row, days]
    known = ~np.isnan(present)
    number = known.sum(axis=0)
    people = np.divide(
        np.where(known, present, 0).sum(axis=0),
        number,
        out=np.full(present.shape[1], np.nan),
        where=number > 0,
    )
    return people, is_open.mean(axis=0) > 1 / 2


def _longest(stretches: list[Stretch]) -> Stretch | None:
    """The one with the most hours a week, the earliest of equals; None where none is worth it."""
    worth = [s for s in stretches if s.end - s.start >= LEAST_SLOTS]
    return max(worth, key=lambda s: (s.hours, -s.start), default=None)
