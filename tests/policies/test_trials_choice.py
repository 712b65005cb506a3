"""What is tried, and what is not."""

import math
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from domain.errors import InvalidHours
from domain.estate import Venue
from domain.hours import Block, DayHours, WeeklyHours
from policies.caution import VenueDemand
from policies.changes import WIDER
from policies.trials.candidates import REST_WEEKS, VENUE_REST_WEEKS, Candidate, candidates
from policies.trials.choice import (
    AT_A_VENUE,
    NEAR_TIE,
    TRIAL_SHARE,
    allowance,
    begun,
    chosen,
)
from policies.trials.trial import State, Trial
from policies.trials.worth import DISPERSION, HORIZON_WEEKS, LEAST_WORTH, Belief, seen_share
from tests.policies.venues import Floats, arrivals, hours, profile_of, venue_with

FIRST = date(2026, 3, 2)
TODAY = hours(mon_fri="09:00-20:00", sat="10:00-16:00")
BUSY = arrivals((15.0, 5.0, 12.0))


def consenting(today: WeeklyHours = TODAY, **limits: object) -> Venue:
    return Venue.model_validate(venue_with(today, **limits).model_dump() | {"trials": "allowed"})


def demand_of(rate: Floats = BUSY, spread: float = 0.3) -> VenueDemand:
    return VenueDemand.of(profile_of(rate, spread=spread), "hall")


def found(
    venue: Venue, demand: VenueDemand | None = None, trials: tuple[Trial, ...] = ()
) -> tuple[Candidate, ...]:
    demand = demand or demand_of()
    return candidates(venue, demand, venue.hours, 20.0, trials=trials, first=FIRST)


def some(
    venue: str = "hall", net: float = 0.0, spread: float = 10.0, visits: float = 10.0
) -> Candidate:
    return Candidate(
        venue=venue,
        days=(0, 1, 2, 3, 4),
        edge="closes_later",
        start=1200,
        end=1260,
        belief=Belief(visits=visits, net=net, spread=spread),
        hours=5.0,
        cost=2.0,
        scale=10.0,
    )


def running(candidate: Candidate, run: str = "2026-W01") -> Trial:
    return begun(candidate, 1.0, run=run, first=FIRST - timedelta(weeks=2), seed=1)


def texts(of: tuple[Candidate, ...]) -> set[str]:
    return {f"{c.edge} {c.days} {c.end - c.start}" for c in of}


def test_every_edge_may_be_moved_by_half_an_hour_to_an_hour_on_the_days_that_share_it() -> None:
    expected = {
        f"{edge} {days} {length}"
        for edge in ("opens_earlier", "closes_later")
        for days in ((0, 1, 2, 3, 4), (5,))
        for length in (30, 45, 60)
    }
    assert texts(found(consenting())) == expected


def test_nothing_is_tried_without_consent() -> None:
    assert not found(venue_with(TODAY))


def test_nothing_is_tried_where_demand_is_unknown() -> None:
    dark = BUSY.copy()
    dark[:, 64:] = np.nan
    assert {c.edge for c in found(consenting(), demand_of(dark)) if c.days[0] == 0} == {
        "opens_earlier"
    }


def test_nothing_is_tried_where_nobody_knows_how_days_vary() -> None:
    venue = consenting()
    assert not candidates(venue, demand_of(), TODAY, float("nan"), first=FIRST)


def test_the_largest_change_holds_for_trials_too() -> None:
    assert {c.end - c.start for c in found(consenting(max_change_minutes=30))} == {30}


def test_days_that_break_a_rule_today_are_tried_only_where_that_mends_it() -> None:
    short_break = hours(mon_fri="09:00-12:00, 12:45-20:00", sat="10:00-16:00")
    its = found(consenting(short_break, min_gap_minutes=60))
    assert {(c.start, c.end) for c in its if c.days != (5,)} == {(12 * 60, 12 * 60 + 45)}


def test_the_staff_budget_holds_with_the_trial_on_all_its_days() -> None:
    budget = TODAY.minutes / 60 + 2.5
    assert {c.hours for c in found(consenting(staff_hours=budget))} == {0.5, 0.75, 1.0, 2.5}


def test_net_visits_are_those_of_the_stretch_less_its_cost() -> None:
    flat = np.full((7, 96), 1.5)
    best = next(
        c for c in found(consenting(), demand_of(flat)) if (c.end, len(c.days)) == (1260, 5)
    )
    assert best.belief.net == pytest.approx(5 * (4 * 1.5 - 2.0))
    assert best.belief.visits == pytest.approx(5 * 4 * 1.5)
    assert best.cost == pytest.approx(2.0)
    assert best.hours == pytest.approx(5.0)
    doubt = WIDER * 5 * 4 * 1.5 * 0.3 / norm.ppf(0.9)
    assert best.belief.spread == pytest.approx(doubt)


