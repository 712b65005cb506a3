"""What may be said of an under-used room, as codes, with what their facts mean.

Times are "HH:MM", days as in `policies.reasons`, rooms are ids, shares are from 0 to 1.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.planning import Fact, Reason
from policies.reasons import rounded


class Code(StrEnum):
    """What a reason says."""

    UNDERUSED = "underused"
    """How much the room is used; the first reason of each flag."""
    CAUSE_CLOSED = "cause_closed"
    """On many days nobody came at all; on the others it is used enough."""
    CAUSE_BOOKED = "cause_booked"
    """It is booked, and hardly anybody comes."""
    CAUSE_TWIN = "cause_twin"
    """A room of the same type next door has room for all who come to either."""
    CAUSE_UNKNOWN = "cause_unknown"
    """Rooms of its type nearby are well used: few may know of this one."""
    CAUSE_EMPTY = "cause_empty"
    """Nothing else explains it."""
    SENSOR_FAULT = "sensor_fault"
    """The health of its sensors says that they do not count as they should."""
    SENSOR_SILENT = "sensor_silent"
    """Nobody was counted, where the weeks before make that next to impossible."""
    SENSOR_TILTED = "sensor_tilted"
    """Many more came than went, or the other way round."""
    SHORTEN_HOURS = "shorten_hours"
    SHARE = "share"
    """A neighbour is full at times at which this room has places."""
    MERGE = "merge"
    RELEASE_BOOKINGS = "release_bookings"
    TELL_RESIDENTS = "tell_residents"
    CHECK_DOOR = "check_door"
    CHECK_SENSOR = "check_sensor"


FACTS: Mapping[Code, Mapping[str, str]] = {
    Code.UNDERUSED: {
        "utilisation": "person-hours by capacity-hours of open time",
        "low": "10 % quantile of it",
        "high": "90 % quantile",
        "threshold": "what it should be",
        "weeks": "weeks that this rests on",
    },
    Code.CAUSE_CLOSED: {
        "empty_days": "open days of the last eight weeks on which nobody came",
        "open_days": "open days in them",
    },
    Code.CAUSE_BOOKED: {"booked": "share of open time that is booked"},
    Code.CAUSE_TWIN: {
        "room": "the other room",
        "walk_minutes": "to it",
        "together": "people in both at the fullest time of a usual week",
        "capacity": "people the other room holds",
    },
    Code.CAUSE_UNKNOWN: {
        "rooms": "rooms of the type within a walk",
        "nearby": "their median utilisation",
    },
    Code.CAUSE_EMPTY: {"people": "people present while open, on average", "capacity": "it holds"},
    Code.SENSOR_FAULT: {"state": "worst finding, of `policies.findings.State`"},
    Code.SENSOR_SILENT: {"weeks": "weeks of it", "usual": "people who passed in a week before"},
    Code.SENSOR_TILTED: {
        "weeks": "weeks of it",
        "entered": "people in, in these weeks",
        "left": "people out",
    },
    Code.SHORTEN_HOURS: {
        "days": "days",
        "from": "time from which on hardly anybody is there",
        "to": "time until which",
        "hours": "hours a week",
    },
    Code.SHARE: {
        "room": "the neighbour",
        "walk_minutes": "to it",
        "days": "days",
        "from": "time from which on the neighbour is full",
        "to": "time until which",
    },
    Code.MERGE: {"room": "the room to merge it with"},
    Code.RELEASE_BOOKINGS: {},
    Code.TELL_RESIDENTS: {},
    Code.CHECK_DOOR: {},
    Code.CHECK_SENSOR: {},
}


def reason(code: Code, facts: Mapping[str, Fact] | None = None) -> Reason:
    """A reason whose facts are those of its code, numbers rounded to two decimals.

    Raises `ValueError` for other facts: that is a fault of the program.
    """
    given = facts or {}
    if given.keys() != FACTS[code].keys():
        raise ValueError(f"{code} has the facts {sorted(FACTS[code])}, not {sorted(given)}")
    return Reason(str(code), {k: rounded(v) for k, v in given.items()})
