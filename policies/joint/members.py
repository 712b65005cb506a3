"""The proposals of linked venues: each member's hours by the joint week, and why."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.planning import Effect, Fact, Proposal, Reason, Verdict
from policies.cases import Case, known
from policies.changes import visits_change
from policies.hours.days import Ints
from policies.joint.week import Group, JointWeek, joint_week
from policies.proposals import proposal_of
from policies.reasons import Code, reason
from policies.verdicts import Outcome, bookings_hold, decide, special_days, why_changed

_SMALLEST = 0.05
"""Visits a week below which nothing is said of who stands in for whom."""


def propose_group(
    group: Group, *, run: str, at: datetime, noted: Mapping[str, Mapping[str, Fact]]
) -> list[Proposal]:
    """What the policy says of each member of a group, planned together.

    Members whose hours change are linked: they are decided on together and take effect on one day.

    Args:
        group: the venues.
        run: name of the planning run.
        at: the aware instant at which the run is made.
        noted: by venue, further evidence.
    """
    week = joint_week(group)
    of_group = _group_evidence(week)
    alone = [
        proposal_of(case, outcome, run=run, at=at, noted=noted.get(case.venue.id))
        for case, outcome in zip(group.cases, _outcomes(week), strict=True)
    ]
    inputs = _fingerprint(group, alone)
    changing = [p.venue for p in alone if p.verdict is Verdict.CHANGE]
    day = max((p.effective_from for p in alone if p.venue in changing), default=None)
    return [
        replace(
            proposal,
            inputs=inputs,
            evidence=_evidence(proposal.evidence, of_group),
            effect=effect,
            linked=tuple(v for v in changing if v != proposal.venue),
            effective_from=day or proposal.effective_from,
        )
        if proposal.venue in changing
        else replace(proposal, inputs=inputs, effect=effect)
        for proposal, effect in zip(alone, _effects(week, alone), strict=True)
    ]


def _outcomes(week: JointWeek) -> Iterator[Outcome]:
    for member, case in enumerate(week.group.cases):
        if week.group.fixed[member]:
            yield decide(case)
        elif week.changed[member]:
            yield Outcome(Verdict.CHANGE, week.hours[member], tuple(_why_changed(week, member)))
        else:
            yield Outcome(Verdict.KEEP, case.current, tuple(_why_kept(week, member)))


def _why_changed(week: JointWeek, member: int) -> Iterator[Reason]:
    case, problem = week.group.cases[member], week.group.expected
    yield _of_others(Code.PLANNED_WITH, week, [True] * len(problem), member)
    if sum(week.changed) > 1:
        yield _of_others(Code.DECIDED_WITH, week, week.changed, member)
    yield from why_changed(_within_group(case), week.hours[member])
    yield from (trial.reasons[-1] for trial in case.adopted(week.hours[member]))
    if problem.staffed(week.group.today) > problem.budget:
        yield reason(Code.MENDS_LIMIT, {"limit": "staff_hours", "days": ""})
    yield from _stand_ins(week, member)
    yield from _held(week, member)
    yield from special_days(case)


def _why_kept(week: JointWeek, member: int) -> Iterator[Reason]:
    gain, needed = week.small[member], week.group.caution.min_gain_visits
    yield _of_others(Code.PLANNED_WITH, week, [True] * len(week.hours), member)
    if gain is None:
        yield reason(Code.ALREADY_BEST)
    else:
        yield reason(Code.KEPT_SMALL_GAIN, {"gain": gain, "needed": needed})
    yield from _stand_ins(week, member)


def _within_group(case: Case) -> Case:
    """The case without a staff budget of its own: the group has one."""
    limits = case.venue.limits.model_copy(update={"staff_hours": None})
    return replace(case, venue=case.venue.model_copy(update={"limits": limits}))


def _of_others(
    code: Code, week: JointWeek, which: Sequence[bool], member: int, **facts: Fact
) -> Reason:
    """A reason that names those of the others for which `which` is true."""
    named = zip(week.group.cases, which, strict=True)
    names = [c.venue.name for i, (c, is_one) in enumerate(named) if is_one and i != member]
    return reason(code, {"venues": ", ".join(names), **facts})


def _stand_ins(week: JointWeek, member: int) -> Iterator[Reason]:
    """Whom the member stands in for, who for it, by the proposed hours; that people are covered."""
    elsewhere, nearest = week.group.served(week.open).elsewhere, _nearest(week)
    others = range(len(elsewhere))
    taken = [float(elsewhere[j][nearest[j] == member].sum()) for j in others]
    sent = [float(elsewhere[member][nearest[member] == i].sum()) for i in others]
    for code, visits in ((Code.STANDS_IN_FOR, taken), (Code.STOOD_IN_BY, sent)):
        which = [v >= _SMALLEST and i != member for i, v in enumerate(visits)]
        if any(which):
            total = sum(v for v, is_one in zip(visits, which, strict=True) if is_one)
            yield _of_others(code, week, which, member, visits=total)
    if not week.group.expected.uncovered(week.open).any():
        yield reason(Code.COVERAGE_KEPT)


def _nearest(week: JointWeek) -> Ints:
    """(members, 7, 96) the open member that most people of a member walk to."""
    shares = week.group.weight.T[:, :, None, None] * week.open
    return np.asarray(np.argmax(shares, axis=1))


def _held(week: JointWeek, member: int) -> list[Reason]:
    """How long the member is open for bookings alone, judged by what it serves then."""
    case, people = week.group.cases[member], week.group.served(week.open)
    cost = case.venue.limits.break_even_visits * SLOT_MINUTES / 60
    held = week.open[member] & week.group.booked[member] & (people.own[member] < cost)
    return bookings_hold(float(held.sum()) * SLOT_MINUTES / 60)


def _effects(week: JointWeek, alone: Sequence[Proposal]) -> Iterator[Effect]:
    """What is expected of each member's people, served there or by a neighbour."""
    group = week.group
    now, then = group.served(group.today), group.served(week.open)
    for i, (case, proposal) in enumerate(zip(group.cases, alone, strict=True)):
        people = group.expected.demand[i]
        change = (then.own + then.elsewhere - now.own - now.elsewhere)[i]
        share = np.divide(change, people, out=np.zeros_like(people), where=people > 0)
        demand = case.demand
        yield replace(
            proposal.effect,
            visits=visits_change(share, demand.rate, demand.low, demand.high),
            visits_now=proposal.effect.visits_now + float(now.elsewhere[i].sum()),
        )


def _group_evidence(week: JointWeek) -> Mapping[str, Fact]:
    problem = week.group.expected
    return known(
        {
            "group_staff_budget_hours": problem.budget * SLOT_MINUTES / 60,
            "group_staff_budget_used": problem.staffed(week.open) / max(problem.budget, 1e-9),
            "group_net_gain": week.gain,
            "certificate": week.certificate,
        }
    )


def _evidence(alone: Mapping[str, Fact], of_group: Mapping[str, Fact]) -> dict[str, Fact]:
    own = {"staff_budget_hours", "staff_budget_used"}
    return {**{k: v for k, v in alone.items() if k not in own}, **of_group}


def _fingerprint(group: Group, alone: Sequence[Proposal]) -> str:
    """SHA-256, in hexadecimal, of all that the proposals of a group are made from."""
    digest = hashlib.sha256(json.dumps([p.inputs for p in alone]).encode())
    for table in (group.weight, group.people_an_hour):
        digest.update(table.astype("<f8").tobytes())
    return digest.hexdigest()
