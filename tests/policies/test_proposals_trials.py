"""What trials mean for a proposal: days on trial stay, and what was proved is proposed."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.planning import Proposal, Reason, Verdict
from policies.cases import Tried
from policies.proposals import propose
from policies.trials.trial import State, Trial
from tests.policies.venues import AT, Floats, arrivals, hours, profile_of, venue_with

OFFICE = hours(mon_sun="09:00-17:00")
LATE = arrivals((15, 2, 20))
"""Few come before ten, and about twelve an hour at five."""
NOON = arrivals((12, 3, 20))
"""Three an hour at half past five."""
KEPT = Reason("trial_kept", {})
TRIAL = Trial(
    id="hall:2026-W01",
    venue="hall",
    days=(5, 6),
    edge="closes_later",
    start=17 * 60,
    end=18 * 60,
    first=date(2026, 1, 5),
    seed=1,
    propensity=1.0,
    hours=2.0,
    cost=2.0,
    scale=10.0,
    reasons=(KEPT,),
)


def proposal(rate: Floats, tried: Tried, **limits: Any) -> Proposal:
    venue = venue_with(OFFICE, max_blocks=1, **limits)
    return propose(venue, profile_of(rate), OFFICE, run="2026-W09", at=AT, tried=tried)


def test_days_on_trial_keep_their_hours() -> None:
    found = proposal(LATE, Tried(running=(TRIAL,)))
    assert found.verdict is Verdict.CHANGE
    assert found.proposed.days[:5] != OFFICE.days[:5]
    assert found.proposed.days[5:] == OFFICE.days[5:]


def test_what_a_trial_proved_is_proposed_within_the_budget() -> None:
    kept = replace(TRIAL, state=State.KEPT)
    found = proposal(NOON, Tried(proved=(kept,)))
    assert found.verdict is Verdict.CHANGE
    assert KEPT in found.reasons
    assert kept.kept_hours(found.proposed) == found.proposed
    assert found.proposed.minutes <= OFFICE.minutes


def test_what_a_limit_forbids_is_not_proposed_for_a_trial() -> None:
    kept = replace(TRIAL, state=State.KEPT)
    found = proposal(LATE, Tried(proved=(kept,)), latest="17:00")
    assert KEPT not in found.reasons
    assert all(block.end <= 17 * 60 for day in found.proposed.days for block in day)


def test_what_a_trial_proved_waits_where_nothing_else_may_close_for_it() -> None:
    """All of today's hours are core hours, so that one more would not be paid for."""
    kept = replace(TRIAL, state=State.KEPT)
    core = {"mon-sun": "09:00-17:00"}
    found = proposal(NOON, Tried(proved=(kept,)), core=core)
    assert found.proposed.minutes <= OFFICE.minutes
    assert KEPT not in found.reasons
