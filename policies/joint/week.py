"""The joint week of a group, as far as it is worth its trouble and what is known carries it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.hours import WeeklyHours
from policies.cases import Case
from policies.caution import Caution
from policies.hours.days import Mask
from policies.hours.kept import broken_limits
from policies.hours.slots import within
from policies.hours.venue import to_the_minute
from policies.links.group import GroupProblem, LinkedVenues, group_problem
from policies.links.plan import plan_group
from policies.links.served import Served, served, worth
from policies.profile import Floats


@dataclass(frozen=True)
class Group:
    """Linked venues and what is known of each; arrays are in the order of `cases`.

    A member whose data do not carry a decision keeps its hours: nothing is taken to be known of its
    people but that they may come.
    """

    cases: tuple[Case, ...]
    """Each can be planned: hours within business days, limits without conflict."""
    weight: Floats
    """(members, members) as `policies.links.walks.walking_shares` gives it."""
    people_an_hour: Floats
    """(members,) that each can take in; inf where not known."""

    @cached_property
    def fixed(self) -> tuple[bool, ...]:
        """Whether a member's data do not carry a decision."""
        return tuple(bool(c.demand.shortfalls(c.open_now, c.caution)) for c in self.cases)

    @property
    def caution(self) -> Caution:
        return self.cases[0].caution

    @cached_property
    def today(self) -> Mask:
        """(members, 7, 96) slots in the hours in force."""
        return np.stack([within(c.current, c.venue.day_starts) for c in self.cases])

    @cached_property
    def booked(self) -> Mask:
        """(members, 7, 96) slots that must not be closed."""
        none = np.zeros(self.today.shape[1:], np.bool_)
        return np.stack([none if c.booked is None else c.booked for c in self.cases])

    def linked(self, rate: Sequence[Floats]) -> LinkedVenues:
        """What the planner is told, given the rate (7, 96) of each member to plan by."""
        unknown = np.array(self.fixed)[:, None, None]
        rates, low, high = (
            np.where(unknown, np.nan, np.stack(list(tables)))
            for tables in (
                rate,
                (c.demand.low for c in self.cases),
                (c.demand.high for c in self.cases),
            )
        )
        return LinkedVenues(
            venues=tuple(c.to_plan for c in self.cases),
            today=tuple(c.current for c in self.cases),
            rate=rates,
            low=low,
            high=high,
            weight=self.weight,
            people_an_hour=self.people_an_hour,
            booked=self.booked,
        )

    def problem(self, rate: Sequence[Floats], hysteresis: float = 0.0) -> GroupProblem:
        """The joint problem by these rates, in which members without data stay as they are."""
        problem = group_problem(self.linked(rate), hysteresis=hysteresis)
        return problem.given(
            tuple(
                replace(member, may=member.today, must=member.today, base=member.today)
                if fixed
                else member
                for member, fixed in zip(problem.members, self.fixed, strict=True)
            )
        )

    @cached_property
    def expected(self) -> GroupProblem:
        """The problem by the expected rates, which gains are counted by."""
        return self.problem([c.demand.rate for c in self.cases])

    def served(self, weeks: Mask) -> Served:
        """The people expected to be served by weeks (members, 7, 96), where it is known."""
        return served(self.expected, weeks)


@dataclass(frozen=True)
class JointWeek:
    """What becomes of a group's week."""

    group: Group
    open: Mask
    """(members, 7, 96) slots of the hours that are proposed."""
    hours: tuple[WeeklyHours, ...]
    """Of each member: those in force where it does not change."""
    small: tuple[float | None, ...]
    """Net visits a week that a member's change would gain, where it was left out for these."""
    gain: float
    """Net visits a week by which the hours beat today's, in the group as a whole."""
    certificate: float
    """Of the best week found, before changes were left out; inf: no bound was sought or found."""

    @property
    def changed(self) -> tuple[bool, ...]:
        return tuple(h != c.current for h, c in zip(self.hours, self.group.cases, strict=True))


def joint_week(group: Group) -> JointWeek:
    """The best joint week of a group, leaning against change as a single venue's does.

    Rates lean as `VenueDemand.value` has it. A change stays only where its venue's going back to
    today's hours would lose the least gain that is worth its trouble, leave somebody uncovered,
    break the group's budget, break a limit anew, or lack what a trial has proved; and where the
    group as a whole gains so much.
    A bound is sought where turns alone find changes that stay.
    """
    leaning = [c.value + c.venue.limits.break_even_visits * SLOT_MINUTES / 60 for c in group.cases]
    problem = group.problem(leaning, group.caution.hysteresis_visits)
    plan = plan_group(problem, seconds=0)
    weeks, small = _worth_their_trouble(group, plan.open)
    if (weeks != group.today).any():  # worth the seconds of a bound
        plan = plan_group(problem)
        weeks, small = _worth_their_trouble(group, plan.open)
    hours = tuple(
        to_the_minute(case.venue, week, case.current)
        for case, week in zip(group.cases, weeks, strict=True)
    )
    gain = worth(group.expected, plan.open) - worth(group.expected, group.today)
    return JointWeek(group, weeks, hours, small, gain, plan.certificate)


def _worth_their_trouble(group: Group, planned: Mask) -> tuple[Mask, tuple[float | None, ...]]:
    """The weeks without the changes that gain too little, and what each of these would gain."""
    problem, today, least = group.expected, group.today, group.caution.min_gain_visits
    mends = [_must_change(c, week) for c, week in zip(group.cases, planned, strict=True)]
    small: list[float | None] = [None] * len(mends)
    weeks, uncovered = planned.copy(), problem.uncovered(planned)
    budget = max(problem.budget, problem.staffed(planned))
    while True:
        lost = np.inf
        for i in (i for i, mend in enumerate(mends) if not mend):
            back = weeks.copy()
            back[i] = today[i]
            if (
                (back[i] != weeks[i]).any()
                and problem.staffed(back) <= budget
                and not (problem.uncovered(back) & ~uncovered).any()
                and (loss := worth(problem, weeks) - worth(problem, back)) < lost
            ):
                lost, least_of_all, without = loss, i, back
        if lost >= least:
            break
        weeks, small[least_of_all] = without, lost
    gain = worth(problem, weeks) - worth(problem, today)
    changed = (weeks != today).any(axis=(1, 2))
    if gain >= least or any(mends) or problem.staffed(today) > problem.budget:
        return weeks, tuple(small)
    return today.copy(), tuple(
        gain if here else before for here, before in zip(changed.tolist(), small, strict=True)
    )


def _must_change(case: Case, week: Mask) -> bool:
    """Whether a week keeps a limit that today's hours break, or has what a trial has proved."""
    hours = to_the_minute(case.venue, week, case.current)
    if case.adopted(hours):
        return True
    mended = broken_limits(case.venue, case.current) - broken_limits(case.venue, hours)
    return any(b.limit != "staff_hours" for b in mended)