def test_an_edge_on_trial_is_left_alone_and_so_is_one_withdrawn_of_late() -> None:
    evening = next(c for c in found(consenting()) if (c.end, len(c.days)) == (1260, 5))
    trial = running(evening)
    rest = texts(found(consenting(), trials=(trial,)))
    assert not any(t.startswith("closes_later (0") for t in rest)
    assert any(t.startswith("opens_earlier (0") for t in rest)
    ended = replace(trial, state=State.WITHDRAWN, ended=FIRST - timedelta(weeks=REST_WEEKS - 1))
    assert texts(found(consenting(), trials=(ended,))) == rest
    long_ago = replace(ended, ended=FIRST - timedelta(weeks=REST_WEEKS))
    assert texts(found(consenting(), trials=(long_ago,))) == texts(found(consenting()))


def test_between_two_trials_a_venue_is_left_to_its_hours_for_two_months() -> None:
    morning = next(c for c in found(consenting()) if c.edge == "opens_earlier")
    of_late, before = (
        replace(running(morning), state=State.WITHDRAWN, ended=FIRST - timedelta(weeks=weeks))
        for weeks in (VENUE_REST_WEEKS - 1, VENUE_REST_WEEKS)
    )
    assert VENUE_REST_WEEKS == 8
    assert not found(consenting(), trials=(of_late,))
    assert {c.edge for c in found(consenting(), trials=(before,))} >= {"closes_later"}


def test_what_was_kept_and_is_in_force_may_be_followed_by_another_trial() -> None:
    evening = next(c for c in found(consenting()) if (c.end, len(c.days)) == (1260, 5))
    kept = replace(running(evening), state=State.KEPT)
    assert "closes_later (0, 1, 2, 3, 4) 60" not in texts(found(consenting(), trials=(kept,)))
    later = consenting(kept.kept_hours(TODAY))
    assert "closes_later (0, 1, 2, 3, 4) 60" in texts(found(later, trials=(kept,)))


def test_hours_on_trial_count_against_the_limits_of_the_next_trial() -> None:
    evening = next(c for c in found(consenting()) if (c.end, len(c.days)) == (1260, 5))
    within = consenting(max_block_minutes=12 * 60)
    assert "opens_earlier (0, 1, 2, 3, 4) 60" in texts(found(within))
    left = texts(found(within, trials=(running(evening),)))
    assert not any(t.startswith("opens_earlier (0") for t in left)


def _minutes(blocks: DayHours) -> set[int]:
    return {m for b in blocks for m in range(b.start, b.end)}


@given(
    start=st.integers(28, 44),
    length=st.integers(8, 40),
    latest=st.integers(72, 96),
    longest=st.integers(16, 64),
    change=st.sampled_from([None, 15, 30, 45, 60]),
    gap=st.integers(1, 8),
    second=st.integers(0, 12),
)
@settings(max_examples=150)
def test_no_trial_breaks_a_limit_that_todays_hours_keep(
    start: int,
    length: int,
    latest: int,
    longest: int,
    change: int | None,
    gap: int,
    second: int,
) -> None:
    blocks = [Block(15 * start, 15 * (start + length))]
    if second:
        blocks.append(Block(15 * (start + length + gap), 15 * (start + length + gap + second)))
    try:
        today = WeeklyHours(tuple([tuple(blocks)] * 5 + [()] * 2))
        venue = consenting(
            today,
            latest=15 * latest,
            max_block_minutes=15 * longest,
            max_change_minutes=change,
            min_gap_minutes=15 * gap,
            min_block_minutes=15,
        )
    except InvalidHours:
        return
    for each in found(venue):
        assert change is None or each.end - each.start <= change
        hours_on = running(each).kept_hours(today)
        day = hours_on.days[0]
        assert _minutes(day) == _minutes(today.days[0]) | set(range(each.start, each.end))
        was_late = today.days[0][-1].end > venue.limits.latest
        assert was_late or day[-1].end <= venue.limits.latest
        was_long = any(b.end - b.start > 15 * longest for b in today.days[0])
        assert was_long or all(b.end - b.start <= 15 * longest for b in day)
        assert all(b.start - a.end >= 15 * gap for a, b in pairwise(day))


