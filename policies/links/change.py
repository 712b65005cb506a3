"""What a change would bring: of the budget, of limits or hours, or with a member closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.estate import Limits
from domain.hours import WeeklyHours
from domain.planning import Interval
from policies.hours.conflicts import check_limits
from policies.hours.days import Mask
from policies.hours.slots import check_days, within
from policies.hours.venue import to_the_minute
from policies.hours.weeks import Floats
from policies.links.group import GroupProblem, LinkedVenues, group_problem, within_walk
from policies.links.plan import GroupPlan, plan_group
from policies.links.served import served


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is supposed; nothing: the group is planned as it is. Members go by their ids."""

    budget_hours: float | None = None
    """Staffed hours a week of the whole group, at most."""
    limits: Mapping[str, Limits] = field(default_factory=dict)
    """Other limits of a member."""
    hours: Mapping[str, WeeklyHours] = field(default_factory=dict)
    """Members that have exactly these hours; the others are planned around them."""
    closed: frozenset[str] = frozenset()
    """Members closed all week: on holiday, or under repair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What hours of a group are expected to bring in an ordinary week. Intervals hold 80 %."""

    own: Interval
    """People served where they wanted to go."""
    neighbours: Interval
    """People served by a member that stands in for theirs."""
    staffed_hours: float
    covered: float
    """Share of the people expected, all day, who find someone within the walk open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The answer: what today's hours bring, and what the hours planned under the change would."""

    today: Outlook
    then: Outlook
    hours: tuple[WeeklyHours, ...]
    """Of each member under the change."""
    plan: GroupPlan


def what_if(linked: LinkedVenues, change: Change, *, hysteresis: float = 0.0) -> WhatIf:
    """What a group would be like under a change, planned by turns and so within seconds.

    The intervals take all slots to be at the low or at the high end together.

    Args:
        linked: the group as it is.
        change: what is supposed.
        hysteresis: what a changed slot must earn, visits.

    Raises:
        InvalidInput: limits under the change conflict, or hours leave their business days.
    """
    before = group_problem(linked, hysteresis=hysteresis)
    changed, after = _changed(linked, change, hysteresis)
    plan = plan_group(after, seconds=0)
    in_force = np.stack(
        [within(h, v.day_starts) for v, h in zip(linked.venues, linked.today, strict=True)]
    )
    return WhatIf(
        today=outlook(linked, before, in_force),
        then=outlook(changed, after, plan.open),
        hours=tuple(
            change.hours.get(venue.id) or to_the_minute(venue, week, hours)
            for venue, week, hours in zip(changed.venues, plan.open, changed.today, strict=True)
        ),
        plan=plan,
    )


def outlook(linked: LinkedVenues, problem: GroupProblem, weeks: Mask) -> Outlook:
    """What weeks (members, days, slots) of the group bring by the expected and extreme rates."""
    at = [
        served(replace(problem, demand=_known(rate)), weeks)
        for rate in (linked.low, linked.rate, linked.high)
    ]
    expected = _known(linked.rate)
    return Outlook(
        own=Interval(*(float(s.own.sum()) for s in at)),
        neighbours=Interval(*sorted(float(s.elsewhere.sum()) for s in at)),
        staffed_hours=problem.staffed(weeks) * SLOT_MINUTES / 60,
        covered=float(
            expected[within_walk(problem.weight, weeks)].sum() / max(expected.sum(), 1e-9)
        ),
    )


def _changed(
    linked: LinkedVenues, change: Change, hysteresis: float
) -> tuple[LinkedVenues, GroupProblem]:
    venues = tuple(
        v.model_copy(update={"limits": change.limits.get(v.id, v.limits)}) for v in linked.venues
    )
    for venue in venues:
        check_limits(venue)
    budget = linked.budget_hours if change.budget_hours is None else change.budget_hours
    changed = replace(linked, venues=venues, budget_hours=budget)
    problem = group_problem(changed, hysteresis=hysteresis)
    members = list(problem.members)
    for i, venue in enumerate(venues):
        if venue.id in change.hours:
            check_days(change.hours[venue.id], venue.day_starts)
            week = within(change.hours[venue.id], venue.day_starts)[None]
            members[i] = replace(members[i], may=week, must=week, base=week)
    problem = problem.given(tuple(members))
    for i, venue in enumerate(venues):
        if venue.id in change.closed:
            problem = problem.without(i)
    return changed, problem


def _known(rate: Floats) -> Floats:
    return np.asarray(np.maximum(np.nan_to_num(rate), 0.0))
