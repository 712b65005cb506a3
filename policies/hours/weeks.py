"""A week to plan, and weeks that were planned, for many venues at once."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.hours.days import BlockRules, DayPlans, DayProblems, Ints, Mask, plan_days

Floats = NDArray[np.float64]

TIE = 1e-7
"""What a changed slot costs even without hysteresis: of equally good plans today's is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProblems:
    """Weeks of some venues to plan under one set of block rules. Worths are in visits."""

    value: Floats
    """(venues, days, slots) worth of a slot that is open, its cost taken off."""
    opening: Floats
    """(venues, days, slots + 1) added for a block that starts at the boundary."""
    closing: Floats
    """(venues, days, slots + 1) added for a block that ends at the boundary."""
    today: Mask
    """(venues, days, slots) open in today's hours."""
    may: Mask
    """(venues, days, slots) may be open; holds all of `must` and `base`."""
    must: Mask
    """(venues, days, slots) must be open."""
    base: Mask
    """(venues, days, slots) what a day is allowed to be whatever the other masks and rules say:
    today's hours, with what they lack of the core hours."""
    budget: Ints
    """(venues,) paid slots a week, at most: open ones and what is left of short blocks' shifts."""
    pay: Floats
    """(venues,) what a slot costs that is paid for and not open, visits."""
    hysteresis: Floats
    """(venues,) what a slot that changes must earn, visits."""
    rules: BlockRules

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, venues: slice | Ints) -> "WeekProblems":
        """The problems of some of the venues."""
        parts: dict[str, Any] = {name: getattr(self, name)[venues] for name in _BY_VENUE}
        return replace(self, **parts)

    @classmethod
    def stacked(cls, problems: Sequence["WeekProblems"]) -> "WeekProblems":
        """Problems one after another; all have the block rules of the first."""
        parts: dict[str, Any] = {
            name: np.concatenate([getattr(p, name) for p in problems]) for name in _BY_VENUE
        }
        return replace(problems[0], **parts)

    def worth(self, weeks: Mask) -> Floats:
        """Worth of open slots and edges less the hysteresis of every change; shape (venues,)."""
        changes = np.sum(weeks != self.today, axis=(1, 2))
        days = day_worth(self, self.value, weeks)
        return np.asarray(days.sum(axis=1) - self.hysteresis * changes)


_BY_VENUE = tuple(f.name for f in fields(WeekProblems) if f.name != "rules")


@dataclass(slots=True)
class Weeks:
    """Weeks under way, to be replaced one by one: open slots, worth and paid slots of every day."""

    open: Mask
    """(venues, days, slots)"""
    worth: Floats
    """(venues, days)"""
    count: Ints
    """(venues, days) paid slots"""

    def __getitem__(self, venues: Ints | Mask) -> "Weeks":
        return Weeks(self.open[venues], self.worth[venues], self.count[venues])

    def __setitem__(self, venues: Ints | Mask, weeks: "Weeks") -> None:
        self.open[venues] = weeks.open
        self.worth[venues] = weeks.worth
        self.count[venues] = weeks.count

    @property
    def total(self) -> tuple[Floats, Ints]:
        """Worth and paid slots of the whole weeks, (venues,) each."""
        return self.worth.sum(axis=1), self.count.sum(axis=1)


def leaning(problems: WeekProblems) -> Floats:
    """Values that hold hysteresis and `TIE`: more for slots open today, less for the others.

    They count the worth of a week but for a constant, the lean of today's own hours.
    """
    lean = problems.hysteresis[:, None, None] + TIE
    return problems.value + np.where(problems.today, lean, -lean)


def paid_slots(weeks: Mask, shift: int) -> Ints:
    """Slots that each day pays for, a block `shift` slots at least; shape (venues, days)."""
    paid = np.asarray(weeks.sum(axis=2))
    if shift > 1:
        slots = weeks.shape[2]
        going = weeks & ~np.pad(weeks, ((0, 0), (0, 0), (1, 0)))[..., :slots]
        blocks = going.sum(axis=2)
        for _ in range(shift - 1):
            going = np.pad(going, ((0, 0), (0, 0), (1, 0)))[..., :slots] & weeks
            paid += blocks - going.sum(axis=2)
    return paid


def day_worth(problems: WeekProblems, value: Floats, weeks: Mask) -> Floats:
    """Worth of each day's open slots and edges less its unused shifts; shape (venues, days)."""
    shut = np.zeros_like(weeks[..., :1])
    edges = np.diff(np.concatenate([shut, weeks, shut], axis=2).view(np.int8), axis=2)
    worth = np.sum(value * weeks, axis=2)
    worth += np.sum(problems.opening * (edges > 0), axis=2)
    worth += np.sum(problems.closing * (edges < 0), axis=2)
    if problems.rules.shift > 1:
        unused = paid_slots(weeks, problems.rules.shift) - weeks.sum(axis=2)
        worth -= problems.pay[:, None] * unused
    return np.asarray(worth)


def weighed(problems: WeekProblems, value: Floats, weeks: Mask) -> Weeks:
    """The weeks with their days' worths and counts."""
    count = paid_slots(weeks, problems.rules.shift)
    return Weeks(weeks, day_worth(problems, value, weeks), count)


def plan_alone(problems: WeekProblems, value: Floats, *, counted: bool = False) -> DayPlans:
    """`plan_days` of all days of all venues, in a row of venues × days."""
    days, slots = problems.value.shape[1:]
    return plan_days(
        DayProblems(
            value=value.reshape(-1, slots),
            opening=problems.opening.reshape(-1, slots + 1),
            closing=problems.closing.reshape(-1, slots + 1),
            may=problems.may.reshape(-1, slots),
            must=problems.must.reshape(-1, slots),
            pay=np.repeat(problems.pay, days),
            rules=problems.rules,
        ),
        counted=counted,
    )


def best_at(problems: WeekProblems, value: Floats, price: Floats) -> Weeks:
    """The best weeks when every paid slot costs `price`, (venues,); worths without the price."""
    shape = problems.value.shape
    priced, dearer = value - price[:, None, None], replace(problems, pay=problems.pay + price)
    plans = plan_alone(dearer, priced)
    keep = day_worth(dearer, priced, problems.base) >= plans.worth.reshape(shape[:2])
    best = np.where(keep[..., None], problems.base, plans.blocks().reshape(shape))
    return weighed(problems, value, best)
