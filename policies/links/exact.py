"""The joint week of a group as a mixed-integer programme.

Every slot of a member is open or not, under the rows of `blocks`. Most slots are served by levels:
with the members in order of their weight for j, the people of j served are
Σ_k λ_j (w_k − w_{k+1}) · min(1, open members among the first k); a set of members that comes up for
several j is one column (G. Cornuejols, G. L. Nemhauser, L. A. Wolsey, Operations Research 28,
1980). In the other slots people are shared out pair by pair, within what each member takes in. The
programme may send people on as is best for all, and forgets in the first kind of slots that members
can be full: its worth is a bound on what `served` makes of the same weeks.
"""

from collections import defaultdict

import numpy as np

from policies.hours.days import Ints, Mask
from policies.hours.weeks import Floats, day_worth
from policies.links.blocks import day_rows, obeys
from policies.links.group import GroupProblem
from policies.links.programme import Programme


class JointProgramme:
    """A group's programme, and the way back from its solution to weeks.

    Args:
        problem: the group.
        crowded: slots, in a row, in which the members' capacity is minded.
    """

    def __init__(self, problem: GroupProblem, crowded: Mask) -> None:
        self._problem, self._programme, self._crowded = problem, Programme(), crowded
        self._could = np.stack([(m.may | m.base)[0] for m in problem.members])
        self._sure = np.stack([(m.must & m.base)[0] for m in problem.members])
        self._paid: list[tuple[Ints, Floats]] = []
        levels, alone = self._levels()
        self._open = np.stack([self._member(i, alone[i]) for i in range(len(problem))])
        self._serve_by_level(levels)
        self._serve_by_pair()
        self._cover()
        paid, staff = zip(*self._paid, strict=True)
        self._programme.add_rows(
            np.concatenate(paid)[None], np.concatenate(staff), -np.inf, problem.budget
        )
        kept = sum(m.hysteresis[0] * m.today.sum() for m in problem.members)
        self._constant = float(self._always - kept)

    def solve(
        self, *, seconds: float, gap: float = 0.0, relaxed: bool = False
    ) -> tuple[Mask | None, float]:
        """Weeks (members, days, slots) if any were found, and the bound on any weeks' worth.

        Arguments as of `Programme.solve`; relaxed weeks are open where they are more than half so.
        """
        found = self._programme.solve(seconds=seconds, gap=gap, relaxed=relaxed)
        weeks = None if found.values is None else found.values[self._open] > 0.5
        return weeks, found.bound + self._constant

    def _levels(self) -> tuple[dict[frozenset[int], Floats], Floats]:
        """People a slot gained once one of a set of members is open.

        Of sets of several members, (days · slots,) each; of single ones (members, days, slots).
        """
        problem = self._problem
        levels: dict[frozenset[int], Floats] = defaultdict(lambda: np.zeros(1))
        alone = np.zeros_like(problem.demand)
        demand = problem.demand.reshape(len(problem), -1) * ~self._crowded
        for j, weight in enumerate(problem.weight.T):
            order = np.argsort(-weight, kind="stable")[: np.count_nonzero(weight)]
            steps = weight[order] - np.append(weight[order[1:]], 0.0)
            for k, step in enumerate(steps, start=1):
                if step > 0 and k == 1:
                    alone[int(order[0])] += (step * demand[j]).reshape(alone.shape[1:])
                elif step > 0:
                    members = frozenset(order[:k].tolist())
                    levels[members] = levels[members] + step * demand[j]
        return levels, alone

    def _member(self, member: int, people: Floats) -> Ints:
        """Columns of whether the member is open, (days, slots), with the rows of its days."""
        week, shape = self._problem.members[member], people.shape
        rules, slots = week.rules, shape[1]
        lean = np.where(week.today[0], week.hysteresis[0], -week.hysteresis[0])
        value = week.value[0] + lean + people
        starts = week.may[0] & (np.arange(slots) <= slots - rules.shortest)
        rows, lower, upper = day_rows(rules, slots)
        apart = np.array([not self._follows(member, day) for day in range(shape[0])])
        columns = [
            self._programme.add_columns(worth, low, high, whole=True)
            for worth, low, high in (
                (value, week.must[0] & ~apart[:, None], week.may[0]),
                (week.opening[0, :, :-1], 0.0, starts),
                (week.closing[0, :, 1:], 0.0, week.may[0]),
            )
        ]
        for number in range(shape[0]):
            of_day = np.concatenate([c[number] for c in columns])
            self._programme.add_block(rows, of_day, lower, upper)
            self._unused_shifts(member, *(c[number] for c in columns))
        is_open = columns[0].copy()
        for day in np.flatnonzero(apart):
            is_open[day] = self._or_base(member, int(day), columns[0][day], people[day])
        self._paid.append((is_open.ravel(), np.full(is_open.size, self._problem.staff[member])))
        return is_open

    def _follows(self, member: int, day: int) -> bool:
        """Whether the base of a day keeps the masks and rules that all other plans keep."""
        week = self._problem.members[member]
        base, must, may = week.base[0, day], week.must[0, day], week.may[0, day]
        return bool((must <= base).all() and (base <= may).all() and obeys(base, week.rules))

    def _or_base(self, member: int, day: int, by_rule: Ints, people: Floats) -> Ints:
        """Columns of a day that is by the rules or, against them, exactly its base; (slots,)."""
        week, programme = self._problem.members[member], self._programme
        base = week.base[0, day]
        worth = day_worth(week, np.where(week.base, week.value, 0.0), week.base)[0, day]
        lean = np.where(week.today[0, day], week.hysteresis[0], -week.hysteresis[0])
        worth += float((people + lean)[base].sum())
        chosen = programme.add_columns(np.array([worth]), 0.0, 1.0, whole=True)
        unused = self._problem.paid(member, base[None]) - base.sum()
        self._paid.append((chosen, self._problem.staff[member] * np.array([float(unused)])))
        is_open = programme.add_columns(np.zeros(len(base)), 0.0, 1.0, whole=False)
        both = np.stack([by_rule, np.broadcast_to(chosen, by_rule.shape)], axis=1)
        programme.add_rows(both, 1.0, week.must[0, day].astype(np.float64), 1.0)
        programme.add_rows(
            np.column_stack([is_open, both]),
            np.column_stack([np.ones(len(base)), -np.ones(len(base)), -base.astype(np.float64)]),
            0.0,
            0.0,
        )
        return is_open

    def _unused_shifts(self, member: int, is_open: Ints, first: Ints, last: Ints) -> None:
        """Columns of a day that are 1 where a block is so much shorter than a shift."""
        week = self._problem.members[member]
        for length in range(week.rules.shortest, min(week.rules.shift - 1, len(first)) + 1):
            starts = np.arange(len(first) - length + 1)
            lacking = float(week.rules.shift - length)
            cost = np.full(len(starts), -week.pay[0] * lacking)
            short = self._programme.add_columns(cost, 0.0, 1.0, whole=False)
            self._paid.append((short, np.full(len(short), self._problem.staff[member] * lacking)))
            within = is_open[starts[:, None] + np.arange(length)]
            block = np.column_stack([first[starts], last[starts + length - 1], within, short])
            self._programme.add_rows(
                block, np.append(np.ones(length + 2), -1.0), -np.inf, length + 1.0
            )

    def _serve_by_level(self, levels: dict[frozenset[int], Floats]) -> None:
        self._always = 0.0
        is_open = self._open.reshape(len(self._problem), -1)
        for members, people in levels.items():
            some = sorted(members)
            sure = self._sure[some].any(axis=0).ravel()
            could = self._could[some].any(axis=0).ravel()
            self._always += float(people[sure].sum())
            at = np.flatnonzero((people > 0) & could & ~sure)
            reached = self._programme.add_columns(people[at], 0.0, 1.0, whole=False)
            factors = np.append(1.0, np.full(len(some), -1.0))
            self._programme.add_rows(
                np.column_stack([reached, is_open[some][:, at].T]),
                factors,
                -np.inf,
                0.0,
            )

    def _serve_by_pair(self) -> None:
        problem, programme = self._problem, self._programme
        at = np.flatnonzero(self._crowded)
        if not len(at):
            return
        demand = problem.demand.reshape(len(problem), -1)[:, at]
        is_open = self._open.reshape(len(problem), -1)[:, at]
        into: dict[int, list[Ints]] = defaultdict(list)
        out_of: dict[int, list[tuple[float, Ints]]] = defaultdict(list)
        for i, j in np.argwhere(problem.weight > 0).tolist():
            most = problem.weight[i, j] * demand[j]
            people = programme.add_columns(np.ones(len(at)), 0.0, most, whole=False)
            programme.add_rows(
                np.column_stack([people, is_open[i]]),
                np.column_stack([np.ones_like(most), -most]),
                -np.inf,
                0.0,
            )
            into[i].append(people)
            out_of[j].append((1 / problem.weight[i, j], people))
        for i in np.flatnonzero(np.isfinite(problem.capacity)).tolist():
            arriving = np.column_stack([*into[i], is_open[i]])
            factors = np.append(np.ones(len(into[i])), -problem.capacity[i])
            programme.add_rows(arriving, factors, -np.inf, 0.0)
        for j, leaving in out_of.items():
            sent = np.column_stack([people for _, people in leaving])
            factors = np.array([factor for factor, _ in leaving])
            programme.add_rows(sent, factors, -np.inf, demand[j])

    def _cover(self) -> None:
        """Someone within the walk open wherever someone must be."""
        needed: dict[tuple[int, ...], Mask] = {}
        for j, covered in enumerate(self._problem.covered.reshape(len(self._problem), -1)):
            within = tuple(np.flatnonzero(self._problem.weight[:, j]).tolist())
            needed[within] = needed.get(within, np.zeros_like(covered)) | covered
        is_open = self._open.reshape(len(self._problem), -1)
        for members, where in needed.items():
            some = list(members)
            at = np.flatnonzero(where & ~self._sure[some].any(axis=0).ravel())
            self._programme.add_rows(is_open[some][:, at].T, 1.0, 1.0, np.inf)
