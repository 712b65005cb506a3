"""Limits of a venue that no hours at all can keep together: the smallest set of them, in words."""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.errors import InvalidInput, Problem
from domain.estate import Limits, Venue
from domain.hours import DAY_MINUTES, WEEKDAYS, clock_text
from policies.hours.days import DayProblems, plan_days
from policies.hours.limits import block_rules, window
from policies.hours.slots import check_days, touching
from policies.hours.weeks import Floats


@dataclass(frozen=True, slots=True)
class Conflict:
    """Limits of a venue that no hours at all can keep together; any fewer of them can be kept."""

    limits: tuple[str, ...]
    """Fields of `domain.estate.Limits`."""
    days: tuple[int, ...]
    """Where they clash; empty: in the week as a whole."""
    what: str

    @property
    def where(self) -> str:
        """The limits and days, as a place to look at."""
        days = f" ({', '.join(WEEKDAYS[d] for d in self.days)})" if self.days else ""
        return ", ".join(self.limits) + days


def conflicts(venue: Venue) -> tuple[Conflict, ...]:
    """Limits that contradict each other, whatever today's hours are; none for a sound venue.

    Raises `InvalidInput` when core hours do not lie within their business days.
    """
    return tuple(_conflicts(venue))


def check_limits(venue: Venue) -> None:
    """Raise `InvalidInput` naming all limits of the venue that conflict."""
    if found := conflicts(venue):
        raise InvalidInput(
            f"the limits of {venue.id} conflict",
            problems=[Problem(c.where, c.what, "loosen one of them") for c in found],
        )


def _conflicts(venue: Venue) -> Iterator[Conflict]:
    limits = venue.limits
    if limits.min_block_minutes > limits.max_block_minutes:
        yield Conflict(
            ("min_block_minutes", "max_block_minutes"),
            (),
            f"blocks of at least {limits.min_block_minutes} and at most"
            f" {limits.max_block_minutes} minutes cannot be",
        )
        return
    check_days(limits.core, venue.day_starts)
    impossible = np.flatnonzero(np.isinf(fewest_hours(venue))).tolist()
    by_limits: dict[tuple[str, ...], list[int]] = {}
    for day in impossible:
        by_limits.setdefault(_smallest(venue, functools.partial(_closed, day)), []).append(day)
    for names, days in by_limits.items():
        yield Conflict(names, tuple(days), _said(names, limits))
    if not impossible and _too_dear(venue):
        needed = fewest_hours(venue).sum()
        yield Conflict(
            _smallest(venue, _too_dear),
            (),
            f"core hours take {needed:g} staffed hours a week, the budget is"
            f" {limits.staff_hours:g}",
        )


def fewest_hours(venue: Venue) -> Floats:
    """Staffed hours of each day's shortest opening that keeps the core hours, (7,); inf: none."""
    core = touching(venue.limits.core, venue.day_starts)
    may = window(venue.limits, venue.day_starts)
    none = np.zeros((7, SLOTS_A_DAY + 1))
    costs = DayProblems(
        value=-np.ones(core.shape),
        opening=none,
        closing=none,
        may=np.broadcast_to(may, core.shape),
        must=core,
        pay=np.ones(7),
        rules=block_rules(venue.limits),
    )
    slots = -plan_days(costs).worth.astype(np.float64)
    slots[(core & ~may).any(axis=1)] = np.inf
    return np.asarray(slots * SLOT_MINUTES / 60 * venue.limits.staff)


def _closed(day: int, venue: Venue) -> bool:
    return bool(np.isinf(fewest_hours(venue)[day]))


def _too_dear(venue: Venue) -> bool:
    budget = venue.limits.staff_hours
    return budget is not None and bool(fewest_hours(venue).sum() > budget)


def _smallest(venue: Venue, clash: Callable[[Venue], bool]) -> tuple[str, ...]:
    """The fewest limits that clash while all others are loosened; there are some that do.

    Nothing clashes without core hours, since a venue may be closed; so only what clashes with
    them is sought, by number.
    """
    loose = _loosest(venue)
    for count in range(len(loose) + 1):
        for names in itertools.combinations(loose, count):
            others = {name: loosest for name, loosest in loose.items() if name not in names}
            limits = venue.limits.model_copy(update=others)
            if clash(venue.model_copy(update={"limits": limits})):
                return ("core", *names)
    return ("core", *loose)


def _loosest(venue: Venue) -> Mapping[str, Any]:
    """Each limit that can clash with core hours, and what it is when it limits nothing."""
    return {
        "earliest": venue.day_starts,
        "latest": venue.day_starts + DAY_MINUTES,
        "max_blocks": max(len(day) for day in venue.limits.core.days) + 1,
        "min_block_minutes": SLOT_MINUTES,
        "max_block_minutes": DAY_MINUTES,
        "min_gap_minutes": SLOT_MINUTES,
        "min_shift_minutes": 0,
        "staff_hours": None,
    }


def _said(names: tuple[str, ...], limits: Limits) -> str:
    """What cannot be, of the limits of a day."""
    if set(names) <= {"core", "earliest", "latest"}:
        between = f"{clock_text(limits.earliest)}-{clock_text(limits.latest)}"
        return f"core hours lie outside {between}"
    words = {
        "earliest": f"not before {clock_text(limits.earliest)}",
        "latest": f"not after {clock_text(limits.latest)}",
        "max_blocks": f"at most {limits.max_blocks} a day",
        "min_block_minutes": f"at least {limits.min_block_minutes} minutes long",
        "max_block_minutes": f"at most {limits.max_block_minutes} minutes long",
        "min_gap_minutes": f"{limits.min_gap_minutes} minutes apart",
    }
    rules = ", ".join(words[name] for name in names if name in words)
    return f"no blocks within the limits cover the core hours: {rules}"
