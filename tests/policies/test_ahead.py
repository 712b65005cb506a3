"""People inside on days ahead: stays that fit, rooms' parts, and intervals, by hand arithmetic."""

import numpy as np
import pytest
from scipy.stats import nbinom

from policies.demand.ahead import Outlook, room_share, stay_of
from policies.demand.nowcast import Crowd, present

OPEN = np.zeros((7, 96), np.bool_)
OPEN[:, 16:64] = True
"""08:00 to 20:00 of a business day that begins at four."""
RATE = np.full((7, 96), 6.0)


@pytest.mark.parametrize("minutes", [20.0, 75.0, 300.0])
def test_the_stay_is_that_by_which_as_many_are_inside(minutes: float) -> None:
    inside = present(RATE, OPEN, minutes)
    assert stay_of(inside, RATE, OPEN) == pytest.approx(minutes, rel=0.02)


def test_without_people_or_arrivals_there_is_no_stay() -> None:
    assert np.isnan(stay_of(np.zeros((7, 96)), RATE, OPEN))
    assert np.isnan(stay_of(np.full((7, 96), np.nan), RATE, OPEN))
    assert np.isnan(stay_of(np.ones((7, 96)), 0 * RATE, OPEN))


def test_a_rooms_part_of_an_hour_leans_on_its_part_of_the_week_where_few_come() -> None:
    whole, room = np.zeros((7, 96)), np.zeros((7, 96))
    whole[0, :4], room[0, :4] = 100, 75
    whole[0, 4:8], room[0, 4:8] = 1, 0
    share = room_share(room, whole)
    of_week = 300 / 404
    assert share[0, 0] == pytest.approx((300 + 4 * of_week) / 404)
    assert share[0, 1] == pytest.approx(4 * of_week / 8)
    assert share[3, 3] == pytest.approx(of_week)
    assert np.isnan(room_share(np.full((7, 96), np.nan), whole)).all()


def test_the_interval_is_that_of_a_negative_binomial_and_words_follow_the_week() -> None:
    """A quarter-hour's stay with six arrivals in each: a flat day, its middle at M/G/∞'s mean."""
    outlook = Outlook(rate=RATE, doubt=np.full((7, 96), 0.04), dispersion=1.5, stay_minutes=15.0)
    found = outlook.inside(OPEN, 2, np.ones((7, 96)), None)
    mean = 6.0
    variance = 1.5 * mean + 0.04 * mean**2
    chance = mean / variance
    low, high = (nbinom.ppf(q, mean * chance / (1 - chance), chance) for q in (0.1, 0.9))
    assert found.expected[40] == pytest.approx(mean, rel=1e-6)
    assert (found.low[40], found.high[40]) == (low, high)
    assert found.crowd[40] is Crowd.USUAL
    assert found.crowd[0] is None
    assert found.against(high + 1, 40) is Crowd.BUSY
    assert found.against(low - 1, 40) is Crowd.QUIET


def test_what_is_unknown_stays_unknown_while_it_is_open() -> None:
    rate = RATE.copy()
    rate[1, 30] = np.nan
    outlook = Outlook(rate=rate, doubt=np.zeros((7, 96)), dispersion=1.0, stay_minutes=60.0)
    found = outlook.inside(OPEN, 1, np.ones((7, 96)), 50)
    assert np.isnan(found.expected[30])
    assert found.crowd[30] is None
    assert found.against(10.0, 30) is None
    assert found.expected[0] == 0
