"""Who is served where: people go to the open member that most of them walk to."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from policies.hours.days import Mask
from policies.hours.weeks import Floats
from policies.links.group import GroupProblem


class Served(NamedTuple):
    """People served in each slot, by the member whose people they are; (members, days, slots)."""

    own: Floats
    """At that member."""
    elsewhere: Floats
    """At a member that stands in for it."""


def served(problem: GroupProblem, weeks: Mask) -> Served:
    """The people served by weeks (members, days, slots)."""
    shape = weeks.shape
    demand, is_open = problem.demand.reshape(len(problem), -1), weeks.reshape(len(problem), -1)
    own, elsewhere = demand * is_open, demand * _best(problem.weight, is_open) * ~is_open
    full = _may_fill(problem)
    if full.any():
        own[:, full], elsewhere[:, full] = _in_turn(problem, demand[:, full], is_open[:, full])
    return Served(own.reshape(shape), elsewhere.reshape(shape))


def gain(problem: GroupProblem, weeks: Mask, member: int) -> Floats:
    """People served more in each slot with the member open than with it shut, (days, slots).

    Args:
        problem: the group.
        weeks: (members, days, slots) what the others have open.
        member: whose own hours in `weeks` are of no effect.
    """
    demand = problem.demand.reshape(len(problem), -1)
    others = weeks.reshape(len(problem), -1).copy()
    others[member] = False
    more = problem.weight[member, :, None] - _best(problem.weight, others)
    people = np.sum(demand * np.maximum(more, 0.0), axis=0)
    full = _may_fill(problem)
    if full.any():
        without = others[:, full]
        having = without.copy()
        having[member] = True
        both = np.concatenate([having, without], axis=1)
        own, elsewhere = _in_turn(problem, np.tile(demand[:, full], 2), both)
        with_it, without_it = np.split(np.sum(own + elsewhere, axis=0), 2)
        people[full] = with_it - without_it
    return np.asarray(people.reshape(weeks.shape[1:]))


def crowded(problem: GroupProblem, weeks: Mask) -> Mask:
    """Slots, in a row, in which `weeks` turn away more than one in a thousand as full."""
    room_for_all = replace(problem, capacity=np.full(len(problem), np.inf))
    taken, asked = (np.sum(sum(served(p, weeks)), axis=0).ravel() for p in (problem, room_for_all))
    return np.asarray(taken < 0.999 * asked)


def worth(problem: GroupProblem, weeks: Mask) -> float:
    """People served and all else that `weeks` are worth, visits a week."""
    beside = sum(
        float(member.worth(week[None])[0])
        for member, week in zip(problem.members, weeks, strict=True)
    )
    return float(sum(s.sum() for s in served(problem, weeks))) + beside


def _best(weight: Floats, is_open: Mask) -> Floats:
    """The greatest share of each member's people that an open member gets; (members, slots)."""
    best = np.zeros(is_open.shape)
    for i, row in enumerate(weight):
        reached = row > 0
        best[reached] = np.maximum(best[reached], row[reached, None] * is_open[i])
    return best


def _may_fill(problem: GroupProblem) -> Mask:
    """Slots, in a row, in which some member can be asked to take in more than it is able to."""
    asked = np.tensordot(problem.weight, problem.demand, axes=1)
    return np.asarray((asked > problem.capacity[:, None, None]).any(axis=0).ravel())


def _in_turn(problem: GroupProblem, demand: Floats, is_open: Mask) -> Served:
    """Nearest first, until a member is full; the rest go on. Arrays (members, slots)."""
    own, elsewhere = np.zeros_like(demand), np.zeros_like(demand)
    left = demand.copy()
    room = np.where(is_open, problem.capacity[:, None], 0.0)
    weight = problem.weight
    order = np.argsort(-weight, axis=None, kind="stable")
    for i, j in zip(
        *np.unravel_index(order[: np.count_nonzero(weight)], weight.shape), strict=True
    ):
        taken = np.minimum(left[j] * weight[i, j], room[i])
        room[i] -= taken
        left[j] -= taken / weight[i, j]
        (own if i == j else elsewhere)[j] += taken
    return Served(own, elsewhere)