@pytest.mark.parametrize(("net", "spread", "visits"), [(0, 10, 10), (-8, 6, 20), (5, 20, 40)])
def test_the_knowledge_gradient_is_what_a_better_decision_is_worth(
    net: float, spread: float, visits: float
) -> None:
    belief = Belief(visits=visits, net=net, spread=spread)
    variance = DISPERSION * visits / 6
    moves = spread**2 / math.sqrt(spread**2 + variance)
    after = quad(lambda m: max(m, 0) * norm.pdf(m, net, moves), net - 9 * moves, net + 9 * moves)[0]
    assert belief.learns(12) == pytest.approx(after - max(net, 0), abs=1e-6)


def test_a_short_stretch_before_closing_shows_few_of_those_who_would_come() -> None:
    """With stays of 75 minutes, half of the people want 30: few come for seven, most for 52."""
    hall = consenting().model_copy(update={"type": "sports_hall"})
    expected = norm.cdf(np.log(np.array([7.5, 22.5, 37.5, 52.5]) / 30) / 0.85)
    assert seen_share(hall, "closes_later", 30) == pytest.approx(expected[:2].mean())
    assert seen_share(hall, "closes_later", 60) == pytest.approx(expected.mean())
    assert seen_share(hall, "opens_earlier", 30) == 1
    half, whole = (Belief(visits=10, net=0, spread=5, seen=seen) for seen in (0.5, 1.0))
    assert half.noise(6) == pytest.approx(whole.noise(3))


def test_nothing_is_learnt_where_all_is_known() -> None:
    assert Belief(visits=10, net=0, spread=0.0).learns(12) == 0


def test_a_trial_is_worth_what_it_teaches_for_half_a_year_less_the_visits_that_its_days_lose() -> (
    None
):
    belief = Belief(visits=10, net=-6, spread=5)
    lengths = (2, 4, 6, 8, 10, 12)
    each = [26 * belief.learns(w) - 6 * w / 2 for w in lengths]
    assert HORIZON_WEEKS == 26
    assert belief.worth(12) == pytest.approx(max(each))
    assert belief.worth(4) == pytest.approx(max(each[:2]))
    assert belief.worth(1) == 0


def test_trials_take_no_more_staffed_hours_than_their_share_and_two_a_venue() -> None:
    estate = [some(venue=f"v{n}", spread=10 + n) for n in range(20)]
    begun_before = [running(some(venue="v19"), f"w{n}") for n in range(AT_A_VENUE)]
    allowed = allowance(1200.0, begun_before)
    assert allowed == pytest.approx(TRIAL_SHARE * 1200 - 10)
    drawn = chosen(estate, begun_before, allowed, np.random.default_rng(1))
    assert sum(c.hours for c, _ in drawn) <= allowed
    assert "v19" not in {c.venue for c, _ in drawn}
    assert len({c.venue for c, _ in drawn}) == len(drawn) == 5


def test_the_best_is_taken_and_what_is_not_worth_its_trouble_is_not() -> None:
    good, dull = some(venue="good"), some(venue="dull", net=-100.0)
    assert dull.worth < LEAST_WORTH
    drawn = chosen([dull, good], [], 100.0, np.random.default_rng(1))
    assert drawn == ((good, 1.0),)


def test_near_ties_are_drawn_by_lot_by_the_probability_that_is_logged() -> None:
    tied = [some(venue=f"v{n}", spread=10 + 0.02 * n) for n in range(3)]
    apart = some(venue="apart", spread=8.0)
    assert apart.worth < (1 - NEAR_TIE) * tied[-1].worth
    draws = [chosen([*tied, apart], [], 10.0, np.random.default_rng(s)) for s in range(900)]
    firsts, seconds = (Counter(d[n][0].venue for d in draws) for n in (0, 1))
    assert {d[0][1] for d in draws} == {1 / 3}
    assert {d[1][1] for d in draws} == {1 / 2}
    for counts in (firsts, seconds):
        assert counts.keys() == {c.venue for c in tied}
        assert max(abs(n - 300) for n in counts.values()) < 3 * math.sqrt(900 * 2 / 9)


def test_a_trial_says_why_it_was_begun() -> None:
    trial = running(some(net=1.0, spread=5.0))
    facts = trial.reasons[0].facts
    assert facts["from"] == "20:00"
    assert facts["to"] == "21:00"
    assert facts["days"] == "mon-fri"
    assert facts["low"] == pytest.approx(1 - 5 * norm.ppf(0.9), abs=0.01)
    assert facts["propensity"] == 1.0
