"""Which rooms are spoken of this month: certain ones, once, and then left in peace for a while."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import InvalidInput

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FALSE_SHARE = 0.02
"""Part of the rooms flagged in one month that may be expected to be used enough."""
CLEARED = 0.5
"""A flag clears where enough use is as likely as not."""
REST_WEEKS = 26
"""In which nothing is said of a room after its flag has cleared."""


class Phase(StrEnum):
    """Where a room stands with its manager."""

    QUIET = "quiet"
    UNDERUSED = "underused"
    """It is flagged, until it clears."""
    CHECK = "check"
    """Its sensor is to be checked, until the counts make sense again."""


class Feedback(StrEnum):
    """What a manager makes of a flag."""

    FINE = "fine"
    """The room may be used as little as it is."""
    SEASONAL = "seasonal"
    """It is empty at this time of the year."""
    FIXED = "fixed"
    """Something was done: what was before says nothing of now."""
    WRONG = "wrong"
    """It is used enough, whatever the counts say."""


ANSWERED: Mapping[Feedback, tuple[int, float]] = {
    Feedback.FINE: (52, math.log(3)),
    Feedback.SEASONAL: (26, math.log(3)),
    Feedback.FIXED: (13, 0.0),
    Feedback.WRONG: (52, math.log(10)),
}
"""Weeks of rest after an answer, and by how much it lifts the log odds of enough use from then on:
three who say so are as good as thirty to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one room stands; dates are ISO texts, "" where there is none."""

    room: str
    phase: Phase = Phase.QUIET
    since: str = ""
    """When the phase began."""
    rest_until: str = ""
    """Nothing is said before."""
    counts_from: str = ""
    """Weeks that begin before say nothing of it."""
    lift: float = 0.0
    """Added to the log odds of enough use."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "phase", Phase(self.phase))


@dataclass(frozen=True, kw_only=True)
class Standings:
    """What one month leaves to the next; a room that is not in it has never been spoken of."""

    month: str = ""
    """The latest month looked at, "2026-11"."""
    rooms: tuple[Standing, ...] = ()

    @cached_property
    def _by_room(self) -> dict[str, Standing]:
        return {s.room: s for s in self.rooms}

    def of(self, room: str) -> Standing:
        """Where the room stands."""
        return self._by_room.get(room) or Standing(room=room)

    def changed(self, standings: Sequence[Standing]) -> "Standings":
        """With some rooms standing elsewhere."""
        by_room = self._by_room | {s.room: s for s in standings}
        return replace(self, rooms=tuple(by_room[r] for r in sorted(by_room)))

    def as_json(self) -> dict[str, Any]:
        """Plain lists, texts and numbers, as `from_json` reads them."""
        return {"month": self.month, "rooms": [asdict(s) for s in self.rooms]}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Standings":
        """The standings that `as_json` wrote. Raises `InvalidInput` for anything else."""
        try:
            rooms = tuple(Standing(**s) for s in plain["rooms"])
            return cls(month=plain["month"], rooms=rooms)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"this is no record of under-used rooms: {error}",
                hint="give what `as_json` wrote, or begin with an empty one",
            ) from error


def answered(standings: Standings, room: str, feedback: Feedback, on: date) -> Standings:
    """The standings after a manager's answer on a room, given on that day."""
    rest_weeks, lift = ANSWERED[feedback]
    before = standings.of(room)
    after = Standing(
        room=room,
        since=on.isoformat(),
        rest_until=_in_weeks(on, rest_weeks),
        counts_from=on.isoformat() if feedback is Feedback.FIXED else before.counts_from,
        lift=before.lift + lift,
    )
    return standings.changed([after])


def look(
    before: Standings, rooms: Sequence[str], not_low: Floats, suspect: Mask, on: date
) -> tuple[Standings, list[Standing]]:
    """Move every room on, and say of which there is news: the standings that are new this month.

    Flagged is the largest set of rooms, surest first, whose mean probability of enough use is at
    most `FALSE_SHARE`: so many of them are false on average (Müller, Parmigiani & Rice 2006).

    Args:
        before: as the month before left it, with the answers since.
        rooms: their ids.
        not_low: (rooms,) probability of enough use, NaN where unknown.
        suspect: (rooms,) whether what looks like too little use may be the sensor.
        on: the day of the look.
    """
    known = [before.of(room) for room in rooms]
    lifted = _lifted(not_low, np.array([s.lift for s in known]))
    cleared = [
        _cleared(s, bool(p >= CLEARED), bool(doubtful), on)
        for s, p, doubtful in zip(known, lifted, suspect, strict=True)
    ]
    today = on.isoformat()
    free = np.array([s.phase is Phase.QUIET and s.rest_until <= today for s in cleared])
    low = _surest(np.where(free & ~suspect, lifted, np.nan))
    news = [
        replace(s, phase=Phase.UNDERUSED if is_low else Phase.CHECK, since=today)
        for s, is_low, is_news in zip(cleared, low, low | (free & suspect), strict=True)
        if is_news
    ]
    moved = [s for s, was in zip(cleared, known, strict=True) if s != was]
    return before.changed([*moved, *news]), news


def _lifted(chance: Floats, lift: Floats) -> Floats:
    return np.asarray(chance / (chance + (1 - chance) * np.exp(-lift)))


def _cleared(standing: Standing, is_used: bool, is_suspect: bool, on: date) -> Standing:  # noqa: FBT001
    """The standing, quiet again where what was said of it holds no longer."""
    quiet = replace(standing, phase=Phase.QUIET, since=on.isoformat())
    if standing.phase is Phase.UNDERUSED and is_used:
        return replace(quiet, rest_until=_in_weeks(on, REST_WEEKS))
    if standing.phase is Phase.CHECK and not is_suspect:
        return quiet
    return standing


def _surest(chance: Floats) -> Mask:
    """The largest set, least chance first, whose mean is at most `FALSE_SHARE`; NaN is in none."""
    order = np.argsort(chance)
    mean = np.cumsum(chance[order]) / np.arange(1, len(chance) + 1)
    chosen = np.zeros(len(chance), dtype=np.bool_)
    chosen[order[mean <= FALSE_SHARE]] = True
    return chosen


def _in_weeks(on: date, weeks: int) -> str:
    return (on + timedelta(weeks=weeks)).isoformat()
