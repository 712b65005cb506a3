"""A week's plan as JSON: models, so that its schema can be printed and checked."""

import math
from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from console.rooms.pages import UnderusedRoomsOut
from console.rooms.unmet import UnmetReport
from console.words.i18n import LANGUAGES
from console.words.sentences import headline, reason
from domain.hours import clock_text, day_text
from domain.planning import Effect, Fact, Proposal, Reason, Verdict
from openhours.offline.look import Look
from openhours.offline.run import WeekPlan
from policies.reasons import days_text
from policies.trials.trial import State, Trial


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class ReasonResult(_Out):
    """Why, as a code with its facts and as a sentence."""

    code: str
    facts: Mapping[str, Fact]
    text: Mapping[str, str]
    """By language: en, zh."""


class IntervalResult(_Out):
    """An expectation with its 80 % interval."""

    low: float | None
    mean: float | None
    high: float | None


class EffectResult(_Out):
    """What the change does to an ordinary week, against today's hours; null where unknown."""

    visits: IntervalResult
    """Change in visits a week."""
    visits_now: float | None
    staff_hours: float
    """Change in staffed hours a week."""
    staff_hours_now: float


class ProposalResult(_Out):
    """What is proposed for one venue."""

    id: str
    venue: str
    verdict: Verdict
    """change, keep, or not_enough_data."""
    current: Mapping[str, str]
    """Weekly hours, by day or run of equal days: {"mon-fri": "09:00-17:00"}; others are closed."""
    proposed: Mapping[str, str]
    """The same; equal to `current` unless the verdict is change."""
    effective_from: date
    """The first Monday after the notice period."""
    headline: Mapping[str, str]
    reasons: tuple[ReasonResult, ...]
    evidence: Mapping[str, Fact]
    effect: EffectResult
    inputs: str
    """SHA-256 of all that the proposal was made from: equal inputs, equal proposal."""


class TrialResult(_Out):
    """A stretch beside a venue's hours that is open on days drawn by lot."""

    id: str
    venue: str
    days: str
    """Days of the week it is about: "mon-fri"."""
    start: str
    """Time at which the stretch begins."""
    end: str
    state: State
    """running, kept (a proposal has it, until hours do) or withdrawn."""
    first: date
    """The Monday of its first week."""
    ended: date | None
    """Where it was withdrawn, the day from which on it is no longer open."""
    propensity: float
    """Probability by which it was chosen, given those chosen before it."""
    dates: tuple[date, ...]
    """Dates to come on which it is open, as far as they must be announced by now."""
    reasons: tuple[ReasonResult, ...]


class WeekResult(_Out):
    """One run of `openhours plan` on files."""

    as_of: datetime
    """Nothing from this instant on was looked at."""
    policy: str
    proposals: tuple[ProposalResult, ...]
    """One for every venue of the estate, in its order."""
    trials: tuple[TrialResult, ...]
    """Those that run or are to be adopted, and those whose last days are still to come."""
    on_dates: Mapping[str, Mapping[date, str]]
    """By venue, the whole hours of dates to come on which trials are open; they are announced
    once, and stand."""
    under_used: UnderusedRoomsOut | None
    """Rooms that are used far less than they should be, with cause and suggestion as reasons, by
    the look of the month. Null where nobody looked."""
    unmet: UnmetReport | None
    """People whom no venue serves, as it is closed or full: where, when, and which rooms could."""


def result(plan: WeekPlan, look: Look | None = None) -> WeekResult:
    """The plan in the form that is printed, with what was seen of the estate's rooms."""
    return WeekResult(
        as_of=plan.as_of,
        policy=plan.proposals[0].policy if plan.proposals else "",
        proposals=tuple(map(_proposal, plan.proposals)),
        trials=tuple(_trial(trial, plan) for trial in plan.trials),
        on_dates={
            venue: {day: day_text(blocks) for day, blocks in hours.items()}
            for venue, hours in plan.on_dates.items()
        },
        under_used=look.rooms if look else None,
        unmet=look.unmet if look else None,
    )


def _trial(trial: Trial, plan: WeekPlan) -> TrialResult:
    return TrialResult(
        id=trial.id,
        venue=trial.venue,
        days=days_text(trial.days),
        start=clock_text(trial.start),
        end=clock_text(trial.end),
        state=trial.state,
        first=trial.first,
        ended=trial.ended,
        propensity=trial.propensity,
        dates=tuple(day for day in plan.on_dates.get(trial.venue, {}) if trial.is_on(day)),
        reasons=_reasons(trial.reasons),
    )


def _proposal(proposal: Proposal) -> ProposalResult:
    return ProposalResult(
        id=proposal.id,
        venue=proposal.venue,
        verdict=proposal.verdict,
        current=proposal.current.as_text(),
        proposed=proposal.proposed.as_text(),
        effective_from=proposal.effective_from,
        headline={code: headline(lang, proposal) for code, lang in LANGUAGES.items()},
        reasons=_reasons(proposal.reasons),
        evidence=proposal.evidence,
        effect=_effect(proposal.effect),
        inputs=proposal.inputs,
    )


def _reasons(reasons: tuple[Reason, ...]) -> tuple[ReasonResult, ...]:
    return tuple(
        ReasonResult(
            code=r.code,
            facts=r.facts,
            text={code: reason(lang, r) for code, lang in LANGUAGES.items()},
        )
        for r in reasons
    )


def _effect(effect: Effect) -> EffectResult:
    low, mean, high = map(_number, effect.visits)
    return EffectResult(
        visits=IntervalResult(low=low, mean=mean, high=high),
        visits_now=_number(effect.visits_now),
        staff_hours=effect.staff_hours,
        staff_hours_now=effect.staff_hours_now,
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
