"""Members of link groups for tests, and their people."""

from typing import Any

import numpy as np

from domain.estate import Venue
from domain.hours import WeeklyHours
from tests.policies.venues import TIME_OF_DAY, Floats, hours, venue_with

DAY = hours(mon_fri="09:00-17:00")
NEAR = np.array([[1.0, 0.5], [0.5, 1.0]])


def member(name: str, today: WeeklyHours = DAY, **limits: Any) -> Venue:
    return venue_with(today, **limits).model_copy(update={"id": name})


def people(first: float, last: float, a_slot: float) -> Floats:
    """So many in a slot between the hours of working days."""
    day = a_slot * ((first <= TIME_OF_DAY) & (last > TIME_OF_DAY))
    return np.outer([1, 1, 1, 1, 1, 0, 0], day)
