import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from domain.estate import Venue
from domain.hours import Block, WeeklyHours
from domain.planning import Proposal, Reason, Status, Verdict
from policies.caution import Caution
from policies.changes import WIDER
from policies.profile import DemandProfile
from policies.proposals import POLICY, propose
from policies.reasons import EVIDENCE, FACTS, Code, days_text, reason
from tests.policies.venues import AT, arrivals, hours, profile_of, venue_with

OFFICE = hours(mon_fri="09:00-17:00")
EVENING = arrivals((18, 2, 20))
"""Twenty an hour at 18:00, few before 14:00."""


def proposal(
    venue: Venue, profile: DemandProfile, current: WeeklyHours = OFFICE, **more: Any
) -> Proposal:
    return propose(venue, profile, current, run="2026-W09", at=AT, **more)


def facts_of(proposal: Proposal, code: Code) -> list[dict[str, Any]]:
    return [dict(r.facts) for r in proposal.reasons if r.code == code]


def codes(proposal: Proposal) -> set[str]:
    return {r.code for r in proposal.reasons}


def test_hours_follow_the_evening() -> None:
    found = proposal(venue_with(OFFICE, max_blocks=1), profile_of(EVENING))
    assert found.verdict is Verdict.CHANGE
    assert found.status is Status.OPEN
    assert found.id == "hall:2026-W09"
    assert found.policy == POLICY
    assert found.proposed == hours(mon_fri="10:00-18:00")
    (later,) = facts_of(found, Code.OPENS_LATER)
    assert (later["days"], later["from"], later["to"]) == ("mon-fri", "09:00", "10:00")
    (closes,) = facts_of(found, Code.CLOSES_LATER)
    assert (closes["days"], closes["from"], closes["to"]) == ("mon-fri", "17:00", "18:00")
    assert closes["visits_per_hour"] == pytest.approx(EVENING[0, 52:56].sum(), abs=0.01)
    assert closes["visits"] == pytest.approx(5 * EVENING[0, 52:56].sum(), abs=0.01)


def test_it_takes_effect_on_the_first_monday_after_the_notice() -> None:
    found = proposal(venue_with(OFFICE, notice_days=14), profile_of(EVENING))
    assert found.effective_from.weekday() == 0
    assert AT.date() + timedelta(14) <= found.effective_from < AT.date() + timedelta(21)
    assert found.effective_from == date(2026, 3, 23)


def test_the_effect_is_what_opens_less_what_closes() -> None:
    found = proposal(venue_with(OFFICE, max_blocks=1), profile_of(EVENING))
    gained, lost = 5 * EVENING[0, 52:56].sum(), 5 * EVENING[0, 20:24].sum()
    assert found.effect.visits.mean == pytest.approx(gained - lost)
    assert found.effect.visits_now == pytest.approx(5 * EVENING[0, 20:52].sum())
    assert found.effect.staff_hours == 0
    assert found.effect.staff_hours_now == 40
    (wins,), (loses,) = facts_of(found, Code.WHO_WINS), facts_of(found, Code.WHO_LOSES)
    assert wins["visits"] - loses["visits"] == pytest.approx(found.effect.visits.mean, abs=0.02)
    assert wins["hours"] == loses["hours"] == 5


def test_the_interval_of_the_effect_is_as_wide_as_the_slots_errors_together() -> None:
    """What opens errs together, and so does what closes, each independent of the other."""
    rate = EVENING
    found = proposal(venue_with(OFFICE, max_blocks=1), profile_of(rate, spread=0.2)).effect.visits
    gained, lost = 0.2 * rate[0, 52:56], 0.2 * rate[0, 20:24]
    width = found.high - found.mean
    assert width == pytest.approx(WIDER * np.hypot(5 * gained.sum(), 5 * lost.sum()))
    assert found.mean - found.low == pytest.approx(width)


def test_equal_inputs_give_equal_proposals_and_any_other_input_another_fingerprint() -> None:
    venue, profile = venue_with(OFFICE), profile_of(EVENING)
    found = proposal(venue, profile)
    assert found == proposal(venue_with(OFFICE), profile_of(EVENING.copy()))
    others = [
        proposal(venue_with(OFFICE, staff=2), profile),
        proposal(venue, profile_of(EVENING + 1e-9)),
        proposal(venue, profile_of(EVENING, seen=7)),
        proposal(venue, profile_of(EVENING, weeks=9)),
        proposal(venue, profile, hours(mon_fri="09:00-17:15")),
        proposal(venue, profile, caution=Caution(doubt=0.4)),
    ]
    assert len({found.inputs, *(other.inputs for other in others)}) == 1 + len(others)


