"""Hours of greatest net value for rates that are known, within a venue's limits."""

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, slot_mask
from domain.estate import Limits
from domain.hours import Block, DayHours, WeeklyHours
from simulator.rates import Floats

_MUST = 1e6
"""Worth of a slot of core hours; that of one outside the window is as much below zero."""
_HALVINGS = 20


def best_week(
    rates: Floats, limits: Limits, day_starts: int, staff_hours: float | None = None
) -> WeeklyHours:
    """Hours for which arrivals, less those that break even, are most.

    Args:
        rates: (7, slots) expected arrivals.
        limits: of the venue; core hours and the window hold.
        day_starts: minutes after midnight.
        staff_hours: open hours times staff, a week, at most; None: any. The price of an hour is
            raised until they suffice, which is best up to the last block (a Lagrangian relaxation).
    """
    week = _priced(rates, limits, day_starts, 0.0)
    if staff_hours is None or _staffed(week, limits) <= staff_hours:
        return week
    low, high = 0.0, 4 * float(rates.max(initial=0.0))
    for _ in range(_HALVINGS):
        price = (low + high) / 2
        week = _priced(rates, limits, day_starts, price)
        low, high = (low, price) if _staffed(week, limits) <= staff_hours else (price, high)
    return _priced(rates, limits, day_starts, high)


def _staffed(week: WeeklyHours, limits: Limits) -> float:
    return week.minutes / 60 * limits.staff


def _priced(rates: Floats, limits: Limits, day_starts: int, price: float) -> WeeklyHours:
    hourly = limits.break_even_visits + price
    values = rates - hourly * SLOT_MINUTES / 60
    return WeeklyHours(
        tuple(
            best_day(value, limits, core, day_starts)
            for value, core in zip(values, limits.core.days, strict=True)
        )
    )


def best_day(value: Floats, limits: Limits, core: DayHours, day_starts: int) -> DayHours:
    """Blocks of greatest value; exact.

    Args:
        value: (slots,) worth of being open.
        limits: of the venue.
        core: always open then.
        day_starts: minutes after midnight.
    """
    begins = day_starts + SLOT_MINUTES * np.arange(SLOTS_A_DAY)
    may = (begins >= limits.earliest) & (begins + SLOT_MINUTES <= limits.latest)
    worth = np.where(may, value + _MUST * slot_mask(core, day_starts), -_MUST)
    total = np.concatenate([[0.0], np.cumsum(worth)])
    length = SLOT_MINUTES * (np.arange(len(total)) - np.arange(len(total))[:, None])
    fits = (length >= limits.min_block_minutes) & (length <= limits.max_block_minutes)
    block = np.where(fits, total - total[:, None], -np.inf)  # (start, end)
    gap = limits.min_gap_minutes // SLOT_MINUTES
    best, starts = [np.zeros(len(total))], []
    for _ in range(limits.max_blocks):
        before = np.concatenate([np.zeros(gap), best[-1][:-gap]])
        reach = before[:, None] + block
        starts.append(reach.argmax(axis=0))
        best.append(np.maximum(best[-1], np.maximum.accumulate(reach.max(axis=0))))
    blocks = []
    end, count = SLOTS_A_DAY, limits.max_blocks
    while count:
        if best[count][end] == best[count - 1][end]:
            count -= 1
        elif best[count][end] == best[count][end - 1]:
            end -= 1
        else:
            start = int(starts[count - 1][end])
            blocks.append(Block(*(day_starts + SLOT_MINUTES * n for n in (start, end))))
            end, count = max(start - gap, 0), count - 1
    return tuple(reversed(blocks))
