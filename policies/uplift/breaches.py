"""Guarantees that a venue's schedule broke, by day."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.calendars import HOLIDAY
from domain.estate import Venue
from domain.hours import DayHours
from domain.planning import Origin, ScheduleVersion
from domain.schedules import in_force
from policies.hours.kept import staffed_hours

Floats = NDArray[np.float64]


def breaches(
    venue: Venue,
    versions: Sequence[ScheduleVersion],
    days: Sequence[date],
    day_types: NDArray[np.int8],
) -> Floats:
    """How many guarantees each day broke; shape (days,), NaN before the first version.

    An ordinary day on which core hours are not open is one; so is a decision that took effect
    before the notice period was over, on the day it did; and a Monday whose week has more staffed
    hours than `staff_hours` allows. What the estate's owner enters breaks no notice, nor does what
    is taken back.

    Args:
        venue: with its limits, as they are now.
        versions: of its hours.
        days: of any dates.
        day_types: (days,) as in `domain.calendars`.
    """
    found = np.zeros(len(days))
    sudden = {v.effective_from for v in versions if _is_sudden(venue, v)}
    budget = venue.limits.staff_hours
    for n, day in enumerate(days):
        held = [v for v in versions if v.effective_from <= day]
        if not held:
            found[n] = np.nan
            continue
        hours, weekday = in_force(held, day).hours, day.weekday()
        if day_types[n] != HOLIDAY:
            found[n] += not _holds(hours.days[weekday], venue.limits.core.days[weekday])
        found[n] += day in sudden
        if budget is not None and weekday == 0:
            found[n] += staffed_hours(hours, venue.limits) > budget + 1e-9
    return found


def _holds(hours: DayHours, core: DayHours) -> bool:
    return all(any(b.start <= c.start and c.end <= b.end for b in hours) for c in core)


def _is_sudden(venue: Venue, version: ScheduleVersion) -> bool:
    decided = version.created_at.astimezone(venue.tz).date()
    if version.origin is not Origin.PROPOSAL:
        return False
    return version.effective_from < decided + timedelta(days=venue.limits.notice_days)
