"""Arrivals date by date, and the word for how full it is."""

from datetime import date

import numpy as np
import pytest

from domain.calendars import HOLIDAY
from domain.estate import SchoolTerm
from domain.hours import SpecialDay
from policies.demand import estimate
from policies.demand.forecast import forecast
from policies.demand.nowcast import Crowd, level_of_today, nowcast, present
from tests.policies.worlds import WEEKS, bins, hours, venues, visits_at

NEXT = date(2026, 4, 27)
"""The Monday after the eight weeks."""
OPEN = hours(20, 60)
RATE = np.full((6, 7, 96), 6.0) * np.array([1, 1, 1, 1, 1, 1.5, 0.5])[:, None]


def test_the_next_weeks_arrivals_lie_in_their_intervals_four_times_of_five() -> None:
    inside, day_inside = [], []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        visits = visits_at(rng, RATE, weeks=WEEKS + 2)
        told = estimate(bins(visits[:, : WEEKS * 7], OPEN[None].repeat(6, 0)), venues(6))
        ahead = forecast(told, venues(6), NEXT, 14)
        came = visits[:, WEEKS * 7 :, 24:54]
        low, high = (x[:, :, 24:54] for x in (ahead.low, ahead.high))
        inside.append(np.mean((low <= came) & (came <= high)))
        total = ahead.expected[:, :, 20:60].sum(axis=2)
        day_inside.append(
            np.mean(np.abs(visits[:, WEEKS * 7 :, 20:60].sum(axis=2) / total - 1) < 0.4)
        )
    # numbers of people are whole, so the interval of a slot holds more than four of five
    assert 0.78 < np.mean(inside) < 0.92
    assert np.mean(day_inside) > 0.95


def test_each_date_has_the_rates_of_its_own_kind_of_day() -> None:
    """1 May is a holiday in China; Saturday 9 May is worked for it, as a Friday."""
    rng = np.random.default_rng(5)
    places = [v.model_copy(update={"country": "CN"}) for v in venues(6)]
    places[1] = places[1].model_copy(update={"special_days": (SpecialDay(date(2026, 4, 28)),)})
    told = estimate(bins(visits_at(rng, RATE), OPEN[None].repeat(6, 0)), places)
    ahead = forecast(told, places, NEXT, 14)
    rate, trend = told.profile.rate[0], ahead.expected[0, 0, 40] / told.profile.rate[0, 0, 40]
    may_first, may_ninth = 4, 12
    assert ahead.expected[0, may_first, 40] == pytest.approx(rate[HOLIDAY, 40] * trend, rel=0.05)
    assert ahead.expected[0, may_ninth, 40] == pytest.approx(rate[4, 40] * trend, rel=0.05)
    special, ordinary = ahead.expected[1, 1, 40], told.profile.rate[1, :, 40]
    assert special == pytest.approx(ordinary[HOLIDAY], rel=0.05)


def test_vacations_to_come_widen_the_interval_where_none_were_seen() -> None:
    rng = np.random.default_rng(6)
    term = SchoolTerm(id="t", name="Term", first=date(2026, 1, 1), last=date(2026, 5, 3))
    told = estimate(bins(visits_at(rng, RATE), OPEN[None].repeat(6, 0)), venues(6), [term])
    ahead = forecast(told, venues(6), NEXT, 14)
    width = ahead.day_high - ahead.day_low
    assert (width[:, 7:12] > 1.2 * width[:, :5]).all()


def test_a_venue_of_which_nothing_is_known_is_forecast_as_unknown() -> None:
    silent = np.full((1, 56, 96), np.nan)
    told = estimate(bins(silent, OPEN[None]), venues(1))
    ahead = forecast(told, venues(1), NEXT, 3)
    assert np.isnan(ahead.expected).all()
    assert np.isnan(ahead.day_high).all()


def test_a_steady_stream_fills_the_room_to_arrivals_times_stay() -> None:
    """Little's law: 12 an hour who stay 45 minutes are 9 people; everybody leaves at closing."""
    rate, is_open = np.full(96, 3.0), OPEN[0]
    inside = present(rate, is_open, 45)
    assert inside[50:60] == pytest.approx(9, rel=0.01)
    assert inside[:20].max() == inside[60:].max() == 0
    assert (np.diff(inside[20:50]) > 0).all()


def test_people_inside_are_those_of_a_simulated_queue() -> None:
    rng = np.random.default_rng(7)
    rate = 4 + 3 * np.sin(np.arange(96) / 5)
    inside, days = np.zeros(96), 400
    for _ in range(days):
        came = np.repeat(np.arange(20, 60), rng.poisson(rate[20:60])).astype(float)
        came += rng.random(len(came))
        went = came + rng.exponential(50 / 15, len(came))
        for slot in range(20, 60):
            inside[slot] += np.clip(np.minimum(went, slot + 1) - np.maximum(came, slot), 0, 1).sum()
    assert present(rate, OPEN[0], 50)[20:60] == pytest.approx(inside[20:60] / days, rel=0.1)


def test_the_words_follow_the_day_and_the_capacity() -> None:
    rate = np.full((8, 96), 0.5)
    rate[:, 40:52] = 8.0
    week = OPEN[:1].repeat(8, axis=0)
    words = {h.hour: h.crowd for h in nowcast(rate, week, 0, stay_minutes=45)}
    assert min(words) == 5
    assert max(words) == 14
    assert words[6] is Crowd.QUIET
    assert words[12] is Crowd.BUSY
    full = {h.hour: h.crowd for h in nowcast(rate, week, 0, stay_minutes=45, capacity=24)}
    assert full[12] is Crowd.FULL
    roomy = {h.hour: h.crowd for h in nowcast(rate, week, 0, stay_minutes=45, capacity=100)}
    assert roomy[12] is Crowd.USUAL


def test_nothing_is_said_of_hours_that_nobody_knows() -> None:
    assert nowcast(np.full((8, 96), np.nan), OPEN[:1].repeat(8, 0), 0, stay_minutes=45) == ()


def test_today_is_as_busy_as_the_counts_so_far_say_once_there_are_enough() -> None:
    """Days vary by 10 %, so 100 visits weigh as much as what is usual."""
    assert level_of_today(0, 0, 1.0, 0.01) == 1
    assert level_of_today(200, 100, 1.0, 0.01) == pytest.approx(1.5)
    assert level_of_today(20_000, 10_000, 1.0, 0.01) == pytest.approx(2, rel=0.01)
    assert level_of_today(200, 100, 4.0, 0.01) == pytest.approx(1.2)
