"""What people counted by hand: at a door for a while, or heads in a room at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import InvalidInput
from domain.estate import Estate

LONGEST = timedelta(hours=12)
"""Nobody counts at a door for longer: a longer count is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandCount:
    """People who passed a sensor's door while somebody stood there and counted."""

    sensor: str
    start: datetime
    end: datetime
    entered: int
    """Into the sensor's room, however the sensor is mounted."""
    left: int
    actor: str
    """Id of who counted; no name."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCount:
    """People in a room at an instant, counted by looking."""

    room: str
    at: datetime
    present: int
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCheck:
    """One count at a door, directions as of the sensor's room."""

    room: str
    beyond: str | None
    at: datetime
    passed_in: float
    """People who came in, by hand."""
    counted_in: float
    """The same by the sensor."""
    passed_out: float
    counted_out: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HandChecks:
    """All that was counted by hand and can be compared."""

    doors: tuple[DoorCheck, ...] = ()
    heads: tuple[HeadCount, ...] = ()

    def in_spaces(self, space_of: Mapping[str, str]) -> "HandChecks":
        """The same of spaces made of rooms, given the space of each.

        Doors within a space say nothing of it, nor do heads in one of several rooms of a space.
        """
        spaces = list(space_of.values())
        doors = (
            replace(d, room=space_of.get(d.room, ""), beyond=space_of.get(d.beyond or ""))
            for d in self.doors
        )
        heads = (
            replace(h, room=space_of[h.room])
            for h in self.heads
            if h.room in space_of and spaces.count(space_of[h.room]) == 1
        )
        return HandChecks(doors=tuple(d for d in doors if d.room != d.beyond), heads=tuple(heads))


def check_hand_count(count: HandCount, estate: Estate, now: datetime) -> None:
    """Raise `InvalidInput` or `NotFound` for a count that cannot have been made."""
    estate.sensor(count.sensor)
    if not count.start < count.end <= now:
        raise InvalidInput(
            "the count does not end between its start and now",
            where=count.sensor,
            hint="give the start and the end as in 2026-11-24T10:00+08:00",
        )
    if count.end - count.start > LONGEST:
        hours = LONGEST // timedelta(hours=1)
        raise InvalidInput(
            f"the count took more than {hours} hours", where=count.sensor, hint="look at its dates"
        )
    _check_numbers(count.sensor, count.entered, count.left)


def check_head_count(count: HeadCount, estate: Estate, now: datetime) -> None:
    """Raise `InvalidInput` or `NotFound` for a count that cannot have been made."""
    estate.room(count.room)
    if count.at > now:
        raise InvalidInput("the count is of the future", where=count.room, hint="look at its date")
    _check_numbers(count.room, count.present)


def _check_numbers(where: str, *numbers: int) -> None:
    if min(numbers) < 0:
        raise InvalidInput(
            "fewer than nobody were counted", where=where, hint="give numbers from 0 on"
        )
