"""What joint hours may never break, checked in minutes by rules written a second time."""

import numpy as np
import pytest

from domain.hours import WeeklyHours
from policies.hours.conflicts import conflicts
from policies.hours.kept import staffed_hours
from policies.hours.venue import to_the_minute
from policies.links.group import LinkedVenues, group_problem
from policies.links.plan import plan_group
from policies.links.walks import walking_shares
from tests.policies.test_hours_guarantees import (
    broken_guarantees,
    open_set,
    random_value,
    random_venue,
)


def open_quarters(week: WeeklyHours) -> set[tuple[int, int]]:
    """Whole quarter-hours that the hours hold, with their days."""
    return {
        (day, quarter)
        for day, blocks in enumerate(week.days)
        for quarter in range(0, 30 * 60, 15)
        if set(range(quarter, quarter + 15)) <= open_set(blocks)
    }


@pytest.mark.parametrize("seed", range(8))
def test_joint_hours_keep_each_members_limits_the_budget_and_the_coverage(seed: int) -> None:
    rng = np.random.default_rng(seed)
    venues = tuple(v for v in (random_venue(rng) for _ in range(8)) if not conflicts(v))[:3]
    today = tuple(v.hours for v in venues)
    rate = np.stack([random_value(rng) + 1.0 for _ in venues])
    minutes = rng.uniform(1, 22, (len(venues), len(venues)))
    np.fill_diagonal(minutes, 0)
    linked = LinkedVenues(
        venues=venues,
        today=today,
        rate=rate,
        low=rate,
        high=rate,
        weight=walking_shares(minutes),
        people_an_hour=rng.uniform(4, 40, len(venues)),
    )
    plan = plan_group(group_problem(linked, hysteresis=0.01), seconds=2.0)
    hours = [
        to_the_minute(v, week, old) for v, week, old in zip(venues, plan.open, today, strict=True)
    ]
    for venue, week in zip(venues, hours, strict=True):
        found = set(broken_guarantees(venue, week)) - {"over the staff budget"}
        assert found == set(), f"{venue.limits}\n{venue.hours}\n{week}"
    before, after = (
        sum(staffed_hours(h, v.limits) for v, h in zip(venues, some, strict=True))
        for some in (today, hours)
    )
    allowed = sum(
        v.limits.staff_hours or staffed_hours(h, v.limits)
        for v, h in zip(venues, today, strict=True)
    )
    assert after <= max(allowed, before) + 1e-6 or plan.over_budget
    was, now = [open_quarters(w) for w in today], [open_quarters(w) for w in hours]
    for j in range(len(venues)):
        within = [i for i in range(len(venues)) if minutes[i, j] <= 15]
        for day, quarter in set().union(*(was[i] for i in within)):
            slot = (quarter - venues[j].day_starts) // 15
            expected = rate[j, day, slot]
            if np.isnan(expected) or expected > 0:
                assert any((day, quarter) in now[i] for i in within)