def test_other_venues_of_the_profile_do_not_matter() -> None:
    profile, other = profile_of(EVENING), profile_of(EVENING * 2, venue="other")
    names = ("rate", "low", "high", "seen", "healthy_weeks")
    both = DemandProfile(
        venues=("other", "hall"),
        **{n: np.concatenate([getattr(other, n), getattr(profile, n)]) for n in names},
    )
    assert proposal(venue_with(OFFICE), both) == proposal(venue_with(OFFICE), profile)


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        (profile_of(EVENING, weeks=2.9), Code.NOT_ENOUGH_WEEKS),
        (profile_of(EVENING, venue="other"), Code.NOT_ENOUGH_WEEKS),
        (profile_of(EVENING, seen=0.4), Code.SENSOR_UNHEALTHY),
        (profile_of(np.where(np.arange(96) == 40, np.nan, EVENING)), Code.DEMAND_UNKNOWN),
    ],
)
def test_without_enough_data_hours_are_kept_and_the_lack_is_named(
    profile: DemandProfile, code: Code
) -> None:
    found = proposal(venue_with(OFFICE), profile)
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.status is Status.CLOSED
    assert found.proposed == OFFICE
    assert code in codes(found)
    assert tuple(found.effect.visits) == (0, 0, 0)


def test_visits_of_which_nothing_is_known_are_not_zero() -> None:
    found = proposal(venue_with(OFFICE), profile_of(EVENING, venue="other"))
    assert np.isnan(found.effect.visits_now)
    assert "visits_per_open_hour" not in found.evidence
    assert found.evidence["unknown_hours"] == 40


def test_unknown_demand_at_night_hinders_nothing() -> None:
    rate = np.where(np.arange(96) > 80, np.nan, EVENING)
    assert proposal(venue_with(OFFICE), profile_of(rate)).verdict is Verdict.CHANGE


def test_the_best_hours_are_kept() -> None:
    rate = arrivals((13, 2, 20))
    best = hours(mon_sun="09:00-17:00")
    found = proposal(venue_with(best), profile_of(rate), best)
    assert found.verdict is Verdict.KEEP
    assert codes(found) == {Code.ALREADY_BEST}


def test_a_small_gain_does_not_trouble_people_with_a_change() -> None:
    rate = np.zeros((7, 96))
    rate[:5, 20:52], rate[0, 52] = 5.0, 1.5
    found = proposal(venue_with(OFFICE, staff_hours=50), profile_of(rate, spread=0.0))
    assert found.verdict is Verdict.KEEP
    assert found.proposed == OFFICE
    assert facts_of(found, Code.KEPT_SMALL_GAIN) == [{"gain": 1.0, "needed": 2.0}]
    rate[0, 52] = 3.0
    found = proposal(venue_with(OFFICE, staff_hours=50), profile_of(rate, spread=0.0))
    assert found.proposed == hours(mon="09:00-17:15", tue_fri="09:00-17:00")


def test_a_weak_hint_closes_nothing_but_opens_what_is_expected_to_pay() -> None:
    """The first hour is expected to bring too little, the hour after closing enough."""
    rate = np.full((7, 96), 0.5)
    rate[:, 20:24], rate[:, 52:56] = 0.35, 0.7
    office = venue_with(OFFICE, staff_hours=60)
    sure = proposal(office, profile_of(rate, spread=0.05))
    unsure = proposal(office, profile_of(rate, spread=1.5))
    assert {d for d in sure.proposed.days if d} == {(Block(10 * 60, 18 * 60),)}
    assert {d for d in unsure.proposed.days if d} == {(Block(9 * 60, 18 * 60),)}


def test_an_edge_stays_where_moving_it_would_earn_less_than_learning_it_costs() -> None:
    office, rate = venue_with(OFFICE, staff_hours=60), np.full((7, 96), 0.5)
    for gain_a_day, verdict in ((0.25, Verdict.KEEP), (0.75, Verdict.CHANGE)):
        rate[:5, 52:56] = 0.5 + (gain_a_day + 4 * 0.05) / 4
        caution = Caution(edge_visits=0.5, hysteresis_visits=0.05, min_gain_visits=0.5)
        assert proposal(office, profile_of(rate), caution=caution).verdict is verdict


