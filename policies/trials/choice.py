"""Which trials begin: those that are worth most, within a budget, ties by lot."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from statistics import NormalDist

import numpy as np

from domain.hours import clock_text
from domain.planning import Fact, Reason
from policies.reasons import days_text
from policies.trials.candidates import Candidate
from policies.trials.reasons import Code, reason
from policies.trials.trial import MOST_WEEKS, State, Trial
from policies.trials.worth import LEAST_WORTH

TRIAL_SHARE = 0.03
"""Of the staffed hours of the estate, trials take this much at most."""
AT_A_VENUE = 2
"""Trials at a time: more, and nobody knows any longer when the venue is open."""
NEAR_TIE = 0.1
"""Candidates within this part of the best are as good, for all that is known: a lot decides."""


def allowance(staffed_hours: float, trials: Iterable[Trial]) -> float:
    """Staffed hours a week that further trials may take.

    Args:
        staffed_hours: a week, of the estate or of the group that shares the budget.
        trials: at its venues; those that have ended take nothing.
    """
    return TRIAL_SHARE * staffed_hours - sum(t.hours for t in _running(trials))


def chosen(
    found: Sequence[Candidate],
    trials: Sequence[Trial],
    allowed_hours: float,
    rng: np.random.Generator,
) -> tuple[tuple[Candidate, float], ...]:
    """The candidates to be tried, each with the probability by which it was drawn.

    One after another, the best that fits; of near ties, one by an even lot. The probability is that
    of the step, given those drawn before it: their product is that of the whole choice.

    Args:
        found: of some venues.
        trials: at these venues, running or ended.
        allowed_hours: as `allowance` has it.
        rng: source of the lots.
    """
    running = Counter(t.venue for t in _running(trials))
    made: list[tuple[Candidate, float]] = []
    open_to = [c for c in found if c.worth >= LEAST_WORTH and running[c.venue] < AT_A_VENUE]
    while open_to := [c for c in open_to if c.hours <= allowed_hours + 1e-9]:
        best = max(c.worth for c in open_to)
        tied = [c for c in open_to if c.worth >= (1 - NEAR_TIE) * best]
        drawn = tied[rng.integers(len(tied))]
        made.append((drawn, 1 / len(tied)))
        allowed_hours -= drawn.hours
        open_to = [c for c in open_to if c.venue != drawn.venue]
    return tuple(made)


def begun(candidate: Candidate, propensity: float, *, run: str, first: date, seed: int) -> Trial:
    """The trial of a candidate.

    Args:
        candidate: that was drawn.
        propensity: probability by which it was.
        run: name of the planning run.
        first: the Monday, after the notice period, on which its first week begins.
        seed: of the lots of its days.
    """
    return Trial(
        id=f"{candidate.venue}:{run}",
        venue=candidate.venue,
        days=candidate.days,
        edge=candidate.edge,
        start=candidate.start,
        end=candidate.end,
        first=first,
        seed=seed,
        propensity=propensity,
        hours=candidate.hours,
        cost=candidate.cost,
        scale=candidate.scale,
        reasons=(_why(candidate, propensity),),
    )


def _why(candidate: Candidate, propensity: float) -> Reason:
    belief = candidate.belief
    width = belief.spread * NormalDist().inv_cdf(0.9)
    facts: Mapping[str, Fact] = {
        "days": days_text(candidate.days),
        "from": clock_text(candidate.start),
        "to": clock_text(candidate.end),
        "net": belief.net,
        "low": belief.net - width,
        "high": belief.net + width,
        "learns": belief.learns(MOST_WEEKS),
        "hours": candidate.hours,
        "propensity": propensity,
    }
    return reason(Code.TRIAL_STARTS, facts)


def _running(trials: Iterable[Trial]) -> Iterator[Trial]:
    return (t for t in trials if t.state is State.RUNNING)
