"""A group of linked venues to plan together: the problem, and how it is made of venues."""

from dataclasses import dataclass, replace

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.estate import Venue
from domain.hours import WeeklyHours
from policies.hours.days import Mask
from policies.hours.limits import off_grid_minutes, staff_budget_hours, week_problem
from policies.hours.weeks import Floats, WeekProblems, paid_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProblem:
    """The ordinary week of some venues that stand in for one another.

    In every slot the people of a member go to the open member that most of them walk to, those
    that a full member cannot take to the next.
    """

    members: tuple[WeekProblems, ...]
    """One venue each, all of the same days and slots. `value` is what an open slot is worth beside
    its visits, its cost below 0; `budget` is of no effect."""
    demand: Floats
    """(members, days, slots) people who would come to the member if it alone were open; 0 where
    unknown."""
    weight: Floats
    """(members, members) [i, j]: share of the people of j who go to i when i serves them; 1 for
    their own, 0 beyond the walk."""
    capacity: Floats
    """(members,) people a slot that a member takes in at most; inf: any number."""
    covered: Mask
    """(members, days, slots) someone within the walk of the member must be open."""
    staff: Floats
    """(members,) people on duty while the member is open."""
    budget: float
    """Staff times paid slots a week in the whole group, at most."""

    def __len__(self) -> int:
        return len(self.members)

    @property
    def base(self) -> Mask:
        """(members, days, slots) today's hours, as far as the members' own rules allow them."""
        return np.stack([member.base[0] for member in self.members])

    def staffed(self, weeks: Mask) -> float:
        """Staff times paid slots of weeks (members, days, slots)."""
        return float(self.staff @ [self.paid(i, week) for i, week in enumerate(weeks)])

    def paid(self, member: int, week: Mask) -> int:
        """Slots that a week (days, slots) of a member pays for."""
        return int(paid_slots(week[None], self.members[member].rules.shift).sum())

    def uncovered(self, weeks: Mask) -> Mask:
        """Where nobody within the walk is open who must be; shape (members, days, slots)."""
        return self.covered & ~within_walk(self.weight, weeks)

    def given(self, members: tuple[WeekProblems, ...]) -> "GroupProblem":
        """The problem with other masks of its members; what nobody may cover then is given up."""
        could = np.stack([(m.may | m.base)[0] for m in members])
        covered = self.covered & within_walk(self.weight, could)
        return replace(self, members=members, covered=covered)

    def without(self, member: int) -> "GroupProblem":
        """The problem with one member closed all week; the others may take its place."""
        shut = np.zeros_like(self.members[member].may)
        members = list(self.members)
        members[member] = replace(members[member], may=shut, must=shut, base=shut)
        return self.given(tuple(members))


def within_walk(weight: Floats, weeks: Mask) -> Mask:
    """Where someone within the walk of each member is open; shape (members, days, slots)."""
    reach = (weight > 0).T.astype(np.float32)
    return np.asarray(np.tensordot(reach, weeks.astype(np.float32), axes=1) > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedVenues:
    """What is known of linked venues: their limits and hours, the people, the walks."""

    venues: tuple[Venue, ...]
    """The members; their limits are known not to conflict."""
    today: tuple[WeeklyHours, ...]
    """The hours in force of each member."""
    rate: Floats
    """(members, 7, 96) expected arrivals in a slot; NaN where unknown: such a slot stays."""
    low: Floats
    """10 % quantile of `rate`."""
    high: Floats
    """90 % quantile."""
    weight: Floats
    """(members, members) as `policies.links.walks.walking_shares` gives it."""
    people_an_hour: Floats
    """(members,) that each member can take in: capacity over mean stay in hours; inf where not
    known."""
    budget_hours: float | None = None
    """Staffed hours a week of the group, at most; None: the members' own budgets together."""
    booked: Mask | None = None
    """(members, 7, 96) slots that must not be closed, as `policies.hours.bookings` finds them."""


def group_problem(linked: LinkedVenues, *, hysteresis: float = 0.0) -> GroupProblem:
    """The problem of planning the ordinary week of linked venues.

    Each member keeps its own limits as `policies.hours.limits.week_problem` has them, but for its
    staffed hours: they go into one budget, and what one member does not need, another may use.
    Wherever people of a member may come and someone within their walk is open today, someone
    stays open; a venue alone may close, as it may where it is planned as one.

    Args:
        linked: the venues.
        hysteresis: what a changed slot must earn, visits.

    Raises:
        InvalidInput: hours leave their business days.
    """
    members = []
    booked = linked.booked if linked.booked is not None else [None] * len(linked.venues)
    for venue, rates, hours, kept in zip(
        linked.venues, linked.rate, linked.today, booked, strict=True
    ):
        cost = venue.limits.break_even_visits * SLOT_MINUTES / 60
        week = week_problem(venue, rates - cost, hours, booked=kept, hysteresis=hysteresis)
        members.append(replace(week, value=np.full_like(week.value, -cost)))
    open_today = np.stack([member.today[0] for member in members])
    budget = linked.budget_hours
    if budget is None:
        budget = sum(map(staff_budget_hours, linked.venues, linked.today))
    odd_minutes = sum(
        v.limits.staff * off_grid_minutes(v, h)
        for v, h in zip(linked.venues, linked.today, strict=True)
    )
    expected = np.isnan(linked.rate) | (linked.rate > 0)
    return GroupProblem(
        members=tuple(members),
        demand=np.maximum(np.nan_to_num(linked.rate), 0.0),
        weight=linked.weight,
        capacity=linked.people_an_hour * SLOT_MINUTES / 60,
        covered=expected & within_walk(linked.weight, open_today) & (len(members) > 1),
        staff=np.array([venue.limits.staff for venue in linked.venues]),
        budget=(budget * 60 - odd_minutes) / SLOT_MINUTES + 1e-6,
    )
