"""A trial from its beginning to its end."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from domain.hours import day_text
from policies.trials.evidence import e_values
from policies.trials.reasons import Code
from policies.trials.trial import MOST_WEEKS, State, Trial
from policies.trials.verdict import advanced, standing, why
from policies.trials.worth import Belief
from tests.policies.venues import hours

FIRST = date(2026, 3, 2)
WORKDAYS = (0, 1, 2, 3, 4)
EFFECT = FIRST + timedelta(weeks=40)
END = FIRST + timedelta(weeks=MOST_WEEKS)


def trial(days: tuple[int, ...] = WORKDAYS, seed: int = 1) -> Trial:
    return Trial(
        id="hall:2026-W08",
        venue="hall",
        days=days,
        edge="closes_later",
        start=20 * 60,
        end=21 * 60,
        first=FIRST,
        seed=seed,
        propensity=0.5,
        hours=5.0,
        cost=2.0,
        scale=10.0,
        reasons=(),
    )


def totals(of: Trial, brings: float, until: date = END) -> dict[date, float]:
    """Every day 100 visits, and what the stretch brings."""
    days = [FIRST + timedelta(n) for n in range((until - FIRST).days)]
    return {day: 100 + brings * of.is_on(day) for day in days}


def test_every_weekday_has_it_in_one_of_two_weeks() -> None:
    for seed in range(20):
        some = trial(seed=seed)
        for start in range(0, 84, 14):
            open_on = [n for n in range(start, start + 14) if some.is_on(FIRST + timedelta(n))]
            assert sorted(n % 7 for n in open_on) == list(WORKDAYS)


def test_the_lots_are_even_and_do_not_follow_one_another() -> None:
    first_week = np.array(
        [[trial(seed=s).is_on(FIRST + timedelta(n)) for n in (0, 1, 14)] for s in range(2000)]
    )
    three_sigma = 3 * np.sqrt(0.25 / 2000)
    assert np.abs(first_week.mean(axis=0) - 0.5).max() < three_sigma
    assert np.abs(np.corrcoef(first_week.T) - np.eye(3)).max() < 3 / np.sqrt(2000)


def test_it_is_closed_on_other_days_before_it_and_after_it() -> None:
    closed = [FIRST + timedelta(n) for n in (*range(-14, 0), 5, 6, 12, 13, *range(84, 112))]
    assert not any(trial().is_on(day) for day in closed)


def test_pairs_are_the_same_weekday_one_week_apart_one_with_one_without() -> None:
    pairs = trial().pairs()
    assert len(pairs) == 30
    assert len({day for pair in pairs for day in pair}) == 60
    for on, off in pairs:
        assert abs((on - off).days) == 7
        assert trial().is_on(on)
        assert not trial().is_on(off)


def test_the_stretch_is_added_to_the_hours_of_its_days_only() -> None:
    week = hours(mon_fri="09:00-20:00")
    for n in range(14):
        day = FIRST + timedelta(n)
        blocks = week.days[day.weekday()]
        expected = "09:00-21:00" if trial().is_on(day) else day_text(blocks)
        assert day_text(trial().hours_on(day, blocks)) == expected


def test_hours_that_hold_the_stretch_already_stay_as_they_are() -> None:
    week = hours(mon_fri="09:00-21:00")
    assert trial().kept_hours(week) == week


def test_a_kept_trial_proposes_the_stretch_on_all_its_days() -> None:
    week = hours(mon_thu="09:00-20:00", fri="09:00-12:00, 14:00-20:00")
    expected = hours(mon_thu="09:00-21:00", fri="09:00-12:00, 14:00-21:00")
    assert trial().kept_hours(week) == expected


def test_a_stretch_that_brings_far_more_than_it_costs_is_kept_long_before_time_is_up() -> None:
    some = trial()
    ended = advanced(some, totals(some, 20), FIRST + timedelta(weeks=4), effect=EFFECT)
    assert ended.state is State.KEPT
    assert ended.reasons[-1].code == Code.TRIAL_KEPT
    assert ended.reasons[-1].facts["visits"] == pytest.approx(20)
    assert ended.reasons[-1].facts["pairs"] == 10


def test_a_stretch_that_brings_less_than_it_costs_is_withdrawn_after_the_notice() -> None:
    some = trial()
    today = FIRST + timedelta(weeks=4)
    effect = today + timedelta(weeks=2)
    ended = advanced(some, totals(some, -5), today, effect=effect)
    assert ended.state is State.WITHDRAWN
    assert ended.reasons[-1].code == Code.TRIAL_WITHDRAWN
    announced = [today + timedelta(n) for n in range(14)]
    assert [ended.is_on(d) for d in announced] == [some.is_on(d) for d in announced]
    assert not any(ended.is_on(effect + timedelta(n)) for n in range(84))


def test_what_brings_just_its_cost_goes_on_and_ends_undecided() -> None:
    some = trial()
    seen = totals(some, some.cost)
    assert advanced(some, seen, END - timedelta(1), effect=EFFECT) == some
    ended = advanced(some, seen, END, effect=EFFECT)
    assert ended.state is State.WITHDRAWN
    assert ended.reasons[-1].code == Code.TRIAL_UNDECIDED


def test_a_trial_that_can_tell_little_more_ends_after_a_fortnight() -> None:
    some = trial()
    seen = totals(some, some.cost)
    sure, open_ = (Belief(visits=10, net=-4, spread=s) for s in (1.0, 8.0))
    one, two = FIRST + timedelta(weeks=1), FIRST + timedelta(weeks=2)
    assert advanced(some, seen, one, effect=EFFECT, belief=sure) == some
    assert advanced(some, seen, two, effect=EFFECT, belief=open_) == some
    ended = advanced(some, seen, two, effect=EFFECT, belief=sure)
    assert ended.state is State.WITHDRAWN
    assert ended.reasons[-1].code == Code.TRIAL_TOLD


def test_proof_comes_before_what_is_believed() -> None:
    some, sure = trial(), Belief(visits=10, net=-4, spread=1.0)
    today = FIRST + timedelta(weeks=4)
    assert advanced(some, totals(some, 20), today, effect=EFFECT, belief=sure).state is State.KEPT


def test_whole_days_are_judged_so_visits_taken_from_earlier_hours_gain_nothing() -> None:
    some = trial()
    came = {day: visits + 20 * some.is_on(day) for day, visits in totals(some, -20).items()}
    assert standing(some, came, END).visits == pytest.approx(0)
    assert advanced(some, came, END, effect=EFFECT).state is State.WITHDRAWN


def test_days_that_are_not_known_are_not_days_without_visits() -> None:
    some = trial()
    seen = totals(some, 20)
    off = [day for pair in some.pairs()[::2] for day in pair[1:]]
    gaps = {day: float("nan") if day in off else visits for day, visits in seen.items()}
    left_out = {day: visits for day, visits in seen.items() if day not in off}
    assert standing(some, gaps, END) == standing(some, left_out, END)
    assert standing(some, gaps, END).pairs == 15
    assert standing(some, gaps, END).visits == pytest.approx(20)


def test_days_that_are_not_over_do_not_count() -> None:
    some = trial()
    seen = totals(some, 20)
    assert standing(some, seen, FIRST + timedelta(7)).pairs == 0
    assert standing(some, seen, FIRST + timedelta(8)).pairs == 1
    assert standing(some, seen, FIRST + timedelta(8)).keep == e_values(np.array([18.0]), 10.0)[0]


def test_looks_may_be_repeated_and_an_ended_trial_stays_ended() -> None:
    some = trial()
    today = FIRST + timedelta(weeks=6)
    ended = advanced(some, totals(some, 20), today, effect=EFFECT)
    assert advanced(some, totals(some, 20), today, effect=EFFECT) == ended
    assert advanced(ended, totals(some, -50), END, effect=EFFECT) == ended


def test_a_trial_survives_being_written_down() -> None:
    some = trial()
    ended = advanced(some, totals(some, -5), FIRST + timedelta(weeks=4), effect=EFFECT)
    for each in (some, ended):
        assert Trial.of_json(json.loads(json.dumps(each.as_json()))) == each


def test_before_the_first_pair_nothing_is_said_of_visits() -> None:
    some = trial()
    seen = why(some, standing(some, {}, FIRST))
    assert seen.facts["pairs"] == 0
    assert seen.facts["evidence"] == 1


@pytest.mark.parametrize("world", ["poisson", "shocks", "feasts"])
def test_with_weekly_looks_a_stretch_without_merit_is_kept_once_in_twenty_at_most(
    world: str,
) -> None:
    rng = np.random.default_rng(5)
    kept: Counter[State] = Counter()
    for seed in range(300):
        some = replace(trial(seed=seed), scale=16.0)
        shocks = np.zeros(84)
        if world == "shocks":
            shocks = np.convolve(rng.normal(0, 0.1, 100), 0.8 ** np.arange(17), "valid")
        if world == "feasts":
            shocks = np.where(rng.random(84) < 0.05, 1.2, 0.0)
        visits = rng.poisson(100 * np.exp(shocks)).astype(float)
        days = [FIRST + timedelta(n) for n in range(84)]
        seen = {
            day: v + rng.poisson(some.cost) * some.is_on(day)
            for day, v in zip(days, visits.tolist(), strict=True)
        }
        for week in range(1, MOST_WEEKS + 1):
            some = advanced(some, seen, FIRST + timedelta(weeks=week), effect=EFFECT)
        kept[some.state] += 1
    assert kept[State.RUNNING] == 0
    assert kept[State.KEPT] <= 0.05 * 300
