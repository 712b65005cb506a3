"""What closing and opening do to arrivals, and what lies outside the hours."""

import numpy as np
import pytest

from policies.demand import estimate
from policies.demand.beyond import hours_outside, usual_hours
from policies.demand.edges import learnt, usual_closing
from tests.policies.worlds import WEEKS, Floats, Mask, bins, hours, kin_world, venues, visits_at

CLOSING = np.array([0.2, 0.5, 0.8])
"""Part of those who come in the last, the last but one and the third slot from closing."""


def world(rng: np.random.Generator, number: int, trials: int) -> tuple[Floats, Floats, Mask]:
    """Rates; visits (venues, days, 96); open slots alike. Trials close an hour later, 4 weeks."""
    rate, is_open = kin_world(rng, number)
    opened = np.tile(is_open, (1, WEEKS, 1))
    for venue in range(trials):
        closes = int(np.flatnonzero(is_open[venue, 0])[-1]) + 1
        opened[venue, 28:, closes : closes + 4] = True
    visits = visits_at(rng, rate)
    for venue in range(number):
        for day in range(WEEKS * 7):
            last = int(np.flatnonzero(opened[venue, day])[-1])
            for left, share in enumerate(CLOSING):
                visits[venue, day, last - left] = rng.binomial(
                    int(visits[venue, day, last - left]), share
                )
    return rate, np.where(opened, visits, 0), opened


def estimated(visits: Floats, opened: Mask) -> tuple[Floats, Floats]:
    flat = opened.astype(float).reshape(len(visits), -1)
    result = estimate(bins(visits, opened[:, :7], open=flat, entered=visits), venues(len(visits)))
    return result.profile.rate[:, :7], result.edges["library"].closing.factor


def test_what_closing_does_is_learnt_from_hours_that_changed() -> None:
    rng = np.random.default_rng(1)
    _, visits, opened = world(rng, 20, trials=6)
    _, factor = estimated(visits, opened)
    assert factor[1:4] == pytest.approx(CLOSING, abs=0.1)


def test_rates_at_the_edges_are_those_of_the_venue_were_it_open_longer() -> None:
    rng = np.random.default_rng(2)
    rate, visits, opened = world(rng, 20, trials=6)
    told, _ = estimated(visits, opened)
    last = np.array([np.flatnonzero(o[0])[-1] for o in opened])
    at = np.arange(20)[6:], last[6:]
    seen = visits.reshape(20, WEEKS, 7, 96).mean(axis=1)[at[0], :, at[1]]
    truth = rate[at[0], :, at[1]]
    assert seen.sum() < 0.3 * truth.sum()
    assert told[at[0], :, at[1]].sum() == pytest.approx(truth.sum(), rel=0.15)


def test_no_edge_is_found_where_arrivals_go_on_to_the_last_minute() -> None:
    rng = np.random.default_rng(3)
    rate, is_open = np.full((8, 7, 96), 8.0), hours(20, 60)[None].repeat(8, axis=0)
    result = estimate(bins(visits_at(rng, rate), is_open), venues(8))
    assert result.profile.rate[:, :7, 56:60].mean() == pytest.approx(8, rel=0.25)


def test_only_cells_seen_at_several_distances_tell_of_an_edge() -> None:
    usual = usual_closing(60)
    one_window = np.zeros((50, 9)), np.zeros((50, 9))
    one_window[0][:, 1], one_window[1][:, 1] = 100.0, 100.0
    assert learnt(*one_window, usual).factor == pytest.approx(usual.factor)


def test_an_edge_is_the_ratio_of_rates_near_and_far() -> None:
    """1,000 cells with 50 visits far from closing and 10 in the last slot, at equal exposure."""
    count, exposure = np.zeros((1000, 9)), np.zeros((1000, 9))
    count[:, 0], count[:, 1] = 50.0, 10.0
    exposure[:, :2] = 1.0
    found = learnt(count, exposure, usual_closing(60))
    assert found.factor[1] == pytest.approx(0.2, abs=0.01)
    assert found.variance[1] < 0.001


def test_trials_that_find_nobody_lower_what_is_expected_outside_the_hours_of_others() -> None:
    """Where hours end because demand does, the pooled shape of later closers misleads."""
    found = []
    for trials in (0, 5):
        rng = np.random.default_rng(4)
        rate, is_open = kin_world(rng, 24)
        closes = np.array([np.flatnonzero(o[0])[-1] + 1 for o in is_open])
        for venue, end in enumerate(closes.tolist()):
            rate[venue, :, end:] *= 0.3
        opened = np.tile(is_open, (1, WEEKS, 1))
        for venue in range(trials):
            opened[venue, 28:, closes[venue] : closes[venue] + 4] = True
        visits = np.where(opened, visits_at(rng, rate), 0)
        told, _ = estimated(visits, opened)
        beyond = [(v, c) for v, c in list(enumerate(closes.tolist()))[5:]]
        total = sum(told[v, :, c : c + 4].sum() for v, c in beyond)
        found.append(total / sum(rate[v, :, c : c + 4].sum() for v, c in beyond))
    assert abs(np.log(found[1])) < 0.6 * abs(np.log(found[0]))


def test_usual_hours_are_those_of_nearly_every_day_of_the_type() -> None:
    opened = np.zeros((1, 8, 96))
    opened[0, 2, 20:40], opened[0, 2, 40:44] = 8, 4
    usual = usual_hours(opened)
    assert np.flatnonzero(usual[0, 2]).tolist() == list(range(20, 40))
    assert not usual[0, 3].any()


def test_hours_outside_are_told_by_side_and_end_at_two() -> None:
    usual = np.zeros((1, 8, 96), dtype=np.bool_)
    usual[0, 0, 20:40] = True
    outside = hours_outside(usual)
    assert outside[0, 0, 16].tolist() == [1.0, 0.0]
    assert outside[0, 0, 43].tolist() == [0.0, 1.0]
    assert outside[0, 0, 90].tolist() == [0.0, 2.0]
    assert not outside[0, 0, 20:40].any()
    assert not outside[0, 1].any()
