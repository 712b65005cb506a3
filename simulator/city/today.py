"""How today's hours were set: from a sign, by demand, or as well as can be; and how far off."""

from itertools import pairwise

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, slot_mask
from domain.estate import Limits
from domain.hours import Block, DayHours, WeeklyHours
from simulator.city.best import best_week
from simulator.city.family import Today
from simulator.rates import Floats
from simulator.visits import Flags

_SATURDAY = 5
_MOST_BLOCKS = 4


def todays_hours(
    rule: Today,
    sign: WeeklyHours,
    rates: Floats,
    limits: Limits,
    day_starts: int,
    rng: np.random.Generator,
) -> WeeklyHours:
    """Hours in force on the first day.

    Args:
        rule: how they were set.
        sign: hours of the venue's type.
        rates: (7, slots) expected arrivals of an ordinary week.
        limits: of the venue; core hours and the window hold.
        day_starts: minutes after midnight.
        rng: where chance comes from; as much is drawn whatever the rule.
    """
    off = rule.error_minutes * rng.standard_normal((2, _MOST_BLOCKS, 2))
    match rule.way:
        case "sign":
            week = sign
        case "demand":
            week = _by_demand(rule.enough, rates, limits, day_starts)
        case "best":
            week = best_week(rates, limits, day_starts, limits.staff_hours)
    days = []
    for weekday, (day, core) in enumerate(zip(week.days, limits.core.days, strict=True)):
        edges = off[int(weekday >= _SATURDAY), : len(day)].copy()
        if day:
            edges[0, 0] += rule.opens_late_minutes
            edges[-1, 1] -= rule.closes_early_minutes
        shifted = [
            [_on_grid(m + d, rule.grid_minutes) for m, d in zip(block, edge, strict=True)]
            for block, edge in zip(day, edges.tolist(), strict=False)
        ]
        days.append(_fitted(shifted, core, limits, day_starts))
    return WeeklyHours(tuple(days))


def _by_demand(enough: float, rates: Floats, limits: Limits, day_starts: int) -> WeeklyHours:
    """From the first to the last slot in which enough come, so many that the staff suffices."""
    while True:
        least = enough * limits.break_even_visits * SLOT_MINUTES / 60
        week = WeeklyHours(tuple(_span(r >= least, day_starts) for r in rates))
        if not limits.staff_hours or week.minutes / 60 * limits.staff <= limits.staff_hours:
            return week
        enough = max(1.1 * enough, 0.1)


def _on_grid(minute: float, grid: int) -> int:
    return grid * round(minute / grid)


def _span(enough: Flags, day_starts: int) -> DayHours:
    """From the first to the last slot in which enough come."""
    slots = np.flatnonzero(enough)
    if not len(slots):
        return ()
    edges = (slots[0], slots[-1] + 1)
    return (Block(*(day_starts + SLOT_MINUTES * int(s) for s in edges)),)


def _fitted(blocks: list[list[int]], core: DayHours, limits: Limits, day_starts: int) -> DayHours:
    """Blocks within the window, core hours added, short breaks closed, short blocks lengthened."""
    begins = day_starts + SLOT_MINUTES * np.arange(SLOTS_A_DAY)
    may = (begins >= limits.earliest) & (begins + SLOT_MINUTES <= limits.latest)
    held = [Block(*b) for b in blocks if b[0] < b[1]]
    mask = (slot_mask(tuple(held), day_starts) & may) | slot_mask(core, day_starts)
    least = limits.min_block_minutes // SLOT_MINUTES
    gap = limits.min_gap_minutes // SLOT_MINUTES
    first, last = np.flatnonzero(may)[[0, -1]].tolist()
    for start, end in _runs(mask):
        missing = max(least - (end - start), 0)
        new_start = max(first, min(start - missing // 2, last + 1 - least))
        mask[new_start : max(end, new_start + least if missing else end)] = True
    runs = _runs(mask)
    while len(runs) > 1:
        breaks = [after[0] - before[1] for before, after in pairwise(runs)]
        shortest = int(np.argmin(breaks))
        if breaks[shortest] >= gap and len(runs) <= limits.max_blocks:
            break
        mask[runs[shortest][1] : runs[shortest + 1][0]] = True
        runs = _runs(mask)
    longest = limits.max_block_minutes // SLOT_MINUTES
    edges = [(start, min(end, start + longest)) for start, end in runs]
    return tuple(Block(*(day_starts + SLOT_MINUTES * n for n in run)) for run in edges)


def _runs(mask: Flags) -> list[tuple[int, int]]:
    """Start and end of each run of slots."""
    steps = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
