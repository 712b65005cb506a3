"""Small groups of linked venues for tests, and their worth counted person by person."""

import itertools

import numpy as np
from numpy.typing import NDArray

from policies.hours.days import BlockRules
from policies.hours.weeks import WeekProblems
from policies.links.group import GroupProblem, within_walk
from tests.policies.blocks import Mask, obeys, paid_slots

Floats = NDArray[np.float64]


def random_group(rng: np.random.Generator, *, full: bool) -> GroupProblem:
    """Two or three venues over one or two days of five slots, with every feature.

    Args:
        rng: source of all randomness.
        full: whether members can be full.
    """
    count, days, slots = ((2, 1, 6), (2, 2, 5), (3, 1, 5))[rng.integers(3)]
    members = tuple(_random_member(rng, days, slots) for _ in range(count))
    weight = rng.choice([0.0, 0.3, 0.5, 0.8], (count, count))
    np.fill_diagonal(weight, 1.0)
    today = np.stack([m.today[0] for m in members])
    staff = rng.choice([1.0, 1.5, 2.0], count)
    base = np.stack([m.base[0] for m in members])
    return GroupProblem(
        members=members,
        demand=rng.gamma(2, 1, (count, days, slots)) * (rng.random((count, days, slots)) < 0.9),
        weight=weight,
        capacity=rng.uniform(1, 5, count) if full else np.full(count, np.inf),
        covered=within_walk(weight, today) & (rng.random(today.shape) < 0.7),
        staff=staff,
        budget=sum(
            float(s) * paid_slots(week, member.rules.shift)
            for s, week, member in zip(staff, base, members, strict=True)
        )
        * float(rng.uniform(1.0, 1.3)),
    )


def _random_member(rng: np.random.Generator, days: int, slots: int) -> WeekProblems:
    today = rng.random((1, days, slots)) < 0.5
    must = rng.random(today.shape) < 0.06
    shortest = int(rng.integers(1, 3))
    edges = rng.integers(0, 2)
    return WeekProblems(
        value=-rng.uniform(0, 2, today.shape),
        opening=edges * rng.normal(size=(1, days, slots + 1)) / 2,
        closing=edges * rng.normal(size=(1, days, slots + 1)) / 2,
        today=today,
        may=(rng.random(today.shape) < 0.85) | today | must,
        must=must,
        base=today | must,
        budget=np.array([days * slots]),
        pay=rng.uniform(0, 1, 1),
        hysteresis=rng.choice([0.0, 0.25], 1),
        rules=BlockRules(
            most=int(rng.integers(1, 3)),
            shortest=shortest,
            longest=int(rng.integers(shortest, slots + 1)),
            gap=int(rng.integers(1, 3)),
            shift=int(rng.integers(1, 5)),
        ),
    )


def staffed(problem: GroupProblem, weeks: tuple[Mask, ...]) -> float:
    return sum(
        float(s) * paid_slots(week, member.rules.shift)
        for s, week, member in zip(problem.staff, weeks, problem.members, strict=True)
    )


def allowed_weeks(member: WeekProblems) -> list[Mask]:
    """Every week that the member's own limits allow."""
    _, days, slots = member.value.shape
    by_day = []
    for d in range(days):
        allowed = []
        for day in itertools.product([False, True], repeat=slots):
            row = np.array(day)
            by_rule = (row <= member.may[0, d]).all() and (row >= member.must[0, d]).all()
            if (by_rule and obeys(day, member.rules)) or (row == member.base[0, d]).all():
                allowed.append(row)
        by_day.append(allowed)
    return [np.stack(week) for week in itertools.product(*by_day)]


def worth_of(problem: GroupProblem, weeks: tuple[Mask, ...]) -> float:
    """People served, one slot and pair at a time, and what the weeks are worth beside them."""
    total = 0.0
    for member, week in zip(problem.members, weeks, strict=True):
        edges = np.diff(week.astype(int), axis=1, prepend=0, append=0)
        total += float((member.value[0] * week).sum())
        total += float((member.opening[0] * (edges > 0)).sum())
        total += float((member.closing[0] * (edges < 0)).sum())
        unused = paid_slots(week, member.rules.shift) - int(week.sum())
        total -= float(member.pay[0]) * unused
        total -= float(member.hysteresis[0] * (week != member.today[0]).sum())
    for d, t in np.ndindex(weeks[0].shape):
        total += people_served(problem, [bool(w[d, t]) for w in weeks], problem.demand[:, d, t])
    return total


def people_served(problem: GroupProblem, is_open: list[bool], demand: Floats) -> float:
    left = demand.tolist()
    room = [c if o else 0.0 for c, o in zip(problem.capacity.tolist(), is_open, strict=True)]
    pairs = [
        (-problem.weight[i, j], i, j)
        for i in range(len(left))
        for j in range(len(left))
        if problem.weight[i, j] > 0
    ]
    came = 0.0
    for minus, i, j in sorted(pairs):
        taken = min(left[j] * -minus, room[i])
        came, room[i], left[j] = came + taken, room[i] - taken, left[j] + taken / minus
    return came


def uncovered_slots(problem: GroupProblem, weeks: tuple[Mask, ...]) -> int:
    """Slots in which nobody within the walk of a member is open, and someone must be."""
    return sum(
        not any(problem.weight[i, j] > 0 and weeks[i][d, t] for i in range(len(weeks)))
        for j, d, t in np.argwhere(problem.covered)
    )


def best_of_all(problem: GroupProblem) -> float:
    """The worth of the best of all weeks that keep every limit; −inf where there are none."""
    best = -np.inf
    for weeks in itertools.product(*map(allowed_weeks, problem.members)):
        if staffed(problem, weeks) <= problem.budget + 1e-9 and not uncovered_slots(problem, weeks):
            best = max(best, worth_of(problem, weeks))
    return best
