"""Between weekly hours and the slots of the business days, seven days of quarter-hours."""

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY, week_mask
from domain.errors import InvalidInput, Problem
from domain.hours import DAY_MINUTES, WEEKDAYS, Block, DayHours, WeeklyHours, clock_text
from policies.hours.days import Mask


def check_days(week: WeeklyHours, day_starts: int) -> None:
    """Raise `InvalidInput` naming every block that does not lie within its business day."""
    problems = [
        Problem(
            WEEKDAYS[day],
            f"{block} does not lie within the business day, {clock_text(day_starts)} to"
            f" {clock_text(day_starts)} of the next day",
            "give the block to the day before, or set day_starts to an hour of rest",
        )
        for day, blocks in enumerate(week.days)
        for block in blocks
        if block.start < day_starts or block.end > day_starts + DAY_MINUTES
    ]
    if problems:
        raise InvalidInput("hours pass from one business day into the next", problems=problems)


def within(week: WeeklyHours, day_starts: int) -> Mask:
    """Slots that lie wholly in the hours; shape (7, slots)."""
    return week_mask(week, day_starts)


def touching(week: WeeklyHours, day_starts: int) -> Mask:
    """Slots of which the hours hold any part; shape (7, slots)."""
    starts = slot_starts(day_starts)
    mask = np.zeros((7, SLOTS_A_DAY), dtype=np.bool_)
    for day, blocks in enumerate(week.days):
        for block in blocks:
            mask[day] |= (starts < block.end) & (starts + SLOT_MINUTES > block.start)
    return mask


def slot_starts(day_starts: int) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
    """Minutes after midnight at which the slots of a business day start; shape (slots,)."""
    return day_starts + SLOT_MINUTES * np.arange(SLOTS_A_DAY)


def as_hours(
    mask: Mask, day_starts: int, today: WeeklyHours, *, odd_minutes: bool = True
) -> WeeklyHours:
    """Weekly hours that open the slots of `mask`, (7, slots).

    A day with `today`'s slots keeps today's blocks. On other days an edge that stands where
    today's stands keeps today's minute, unless `odd_minutes` is off: 09:10 stays 09:10 until it
    moves.
    """
    same = np.all(mask == within(today, day_starts), axis=1)
    return WeeklyHours(
        tuple(
            old if same[day] else _day_hours(mask[day], day_starts, old if odd_minutes else ())
            for day, old in enumerate(today.days)
        )
    )


def _day_hours(slots: Mask, day_starts: int, today: DayHours) -> DayHours:
    starts = {_slot_up(b.start, day_starts): b.start for b in today}
    ends = {_slot_down(b.end, day_starts): b.end for b in today}
    edges = np.flatnonzero(np.diff(slots.astype(np.int8), prepend=0, append=0))
    minutes = [day_starts + SLOT_MINUTES * int(edge) for edge in edges]
    return tuple(
        Block(starts.get(start, start), ends.get(end, end))
        for start, end in zip(minutes[::2], minutes[1::2], strict=True)
    )


def _slot_up(minute: int, day_starts: int) -> int:
    return minute + (day_starts - minute) % SLOT_MINUTES


def _slot_down(minute: int, day_starts: int) -> int:
    return minute - (minute - day_starts) % SLOT_MINUTES