def test_a_budget_below_todays_hours_is_a_reason_to_change_even_at_a_loss() -> None:
    found = proposal(venue_with(OFFICE, staff_hours=37.5), profile_of(EVENING * 0 + 5.0))
    assert found.verdict is Verdict.CHANGE
    assert found.proposed.minutes == 37.5 * 60
    assert found.effect.visits.high < 0
    assert facts_of(found, Code.MENDS_LIMIT) == [{"limit": "staff_hours", "days": ""}]


def test_hours_outside_the_limits_are_reported_while_they_stay() -> None:
    today = hours(mon_fri="05:00-13:00")
    flat = profile_of(np.full((7, 96), 5.0))
    found = proposal(venue_with(today, earliest=360), flat, today)
    assert facts_of(found, Code.STAYS_OUTSIDE_LIMIT) == [{"limit": "earliest", "days": "mon-fri"}]


def test_the_limits_that_bind_are_named_with_what_they_cost() -> None:
    found = proposal(venue_with(OFFICE, staff_hours=100), profile_of(EVENING))
    limiting = {facts["limit"]: facts["gain"] for facts in facts_of(found, Code.LIMITED_BY)}
    assert limiting.keys() == {"max_change_minutes"}
    assert limiting["max_change_minutes"] > 5 * EVENING[0, 56:60].sum() * 0.8


def test_conflicting_limits_keep_the_hours_and_are_named() -> None:
    venue = venue_with(OFFICE, core=hours(mon_fri="08:00-18:00"), staff_hours=30)
    found = proposal(venue, profile_of(EVENING))
    assert found.verdict is Verdict.KEEP
    assert facts_of(found, Code.LIMITS_CONFLICT) == [{"limits": "core, staff_hours", "days": ""}]


def test_hours_across_business_days_are_kept_and_named() -> None:
    night = hours(fri="22:00-06:00")
    found = proposal(venue_with(night), profile_of(EVENING), night)
    assert found.verdict is Verdict.KEEP
    assert facts_of(found, Code.HOURS_CROSS_DAYS) == [{"day_starts": "04:00"}]


def test_evidence_holds_the_numbers_behind_the_plan() -> None:
    found = proposal(venue_with(OFFICE, max_blocks=1), profile_of(EVENING))
    assert found.evidence.keys() <= EVIDENCE.keys()
    assert found.evidence["certificate"] == 0
    assert found.evidence["healthy_weeks"] == 8
    assert found.evidence["staff_budget_hours"] == 40
    assert found.evidence["staff_budget_used"] == 1
    assert found.evidence["first_hour_visits"] == pytest.approx(EVENING[0, 20:24].sum(), abs=0.01)
    assert found.evidence["last_hour_visits"] == pytest.approx(EVENING[0, 48:52].sum(), abs=0.01)
    json.dumps([dict(found.evidence), [dict(r.facts) for r in found.reasons]], allow_nan=False)


def test_special_days_are_said_to_be_left_alone() -> None:
    with_holidays = venue_with(OFFICE).model_copy(update={"country": "CN"})
    profile = profile_of(EVENING)
    assert Code.ORDINARY_WEEK_ONLY in codes(proposal(with_holidays, profile))
    assert Code.ORDINARY_WEEK_ONLY not in codes(proposal(venue_with(OFFICE), profile))


def test_every_code_has_its_facts_and_no_others() -> None:
    assert FACTS.keys() == set(Code)
    with pytest.raises(ValueError, match="has the facts"):
        reason(Code.WHO_WINS, {"visits": 1.0})
    assert reason(Code.WHO_WINS, {"visits": 1.234, "hours": 2}) == Reason(
        "who_wins", {"visits": 1.23, "hours": 2}
    )


def test_days_are_joined_in_runs() -> None:
    assert days_text((0, 1, 2, 3, 4)) == "mon-fri"
    assert days_text((6, 0, 2, 3)) == "mon, wed-thu, sun"
    assert days_text(()) == ""


def test_a_rate_of_unknown_certainty_is_unknown() -> None:
    profile = profile_of(EVENING)
    unknown_low = replace(profile, low=np.full_like(profile.low, np.nan))
    assert Code.DEMAND_UNKNOWN in codes(proposal(venue_with(OFFICE), unknown_low))
