"""Every reason code of a trial, with what its facts mean.

Times are "HH:MM", days are "mon", "mon-fri" or "mon, wed-fri".
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.planning import Fact, Reason
from policies.reasons import with_facts


class Code(StrEnum):
    """What a reason says."""

    TRIAL_STARTS = "trial_starts"
    TRIAL_RUNS = "trial_runs"
    TRIAL_KEPT = "trial_kept"
    """More people came than it takes, by evidence that chance gives once in twenty at most."""
    TRIAL_WITHDRAWN = "trial_withdrawn"
    """Fewer came than it takes."""
    TRIAL_UNDECIDED = "trial_undecided"
    """Time is up and nothing is proved: today's hours stay."""
    TRIAL_TOLD = "trial_told"
    """Demand at that time is known well enough: further days would cost more than they tell."""


_STRETCH: Mapping[str, str] = {
    "days": "days of the week",
    "from": "time at which the stretch on trial begins",
    "to": "time at which it ends",
}
_SEEN: Mapping[str, str] = {
    **_STRETCH,
    "weeks": "weeks since the start",
    "pairs": "days with it compared with the same weekday without it",
    "visits": "visits more on a day with it, over the whole day, on average",
    "break_even": "visits more a day that make it worth its cost",
    "evidence": "e-value: 20 for keeping, or 5 for withdrawing, ends the trial",
}

FACTS: Mapping[Code, Mapping[str, str]] = {
    Code.TRIAL_STARTS: {
        **_STRETCH,
        "net": "net visits a week expected, were it open every week",
        "low": "10 % quantile of that",
        "high": "90 % quantile of that",
        "learns": "net visits a week that a decision after the trial is expected to be better by",
        "hours": "staffed hours a week it takes, at most",
        "propensity": "probability by which it was chosen, given those chosen before it",
    },
    Code.TRIAL_RUNS: _SEEN,
    Code.TRIAL_KEPT: _SEEN,
    Code.TRIAL_WITHDRAWN: _SEEN,
    Code.TRIAL_UNDECIDED: _SEEN,
    Code.TRIAL_TOLD: _SEEN,
}


def reason(code: Code, facts: Mapping[str, Fact]) -> Reason:
    """A reason as `policies.reasons.reason` makes them."""
    return with_facts(code, FACTS[code], facts)
