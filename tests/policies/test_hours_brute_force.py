"""The planner against full enumeration of small weeks."""

import itertools
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray

from policies.hours.days import BlockRules
from policies.hours.plan import plan_weeks
from policies.hours.weeks import WeekProblems
from tests.policies.blocks import blocks_of, obeys, paid_slots

WEEKS = 50
"""Random weeks in a stack; times the seeds below, 2,500 of them."""


def random_problems(rng: np.random.Generator, *, lattice: bool) -> WeekProblems:
    """Small weeks with every feature: edges, masks, hysteresis, budgets out of reach too."""
    days, slots = ((3, 6), (2, 8), (2, 5), (3, 5))[rng.integers(4)]
    shortest = int(rng.integers(1, 4))

    def worths(*shape: int) -> NDArray[np.float64]:
        """Quarters, so that there are ties to break and sums are exact; or any numbers."""
        return rng.integers(-8, 9, shape) / 4 if lattice else rng.normal(size=shape)

    today = rng.random((WEEKS, days, slots)) < 0.5
    must = rng.random(today.shape) < 0.08
    has_edges = rng.integers(0, 2)
    return WeekProblems(
        value=worths(WEEKS, days, slots),
        opening=has_edges * worths(WEEKS, days, slots + 1),
        closing=has_edges * worths(WEEKS, days, slots + 1),
        today=today,
        may=(rng.random(today.shape) < 0.85) | today | must,
        must=must,
        base=np.where(rng.random((WEEKS, days, 1)) < 0.5, today, today | must),
        budget=rng.integers(0, days * slots + 1, WEEKS),
        pay=rng.choice([0.25, 1.0], WEEKS),
        hysteresis=rng.choice([0.0, 0.25, 0.5], WEEKS),
        rules=BlockRules(
            most=int(rng.integers(1, 4)),
            shortest=shortest,
            longest=int(rng.integers(shortest, slots + 1)),
            gap=int(rng.integers(1, 4)),
            shift=int(rng.integers(1, 6)),
        ),
    )


def frozen(problems: WeekProblems) -> WeekProblems:
    """The problems, with arrays that raise where they are written to."""
    for part in fields(problems):
        array = getattr(problems, part.name)
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    return problems


class Enumerated:
    """Every week of one venue that the problem allows: worth, open slots and changes of each."""

    def __init__(self, problems: WeekProblems, venue: int, days: list[tuple[bool, ...]]) -> None:
        worth, count, changes = np.zeros(1), np.zeros(1, int), np.zeros(1, int)
        for d in range(problems.value.shape[1]):
            may, must = problems.may[venue, d], problems.must[venue, d]
            today = problems.today[venue, d]
            every = np.array(days)
            fits = ~(every & ~may).any(axis=1) & ~(~every & must).any(axis=1)
            fits &= [obeys(day, problems.rules) for day in days]
            fits |= (every == problems.base[venue, d]).all(axis=1)
            some = every[fits]
            moved = (some != today).sum(axis=1)
            edges = [
                sum(problems.opening[venue, d, s] + problems.closing[venue, d, e] for s, e in b)
                for b in map(blocks_of, map(tuple, some.tolist()))
            ]
            shift = problems.rules.shift
            unused = [
                sum(max(0, shift - (e - s)) for s, e in b)
                for b in map(blocks_of, map(tuple, some.tolist()))
            ]
            gain = some @ problems.value[venue, d] + edges - problems.hysteresis[venue] * moved
            gain = gain - problems.pay[venue] * np.array(unused)
            worth = np.add.outer(worth, gain).ravel()
            count = np.add.outer(count, some.sum(axis=1) + unused).ravel()
            changes = np.add.outer(changes, moved).ravel()
        self.over_budget = bool(count.min() > problems.budget[venue])
        self.budget = max(count.min(), problems.budget[venue])
        fits_budget = count <= self.budget
        self.best = worth[fits_budget].max()
        self.fewest_changes = changes[fits_budget & (worth >= self.best - 1e-9)].min()


@pytest.mark.parametrize("seed", range(50))
def test_the_plan_is_worth_what_the_best_of_all_allowed_weeks_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lattice = seed % 2 == 0
    problems = frozen(random_problems(rng, lattice=lattice))
    plans = plan_weeks(problems)
    days = list(itertools.product([False, True], repeat=problems.value.shape[2]))
    for venue in range(WEEKS):
        expected = Enumerated(problems, venue, days)
        assert plans.worth[venue] == pytest.approx(expected.best, abs=1e-5)
        assert paid_slots(plans.open[venue], problems.rules.shift) <= expected.budget
        assert plans.over_budget[venue] == expected.over_budget
        if lattice:
            changes = np.sum(plans.open[venue] != problems.today[venue])
            assert changes == expected.fewest_changes, "a tie did not break toward today's hours"
    assert (plans.certificate == 0).all()


@pytest.mark.parametrize("seed", range(50, 58))
def test_an_unproved_plan_is_within_its_certificate_of_the_best(seed: int) -> None:
    problems = random_problems(np.random.default_rng(seed), lattice=False)
    quick, exact = plan_weeks(problems, tolerance=np.inf), plan_weeks(problems)
    shift = problems.rules.shift
    for budget, cheap, best in zip(problems.budget, quick.open, exact.open, strict=True):
        assert paid_slots(cheap, shift) <= max(budget, paid_slots(best, shift))
    assert (quick.worth <= exact.worth + 1e-5).all()
    assert (exact.worth <= quick.bound + 1e-5).all()


def test_the_price_alone_leaves_gaps_that_counting_closes() -> None:
    problems = random_problems(np.random.default_rng(3), lattice=False)
    assert (plan_weeks(problems, tolerance=np.inf).certificate > 0).any()
    assert (plan_weeks(problems).certificate == 0).all()
