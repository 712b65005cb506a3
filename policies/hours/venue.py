"""The best hours of one venue, as weekly hours, and what its limits cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from domain.calendars import SLOT_MINUTES, SLOTS_A_DAY
from domain.estate import Venue
from domain.hours import DAY_MINUTES, WeeklyHours
from policies.hours.conflicts import check_limits
from policies.hours.days import Mask
from policies.hours.kept import broken_limits, jumps
from policies.hours.limits import week_problem
from policies.hours.plan import WeekPlans, plan_weeks
from policies.hours.slots import as_hours
from policies.hours.weeks import Floats, WeekProblems


@dataclass(frozen=True, slots=True, kw_only=True)
class VenuePlan:
    """The best hours of one venue within its limits."""

    hours: WeeklyHours
    worth: float
    """Net visits a week, hysteresis taken off."""
    certificate: float
    """Share by which the worth could be beaten; 0: proved best."""
    staff_hour_price: float
    """Net visits that one more staffed hour a week would bring; 0: the budget does not bind."""


def plan_venue(
    venue: Venue,
    value: Floats,
    today: WeeklyHours,
    *,
    booked: Mask | None = None,
    hysteresis: float = 0.0,
    edge: float = 0.0,
) -> VenuePlan:
    """The exact best hours of a venue's ordinary week.

    Args:
        venue: whose limits hold.
        value: (7, 96) worth of an open slot less its cost, visits; NaN where unknown.
        today: the hours that change is measured from.
        booked: (7, 96) slots that must not be closed, as `policies.hours.bookings` finds them.
        hysteresis: what a changed slot must earn, visits.
        edge: what a moved opening or closing time must earn, as `week_problem` has it.

    Raises:
        InvalidInput: hours leave their business days, or limits conflict.
    """
    check_limits(venue)

    def best(whole: Mask, kept: Mask | None) -> tuple[WeekPlans, WeeklyHours]:
        problem = week_problem(
            venue, value, today, booked=kept, hysteresis=hysteresis, edge=edge, whole=whole
        )
        plans = plan_weeks(problem)
        return plans, to_the_minute(venue, plans.open[0], today)

    far = np.zeros(7, np.bool_)
    plans, hours = best(far, booked)
    if (far := _jumping(venue, today, hours)).any():
        plans, hours = best(far, booked)
    if (again := _jumping(venue, today, hours)).any():
        kept = _middles(venue, today) & again[:, None]
        plans, hours = best(far | again, kept if booked is None else kept | booked)
    return VenuePlan(
        hours=hours,
        worth=float(plans.worth[0]),
        certificate=float(plans.certificate[0]),
        staff_hour_price=float(plans.price[0]) * 60 / SLOT_MINUTES / venue.limits.staff,
    )


def lifted_gains(
    venue: Venue, value: Floats, today: WeeklyHours, *, hysteresis: float = 0.0
) -> dict[str, float]:
    """What the best hours would be worth more, visits a week, with one limit lifted at a time.

    Arguments as of `plan_venue`, by field of `Limits`: of those that can hold hours back and do
    not shape the blocks of a day.
    """
    problems = [week_problem(venue, value, today, hysteresis=hysteresis)]
    lifted = _lifted(venue)
    for limit in lifted:
        limits = venue.limits.model_copy(update={limit: lifted[limit]})
        problems.append(
            week_problem(
                venue.model_copy(update={"limits": limits}), value, today, hysteresis=hysteresis
            )
        )
    worth = plan_weeks(WeekProblems.stacked(problems)).worth
    return {limit: float(w - worth[0]) for limit, w in zip(lifted, worth[1:], strict=True)}


def _lifted(venue: Venue) -> Mapping[str, Any]:
    """Each limit that can be lifted alone without touching the block rules, and as what."""
    limits = venue.limits
    lifted: dict[str, Any] = {
        "earliest": venue.day_starts,
        "latest": venue.day_starts + DAY_MINUTES,
        "staff_hours": 7 * 24 * limits.staff,
    }
    if limits.max_change_minutes is not None:
        lifted["max_change_minutes"] = None
    if limits.core.minutes:
        lifted["core"] = WeeklyHours()
    return lifted


def _jumping(venue: Venue, today: WeeklyHours, hours: WeeklyHours) -> Mask:
    """Days, (7,), that `jumps` finds; breaks are left to another change there."""
    most = venue.limits.max_change_minutes
    pairs = zip(today.days, hours.days, strict=True)
    return np.array([jumps(was, now, most) for was, now in pairs], np.bool_)


def _middles(venue: Venue, today: WeeklyHours) -> Mask:
    """The slot in the middle of each of today's blocks, (7, 96).

    An edge of a short block that lies within reach of the other end cannot pass it.
    """
    found = np.zeros((7, SLOTS_A_DAY), np.bool_)
    for day, blocks in enumerate(today.days):
        for block in blocks:
            found[day, ((block.start + block.end) // 2 - venue.day_starts) // SLOT_MINUTES] = True
    return found


def to_the_minute(venue: Venue, mask: Mask, today: WeeklyHours) -> WeeklyHours:
    """The hours of the mask, with today's odd minutes unless a limit breaks by them."""
    ways = [as_hours(mask, venue.day_starts, today, odd_minutes=odd) for odd in (True, False)]
    return min(ways, key=lambda hours: len(broken_limits(venue, hours)))
