"""Why a room is used too little, and what might be done about it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from domain.planning import Fact, Reason
from policies.runs import runs
from policies.underuse.assess import RECENT_WEEKS, Assessment
from policies.underuse.hours import idle_hours, neighbour_full
from policies.underuse.known import Rooms
from policies.underuse.level import LOW_SHARE
from policies.underuse.reasons import Code, reason
from policies.underuse.suspect import HISTORY_WEEKS
from policies.underuse.weeks import RoomWeeks

Mask = NDArray[np.bool_]

WALK_MINUTES = 15.0
"""How far people go to a neighbour."""
TWIN_MINUTES = 3.0
"""How far next door is."""
TWIN_FULL = 0.8
"""Part of its capacity up to which a room can stand in for its twin."""
TWIN_OPEN = 0.9
"""Part of the people whom the twin must be open for."""
EMPTY_DAYS = 1 / 3
"""Share of the open days without anybody that speaks of a closed door."""
BOOKED_SHARE = 0.5
"""Share of the open time from which on bookings are what keeps others out."""


def flag_reasons(row: int, rooms: Rooms, weeks: RoomWeeks, told: Assessment) -> tuple[Reason, ...]:
    """How much a flagged room is used, why so little, and what might be done; most apt first."""
    facts = {
        "utilisation": float(told.levels.mean[row]),
        "low": float(told.levels.low[row]),
        "high": float(told.levels.high[row]),
        "threshold": float(rooms.threshold[row]),
        "weeks": int(told.levels.healthy_weeks[row]),
    }
    why = _why(row, rooms, weeks, told)
    shared = neighbour_full(row, rooms, rooms.near(row, WALK_MINUTES))
    shorter = idle_hours(row, rooms)
    return (reason(Code.UNDERUSED, facts), *why, *(r for r in (shared, shorter) if r))


def _why(row: int, rooms: Rooms, weeks: RoomWeeks, told: Assessment) -> tuple[Reason, ...]:
    """The likeliest cause, and what it asks for."""
    if closed := _closed(row, rooms, weeks, told):
        return (closed, reason(Code.CHECK_DOOR))
    if rooms.booked[row] >= BOOKED_SHARE:
        booked = reason(Code.CAUSE_BOOKED, {"booked": float(rooms.booked[row])})
        return (booked, reason(Code.RELEASE_BOOKINGS))
    if twin := next(_twins(row, rooms), None):
        return (twin, reason(Code.MERGE, {"room": twin.facts["room"]}))
    near = [n for n in rooms.near(row, WALK_MINUTES) if np.isfinite(told.levels.mean[n])]
    used = told.levels.mean[near]
    if near and np.median(used / rooms.threshold[near]) >= 1:
        facts = {"rooms": len(near), "nearby": float(np.median(used))}
        return (reason(Code.CAUSE_UNKNOWN, facts), reason(Code.TELL_RESIDENTS))
    capacity = float(rooms.capacity[row])
    people = float(told.levels.mean[row]) * capacity
    return (reason(Code.CAUSE_EMPTY, {"people": people, "capacity": capacity}),)


def _closed(row: int, rooms: Rooms, weeks: RoomWeeks, told: Assessment) -> Reason | None:
    """That the door seems shut on many days on which it should be open."""
    empty = float(weeks.empty_days[row, -RECENT_WEEKS:].sum())
    days = float(weeks.open_days[row, -RECENT_WEEKS:].sum())
    if not days or not EMPTY_DAYS <= empty / days < 1:
        return None
    on_others = float(told.levels.mean[row]) / (1 - empty / days)
    if on_others < LOW_SHARE * rooms.threshold[row]:
        return None
    return reason(Code.CAUSE_CLOSED, {"empty_days": int(empty), "open_days": int(days)})


def _twins(row: int, rooms: Rooms) -> Iterator[Reason]:
    """Rooms next door that could take in all who come, the nearest first."""
    here = np.nan_to_num(rooms.usual.present[row])
    for other in rooms.near(row, TWIN_MINUTES):
        capacity = float(rooms.capacity[other])
        together = float(np.max(here + np.nan_to_num(rooms.usual.present[other])))
        met = float(np.sum(here * rooms.usual.open[other]))
        if together <= TWIN_FULL * capacity and met >= TWIN_OPEN * here.sum():
            facts: dict[str, Fact] = {
                "room": rooms.rooms[other].id,
                "walk_minutes": float(rooms.walk_minutes[row, other]),
                "together": together,
                "capacity": capacity,
            }
            yield reason(Code.CAUSE_TWIN, facts)


def check_reasons(row: int, rooms: Rooms, weeks: RoomWeeks, doubted: Mask) -> tuple[Reason, ...]:
    """Why the sensor of a room is to be checked.

    Args:
        row: of the room.
        rooms: all of them.
        weeks: what they did.
        doubted: (rooms, weeks) weeks in which the sensor is suspect.
    """
    if rooms.faulty[row]:
        state = str(rooms.sensors[rooms.rooms[row].id])
        return (reason(Code.SENSOR_FAULT, {"state": state}), reason(Code.CHECK_SENSOR))
    start, end = list(runs(doubted[row]))[-1]
    span, before = slice(start, end), slice(max(start - HISTORY_WEEKS, 0), start)
    if (weeks.entered + weeks.left)[row, span].any():
        facts: dict[str, Fact] = {
            "weeks": end - start,
            "entered": int(weeks.entered[row, span].sum()),
            "left": int(weeks.left[row, span].sum()),
        }
        return (reason(Code.SENSOR_TILTED, facts), reason(Code.CHECK_SENSOR))
    usual = weeks.passed[row, before]
    facts = {"weeks": end - start, "usual": float(usual[usual > 0].mean())}
    return (reason(Code.SENSOR_SILENT, facts), reason(Code.CHECK_SENSOR))
