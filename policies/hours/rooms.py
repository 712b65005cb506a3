"""Rooms with hours of their own, within the hours of their venue."""

from collections.abc import Sequence

import numpy as np

from domain.calendars import SLOTS_A_DAY
from domain.estate import Venue
from domain.hours import WeeklyHours
from policies.hours.days import Mask
from policies.hours.limits import block_rules
from policies.hours.plan import plan_weeks
from policies.hours.slots import as_hours, check_days, touching, within
from policies.hours.weeks import Floats, WeekProblems


def plan_rooms(
    venue: Venue,
    hours: WeeklyHours,
    value: Floats,
    today: Sequence[WeeklyHours],
    *,
    booked: Mask | None = None,
    hysteresis: float = 0.0,
) -> tuple[WeeklyHours, ...]:
    """The best hours of each room of a venue whose own hours are settled.

    Once the venue's hours stand, rooms do not depend on each other, so planning each by itself is
    exact. They obey the venue's rules on blocks. A room is closed where its venue is; where it
    then breaks a rule on blocks, it may stay as it is.

    Args:
        venue: the venue.
        hours: its hours, as planned.
        value: (rooms, 7, 96) worth of a room's open slot less what the room costs, visits; NaN
            where unknown: such a slot stays.
        today: hours of each room now.
        booked: (rooms, 7, 96) slots that must not be closed.
        hysteresis: what a changed slot must earn, visits.

    Raises:
        InvalidInput: a room's hours leave their business days.
    """
    for week in today:
        check_days(week, venue.day_starts)
    inside = np.broadcast_to(within(hours, venue.day_starts), value.shape)
    open_today = np.stack([within(week, venue.day_starts) for week in today]) & inside
    known = ~np.isnan(value)
    must = open_today & (~known if booked is None else ~known | booked)
    edges = np.zeros((*value.shape[:2], SLOTS_A_DAY + 1))
    none = np.zeros(len(value))
    plans = plan_weeks(
        WeekProblems(
            value=np.where(known, value, 0.0),
            opening=edges,
            closing=edges,
            today=open_today,
            may=(inside & known) | open_today,
            must=must,
            base=open_today,
            budget=np.full(len(value), 7 * SLOTS_A_DAY),
            pay=none,
            hysteresis=none + hysteresis,
            rules=block_rules(venue.limits.model_copy(update={"min_shift_minutes": 0})),
        )
    )
    return tuple(
        _within_venue(mask, venue.day_starts, week, hours)
        for mask, week in zip(plans.open, today, strict=True)
    )


def _within_venue(
    mask: Mask, day_starts: int, today: WeeklyHours, hours: WeeklyHours
) -> WeeklyHours:
    """The hours of the mask, with today's odd minutes where the venue is open then too."""
    odd = as_hours(mask, day_starts, today)
    fits = not (touching(odd, day_starts) & ~within(hours, day_starts)).any()
    return odd if fits else as_hours(mask, day_starts, today, odd_minutes=False)
