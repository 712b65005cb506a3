"""Levels that move, shapes that change, whom a venue takes after, terms of schools."""

from datetime import date

import numpy as np
import pytest

from domain.estate import SchoolTerm
from policies.demand import estimate
from policies.demand.terms import in_vacation
from tests.policies.worlds import CURVE, WEEKS, bins, hours, kin_world, venues, visits_at

FLAT = np.full((1, 7, 96), 10.0)
OPEN = hours(20, 60)[None]


def test_the_profile_is_of_the_level_that_holds_now() -> None:
    rng = np.random.default_rng(12)
    visits = visits_at(rng, FLAT, day_spread=0.05)
    visits[:, 28:] += visits_at(rng, FLAT, weeks=4, day_spread=0.05)
    result = estimate(bins(visits, OPEN), venues(1))
    assert result.profile.rate[0, :5, 24:56].mean() == pytest.approx(20, rel=0.06)
    assert result.changed_weeks[0] == 4


def test_a_steady_trend_is_followed_to_its_end() -> None:
    """Four per cent a week for eight weeks."""
    growth = np.exp(0.04 * np.repeat(np.arange(WEEKS) - WEEKS + 1, 7))[:, None]
    told = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        visits = rng.poisson(np.tile(FLAT, (1, WEEKS, 1)) * growth).astype(float)
        told.append(estimate(bins(visits, OPEN), venues(1)).profile.rate[0, :7, 24:56].mean())
    assert np.mean(told) == pytest.approx(10, rel=0.04)


def test_levels_that_only_scatter_are_not_taken_to_have_changed() -> None:
    rng = np.random.default_rng(3)
    number = 60
    result = estimate(
        bins(visits_at(rng, FLAT.repeat(number, 0)), OPEN.repeat(number, 0)), venues(number)
    )
    assert np.mean(result.changed_weeks > 0) < 0.05
    assert result.profile.rate[:, :7, 24:56].mean() == pytest.approx(10, rel=0.03)


def test_days_with_another_shape_are_forgotten() -> None:
    """The evening's visitors come in the morning since four weeks; as many as before."""
    rng = np.random.default_rng(5)
    evening, morning = np.full((1, 7, 96), 2.0), np.full((1, 7, 96), 2.0)
    evening[:, :, 48:60], morning[:, :, 20:32] = 12.0, 12.0
    visits = visits_at(rng, evening)
    visits[:, 28:] = visits_at(rng, morning, weeks=4)
    result = estimate(bins(visits, OPEN), venues(1)).profile
    assert result.rate[0, :5, 22:30].mean() == pytest.approx(12, rel=0.15)
    assert result.rate[0, :5, 50:58].mean() == pytest.approx(2, rel=0.35)


def test_a_venue_with_the_wrong_label_learns_from_those_it_resembles() -> None:
    rng = np.random.default_rng(6)
    rate, is_open = kin_world(rng, 16)
    rate[8:] = rate[8:, :, ::-1]
    is_open[8:] = is_open[:8]
    all_venues = [*venues(8), *venues(16, kind="canteen")[8:]]
    all_venues[0] = all_venues[0].model_copy(update={"type": "canteen"})
    result = estimate(bins(visits_at(rng, rate), is_open), all_venues)
    assert result.takes_after[0] == "library"
    assert result.takes_after[1:8] == ("library",) * 7
    assert result.takes_after[8:] == ("canteen",) * 8


def test_venues_of_one_type_that_differ_as_venues_do_keep_their_type() -> None:
    rng = np.random.default_rng(7)
    rate, is_open = kin_world(rng, 20)
    rate[10:, :, :] = rate[10:] ** 0.5
    kinds = [*venues(10), *venues(20, kind="canteen")[10:]]
    result = estimate(bins(visits_at(rng, rate), is_open), kinds)
    assert result.takes_after == tuple(v.type for v in kinds)


def test_what_nobody_of_the_type_was_ever_open_for_is_marked() -> None:
    rng = np.random.default_rng(8)
    rate = np.broadcast_to(5 * CURVE, (4, 7, 96))
    is_open = np.stack([hours(20, 50, days=5)] * 3 + [hours(20, 60, days=5)])
    result = estimate(bins(visits_at(rng, rate), is_open), venues(4))
    assert not result.prior_only[:, :5, 20:60].any()
    assert result.prior_only[:, :5, 60:].all()
    assert result.prior_only[:, 5:7].all()
    width = np.log(result.profile.high / result.profile.low)
    assert width[0, 0, 70] > 1.5 * width[0, 0, 55] > 1.5 * width[0, 0, 40]


TERM = (SchoolTerm(id="t", name="Term", first=date(2026, 3, 2), last=date(2026, 4, 5)),)
"""The first five of the eight weeks."""


def test_days_in_no_term_are_vacation_and_without_terms_none_is() -> None:
    days = np.array(["2026-03-01", "2026-03-02", "2026-04-05", "2026-04-06"], dtype="datetime64[D]")
    assert in_vacation(days, TERM).tolist() == [True, False, False, True]
    assert not in_vacation(days, ()).any()


def test_vacations_are_told_apart_and_the_profile_is_of_the_days_to_come() -> None:
    """Twice as many come in the vacation, in which the window ends."""
    rng = np.random.default_rng(9)
    number = 8
    visits = visits_at(rng, FLAT.repeat(number, 0), day_spread=0.05)
    visits[:, 35:] += visits_at(rng, FLAT.repeat(number, 0), weeks=3, day_spread=0.05)
    result = estimate(bins(visits, OPEN.repeat(number, 0)), venues(number), TERM)
    assert np.exp(result.vacation["library"].log) == pytest.approx(2, rel=0.2)
    assert result.profile.rate[:, :7, 24:56].mean() == pytest.approx(20, rel=0.1)
