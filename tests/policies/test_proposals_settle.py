"""Thirty weeks of planning: hours settle where they are worth most, and do not shrink for ever.

In the last half hour before any closing time fewer people come, for they would not finish. Who
takes these for the demand of the hour closes ever earlier.
"""

from collections.abc import Callable

import numpy as np
import pytest

from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Verdict
from policies.hours.slots import within
from policies.hours.venue import plan_venue
from policies.profile import DemandProfile
from policies.proposals import propose
from tests.policies.venues import AT, Floats, arrivals, hours, profile_of, venue_with

WEEKS = 30
TRUE_RATE = arrivals((11, 2, 9), (17, 2.5, 12))
LAST_HALF_HOUR = 2
"""Slots."""


def last_slots(open_now: Floats) -> Floats:
    """Where the last half hour before a closing time is; (7, 96)."""
    later = np.concatenate([open_now[:, LAST_HALF_HOUR:], np.zeros((7, LAST_HALF_HOUR))], axis=1)
    return np.asarray(open_now * (1 - later))


def edge_aware(current: WeeklyHours) -> DemandProfile:
    """True rates; exposure, and with it certainty, only where open and away from closing."""
    open_now = within(current, 240).astype(float)
    seen = open_now * (1 - last_slots(open_now))
    return profile_of(TRUE_RATE, spread=np.where(seen > 0, 0.1, 0.4), seen=8.0 * seen)


class EdgeBlind:
    """The last count of every slot, the depressed last half hour too."""

    def __init__(self) -> None:
        self._rate = TRUE_RATE

    def __call__(self, current: WeeklyHours) -> DemandProfile:
        open_now = within(current, 240).astype(float)
        counted = np.where(last_slots(open_now) > 0, 0.2 * TRUE_RATE, TRUE_RATE)
        self._rate = np.where(open_now > 0, counted, self._rate)
        return profile_of(self._rate, spread=0.05)


def net_value(venue: Venue, week: WeeklyHours) -> float:
    worth = TRUE_RATE - venue.limits.break_even_visits / 4
    return float(worth[within(week, venue.day_starts)].sum())


def best_value(venue: Venue) -> float:
    free = venue.limits.model_copy(update={"max_change_minutes": None})
    anyway = venue.model_copy(update={"limits": free})
    worth = TRUE_RATE - venue.limits.break_even_visits / 4
    return net_value(venue, plan_venue(anyway, worth, venue.hours).hours)


def planned_weekly(
    venue: Venue, estimate: Callable[[WeeklyHours], DemandProfile]
) -> list[WeeklyHours]:
    weeks = [venue.hours]
    for week in range(WEEKS):
        found = propose(venue, estimate(weeks[-1]), weeks[-1], run=f"week {week}", at=AT)
        assert found.verdict is not Verdict.NOT_ENOUGH_DATA
        weeks.append(found.proposed)
    return weeks


@pytest.mark.parametrize(
    "start",
    [hours(mon_sun="07:00-22:45"), hours(mon_sun="10:00-14:00"), hours(mon_sun="12:00-19:00")],
    ids=["too long", "too short", "fair"],
)
@pytest.mark.parametrize("staff_hours", [55.0, 120.0])
def test_hours_settle_near_what_is_worth_most(start: WeeklyHours, staff_hours: float) -> None:
    venue = venue_with(start, staff_hours=staff_hours, break_even_visits=4.0)
    weeks = planned_weekly(venue, edge_aware)
    assert len(set(weeks[-15:])) == 1, "the hours have not settled"
    assert net_value(venue, weeks[-1]) >= 0.95 * best_value(venue)


def test_who_takes_the_last_half_hour_for_the_demand_spirals_down() -> None:
    """So the simulation has the trap, and the test above could fail."""
    venue = venue_with(hours(mon_sun="09:00-21:00"), staff_hours=120, break_even_visits=4.0)
    blind = planned_weekly(venue, EdgeBlind())[-1]
    aware = planned_weekly(venue, edge_aware)[-1]
    assert blind.minutes < 0.5 * aware.minutes
    assert net_value(venue, blind) < 0.5 * net_value(venue, aware)
