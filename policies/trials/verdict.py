"""Whether a trial goes on, is kept or withdrawn, by what its days have proved so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from domain.hours import clock_text
from domain.planning import Fact, Reason
from policies.reasons import days_text
from policies.trials.evidence import e_values
from policies.trials.reasons import Code, reason
from policies.trials.trial import MOST_WEEKS, State, Trial
from policies.trials.worth import FORTNIGHT, LEAST_WORTH, Belief

KEEP_AT = 20.0
"""Evidence that keeps a stretch: without merit it gets there once in 20 trials at most."""
DROP_AT = 5.0
"""Evidence that withdraws it. Lower, for today's hours stay: a good stretch is given up once in
five at most, and may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a trial has shown."""

    weeks: int
    """Whole weeks since the start, at most those of a trial."""
    pairs: int
    """Pairs of days of which both are known."""
    visits: float
    """Visits more on a day with the stretch; NaN before the first pair."""
    keep: float
    """e-value against bringing no more than it costs."""
    drop: float
    """e-value against bringing no less."""


def standing(trial: Trial, totals: Mapping[date, float], today: date) -> Standing:
    """What the trial has shown by the days before `today`.

    Args:
        trial: running or ended.
        totals: visits of whole days, those of linked venues that the stretch may take from added;
            days that are not known, that were special, or on which the stretch was not open as
            drawn are left out or NaN.
        today: the first day that is not yet over.
    """
    differences = np.array(
        [
            totals.get(on, np.nan) - totals.get(off, np.nan)
            for on, off in trial.pairs()
            if max(on, off) < today
        ]
    )
    keep, drop = e_values(differences - trial.cost, trial.scale)
    known = differences[~np.isnan(differences)]
    return Standing(
        weeks=min(max((today - trial.first).days // 7, 0), MOST_WEEKS),
        pairs=len(known),
        visits=float(known.mean()) if len(known) else float("nan"),
        keep=keep,
        drop=drop,
    )


def advanced(
    trial: Trial,
    totals: Mapping[date, float],
    today: date,
    *,
    effect: date,
    belief: Belief | None = None,
) -> Trial:
    """The trial after a look at its days; one that has ended stays as it is.

    Equal arguments give an equal trial, and looks may be left out or repeated.

    Args:
        trial: as it was after the last look.
        totals: as of `standing`.
        today: as of `standing`.
        effect: the day from which on a stretch that is withdrawn is closed: after the notice
            period, for days that were announced stay open. A kept one goes on by lot until hours
            that hold it are in force.
        belief: what the demand profile has of the stretch by now; None: it has no say.
    """
    if trial.state is not State.RUNNING:
        return trial
    seen = standing(trial, totals, today)
    if seen.keep >= KEEP_AT:
        state, code, ended = State.KEPT, Code.TRIAL_KEPT, None
    elif seen.drop >= DROP_AT:
        state, code, ended = State.WITHDRAWN, Code.TRIAL_WITHDRAWN, effect
    elif seen.weeks >= MOST_WEEKS:
        state, code, ended = State.WITHDRAWN, Code.TRIAL_UNDECIDED, effect
    elif belief and seen.weeks >= FORTNIGHT and _has_told(belief, seen):
        state, code, ended = State.WITHDRAWN, Code.TRIAL_TOLD, effect
    else:
        return trial
    reasons = (*trial.reasons, why(trial, seen, code))
    return replace(trial, state=state, ended=ended, reasons=reasons)


def _has_told(belief: Belief, seen: Standing) -> bool:
    """Whether what could still be learnt is not worth going on for."""
    return belief.worth(MOST_WEEKS - seen.weeks) < LEAST_WORTH


def why(trial: Trial, seen: Standing, code: Code = Code.TRIAL_RUNS) -> Reason:
    """What a trial has shown, as a reason."""
    facts: dict[str, Fact] = {
        "days": days_text(trial.days),
        "from": clock_text(trial.start),
        "to": clock_text(trial.end),
        "weeks": seen.weeks,
        "pairs": seen.pairs,
        "visits": seen.visits if seen.pairs else 0.0,
        "break_even": trial.cost,
        "evidence": seen.drop if code is Code.TRIAL_WITHDRAWN else seen.keep,
    }
    return reason(code, facts)
