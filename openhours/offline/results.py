"""A week's plan as JSON: models, so that its schema can be printed and checked."""

import math
from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from console.i18n import LANGUAGES
from console.sentences import headline, reason
from domain.planning import Effect, Fact, Proposal, Verdict
from openhours.offline.run import WeekPlan


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


class WeekResult(_Out):
    """One run of `openhours plan` on files."""

    as_of: datetime
    """Nothing from this instant on was looked at."""
    policy: str
    proposals: tuple[ProposalResult, ...]
    """One for every venue of the estate, in its order."""


def result(plan: WeekPlan) -> WeekResult:
    """The plan in the form that is printed."""
    return WeekResult(
        as_of=plan.as_of,
        policy=plan.proposals[0].policy if plan.proposals else "",
        proposals=tuple(map(_proposal, plan.proposals)),
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
        reasons=tuple(
            ReasonResult(
                code=r.code,
                facts=r.facts,
                text={code: reason(lang, r) for code, lang in LANGUAGES.items()},
            )
            for r in proposal.reasons
        ),
        evidence=proposal.evidence,
        effect=_effect(proposal.effect),
        inputs=proposal.inputs,
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
