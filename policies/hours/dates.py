"""The hours of one date: a public holiday or another day that is not like its weekday."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from domain.estate import Venue
from domain.hours import SpecialDay, WeeklyHours
from policies.hours.conflicts import check_limits
from policies.hours.days import Mask
from policies.hours.limits import week_problem
from policies.hours.plan import plan_weeks
from policies.hours.slots import within
from policies.hours.venue import to_the_minute
from policies.hours.weeks import Floats, WeekProblems, paid_slots


def plan_holiday(
    venue: Venue,
    day: date,
    value: Floats,
    week: WeeklyHours,
    *,
    name: str = "",
    booked: Mask | None = None,
) -> SpecialDay | None:
    """The hours of a holiday as the venue's `holidays` limit has it; None: it keeps its hours.

    A planned holiday keeps the core hours of its weekday and all rules of a day. It may close, or
    open at any time between earliest and latest, but pays for no more slots than its weekday does.
    The largest change has no say: the week's hours stay. A holiday that closes keeps no core
    hours; with bookings on it, it is open for these, as far as its weekday is.

    Args:
        venue: whose limits hold; a special day that was entered by hand stays.
        day: the date.
        value: (96,) worth of an open slot less its cost by the holiday's demand, visits; NaN where
            unknown: such a slot is as on its weekday.
        week: the hours of the ordinary week.
        name: of the holiday.
        booked: (96,) slots that must not be closed, as `booked_on` finds them.

    Raises:
        InvalidInput: hours leave their business days, or limits conflict.
    """
    if venue.limits.holidays == "keep" or any(s.day == day for s in venue.special_days):
        return None
    booked = np.zeros(value.shape, np.bool_) if booked is None else booked
    closing = venue.limits.holidays == "close"
    if closing and not booked.any():
        return SpecialDay(day, (), name)
    loose: dict[str, Any] = {"max_change_minutes": None}
    if closing:
        loose["core"] = WeeklyHours()
        value = np.full_like(value, -1.0)
    free = venue.model_copy(update={"limits": venue.limits.model_copy(update=loose)})
    check_limits(free)
    at = day.weekday()
    problem = week_problem(free, np.tile(value, (7, 1)), week, booked=np.tile(booked, (7, 1)))
    open_slots = within(week, venue.day_starts)
    open_slots[at] = plan_weeks(_one_day(problem, at)).open[0, 0]
    return SpecialDay(day, to_the_minute(free, open_slots, week).days[at], name)


def _one_day(problem: WeekProblems, day: int) -> WeekProblems:
    """The problem of a single day that pays for no more slots than the day does today."""
    parts: dict[str, Any] = {
        name: getattr(problem, name)[:, day : day + 1]
        for name in ("value", "opening", "closing", "today", "may", "must", "base")
    }
    budget = paid_slots(parts["base"], problem.rules.shift).sum(axis=1)
    return replace(problem, **parts, budget=budget)
