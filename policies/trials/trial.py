"""A trial: a stretch beside today's hours, open on one of every two like days, by lot."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Literal

from domain.hours import Block, DayHours, WeeklyHours, normal_day
from domain.planning import Reason

Edge = Literal["opens_earlier", "closes_later"]

MOST_WEEKS = 12
"""A trial that has proved nothing by then ends."""


class State(StrEnum):
    """How far a trial is."""

    RUNNING = "running"
    KEPT = "kept"
    """To be proposed as hours."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """All that is needed to go on with a trial, and to say afterwards how it came about."""

    id: str
    """`{venue}:{run}`; one begins at a venue in a run."""
    venue: str
    days: tuple[int, ...]
    """Days of the week it is about, Monday 0."""
    edge: Edge
    start: int
    """Minute after the business day's midnight at which the stretch begins."""
    end: int
    first: date
    """The Monday of its first week."""
    seed: int
    """Of its lots."""
    propensity: float
    """Probability by which it was chosen, given those chosen before it."""
    hours: float
    """Staffed hours a week it takes at most."""
    cost: float
    """Visits that an open day must bring to be worth it."""
    scale: float
    """Standard deviation of the difference between two like days, visits."""
    reasons: tuple[Reason, ...]
    state: State = State.RUNNING
    ended: date | None = None
    """Where it was withdrawn, the day from which on it is no longer open."""

    def is_on(self, day: date) -> bool:
        """Whether the stretch is open on a date, special days apart."""
        age = (day - self.first).days
        if not 0 <= age < 7 * MOST_WEEKS or day.weekday() not in self.days:
            return False
        if self.ended is not None and day >= self.ended:
            return False
        return age // 7 % 2 == self._lot(age // 14, day.weekday())

    def pairs(self) -> tuple[tuple[date, date], ...]:
        """For every day of the week and two weeks: the date with the stretch, that without."""
        found = []
        for fortnight in range(MOST_WEEKS // 2):
            for day in self.days:
                weeks = [self.first + timedelta(14 * fortnight + day + 7 * n) for n in (0, 1)]
                lot = self._lot(fortnight, day)
                found.append((weeks[lot], weeks[1 - lot]))
        return tuple(found)

    def _lot(self, fortnight: int, day: int) -> int:
        """The week of the two, 0 or 1: the same wherever and whenever it is asked for."""
        text = f"{self.seed}:{self.id}:{fortnight}:{day}"
        return hashlib.sha256(text.encode()).digest()[0] & 1

    def hours_on(self, day: date, blocks: DayHours) -> DayHours:
        """The hours of a date, given those without the trial, or with it where it was kept."""
        return with_stretch(blocks, self.start, self.end) if self.is_on(day) else blocks

    def kept_hours(self, today: WeeklyHours) -> WeeklyHours:
        """Today's hours with the stretch on all its days: what a kept trial proposes."""
        return with_stretches(today, self.days, self.start, self.end)

    def as_json(self) -> dict[str, Any]:
        """Text and numbers only; `of_json` reads it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {
            "days": list(self.days),
            "first": self.first.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "reasons": [{"code": r.code, "facts": dict(r.facts)} for r in self.reasons],
        }

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> "Trial":
        """The trial that `as_json` wrote."""
        made = cls(**values)
        return replace(
            made,
            days=tuple(values["days"]),
            first=date.fromisoformat(values["first"]),
            ended=date.fromisoformat(values["ended"]) if values["ended"] else None,
            state=State(values["state"]),
            reasons=tuple(Reason(r["code"], r["facts"]) for r in values["reasons"]),
        )


def with_stretch(blocks: DayHours, start: int, end: int) -> DayHours:
    """A day's hours with a stretch added, or as they are where they hold it.

    Raises `InvalidHours` where it lies partly within them.
    """
    if any(b.start <= start and end <= b.end for b in blocks):
        return blocks
    return normal_day([*blocks, Block(start, end)])


def with_stretches(week: WeeklyHours, days: tuple[int, ...], start: int, end: int) -> WeeklyHours:
    """A week's hours with a stretch added on some days, as `with_stretch` does."""
    return WeeklyHours(
        tuple(
            with_stretch(blocks, start, end) if day in days else blocks
            for day, blocks in enumerate(week.days)
        )
    )
