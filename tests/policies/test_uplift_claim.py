"""What is claimed of a roll-out, and what is not."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from policies.uplift.claim import Claim, claimed
from policies.uplift.figures import Measure, figures
from policies.uplift.imputation import log_effect
from policies.uplift.inference import inferred, is_treated, two_sided
from policies.uplift.panel import weekly
from policies.uplift.reasons import Code
from policies.uplift.rollout import Rollout
from tests.policies.rollouts import (
    WEEKS_BEFORE,
    Floats,
    rollout_of,
    smooth,
    totals_of,
    week_of_days,
)


def shocked(rng: np.random.Generator, mean: Floats, groups: int, spread: float = 0.05) -> Floats:
    """Visits with shocks of groups that last for weeks."""
    days = mean.shape[1]
    noise = rng.normal(0, spread, (groups, days + 40))
    lasting = np.array([np.convolve(row, 0.9 ** np.arange(41) / 2.3, "valid") for row in noise])
    rows = np.repeat(lasting, len(mean) // groups, axis=0)
    return np.asarray(rng.poisson(mean * np.exp(rows)), np.float64)


def claim_of(rollout: Rollout, visits: Floats, seed: int = 1) -> Claim:
    return claimed(totals_of(rollout, visits), rollout, np.random.default_rng(seed))


def codes(claim: Claim) -> list[str]:
    return [r.code for r in claim.reasons]


def test_a_roll_out_by_lot_is_claimed_with_an_interval_and_its_a_a_check() -> None:
    rollout = rollout_of(groups=16)
    visits = shocked(np.random.default_rng(2), smooth(rollout, 0.15), 16)
    claim = claim_of(rollout, visits)
    assert claim.effect is not None
    assert claim.aa is not None
    assert claim.effect.low < 0.15 < claim.effect.high
    assert claim.effect.p_value < 0.05 < claim.aa.p_value
    assert codes(claim) == [Code.UPLIFT, Code.AA_CHECK]
    assert claim.reasons[0].facts["share"] == pytest.approx(claim.effect.share, abs=1e-4)


def test_equal_arguments_give_an_equal_claim() -> None:
    rollout = rollout_of()
    visits = shocked(np.random.default_rng(2), smooth(rollout, 0.1), 12)
    assert claim_of(rollout, visits) == claim_of(rollout, visits)


def test_an_order_that_was_not_drawn_is_refused_and_nothing_is_printed() -> None:
    rollout = rollout_of()
    for other, code in (
        (replace(rollout, seed=None), Code.ORDER_NOT_BY_LOT),
        (replace(rollout, wave=rollout.wave[::-1]), Code.ORDER_NOT_AS_DRAWN),
    ):
        claim = claim_of(other, smooth(other, 0.1))
        assert claim.effect is claim.aa is None
        assert codes(claim) == [code]


def test_a_seed_that_was_sought_until_it_drew_the_worst_first_is_found_out() -> None:
    level = 20.0 * (1 + np.arange(12) % 7)
    tried = [rollout_of(seed=seed) for seed in range(4000)]
    sought = min(tried, key=lambda r: -np.corrcoef(r.weeks, level)[0, 1])
    visits = shocked(np.random.default_rng(2), smooth(sought, 0.1), 12)
    claim = claim_of(sought, visits)
    assert claim.effect is None
    assert codes(claim) == [Code.ORDER_FOLLOWS]


def test_an_order_that_goes_with_how_groups_stood_is_refused() -> None:
    rollout = rollout_of()
    visits = shocked(np.random.default_rng(2), smooth(rollout, 0.1), 12)
    stood = {"utilisation": rollout.weeks + np.linspace(0, 0.1, 12)}
    rng = np.random.default_rng(1)
    claim = claimed(totals_of(rollout, visits), rollout, rng, standing=stood)
    assert claim.effect is None
    assert claim.reasons[0].facts["what"] == "utilisation"


def test_groups_that_parted_before_anything_changed_are_found_by_the_a_a_check() -> None:
    rollout = rollout_of(groups=16)
    visits = smooth(rollout, 0.0)
    parting = np.where(rollout.weeks[:, None] < 6, 0.04, 0.0) * week_of_days()
    claim = claim_of(rollout, shocked(np.random.default_rng(3), visits * np.exp(parting), 16, 0.01))
    assert claim.effect is None
    assert claim.aa is not None
    assert codes(claim) == [Code.GROUPS_DRIFT_APART]


def test_too_few_groups_or_weeks_are_refused_each_with_its_reason() -> None:
    few = rollout_of(groups=4, waves=4)
    assert codes(claim_of(few, smooth(few, 0.1))) == [Code.TOO_FEW_GROUPS]
    rollout = rollout_of()
    totals = totals_of(rollout, smooth(rollout, 0.1))
    late = slice(7 * (WEEKS_BEFORE - 2), None)
    short = replace(
        totals,
        day=totals.day[late],
        day_type=totals.day_type[:, late],
        total=totals.total[:, late],
    )
    claim = claimed(short, rollout, np.random.default_rng(1))
    assert codes(claim) == [Code.TOO_SHORT_BEFORE]


def test_where_nothing_was_counted_there_are_no_weeks_before() -> None:
    rollout = rollout_of()
    silent = totals_of(rollout, np.full_like(smooth(rollout, 0.1), np.nan))
    claim = claimed(silent, rollout, np.random.default_rng(1))
    assert codes(claim) == [Code.TOO_SHORT_BEFORE]
    assert claim.reasons[0].facts["weeks"] == 0


def test_where_nobody_is_still_to_come_nothing_is_claimed() -> None:
    rollout = rollout_of()
    totals = totals_of(rollout, shocked(np.random.default_rng(1), smooth(rollout, 0.1), 12))
    first = 7 * (WEEKS_BEFORE + int(rollout.weeks.max()))
    totals.total[:, 7 * WEEKS_BEFORE : first] = np.nan
    claim = claimed(totals, rollout, np.random.default_rng(1))
    assert claim.effect is None
    assert codes(claim) == [Code.NO_CONTROLS]


def test_what_neighbours_lose_is_taken_off() -> None:
    rollout = rollout_of(groups=16)
    visits = smooth(rollout, 0.0, venues=2)
    visits[1::2] = visits[::2]
    gain = 0.3 * (week_of_days() >= rollout.weeks[:, None])
    visits[::2] *= 1 + gain
    visits[1::2] *= 1 - 0.5 * gain
    came = shocked(np.random.default_rng(4), visits, 16, 0.01)
    claim = claimed(
        totals_of(rollout, came, venues=2),
        rollout,
        np.random.default_rng(1),
        changed=np.arange(32) % 2 == 0,
    )
    assert claim.effect is not None
    assert claim.changed is not None
    assert claim.neighbours is not None
    assert claim.changed.share == pytest.approx(0.3, abs=0.03)
    assert claim.neighbours.share == pytest.approx(-0.15, abs=0.03)
    assert claim.effect.share == pytest.approx(0.075, abs=0.02)
    assert codes(claim)[1:3] == [Code.UPLIFT_AT_CHANGED, Code.UPLIFT_AT_NEIGHBOURS]


def test_what_people_learn_in_time_is_shown_by_the_weeks_since_the_start() -> None:
    rollout = rollout_of(groups=16)
    age = week_of_days() - rollout.weeks[:, None]
    gain = np.where(age < 0, 0.0, np.where(age < 4, 0.05, 0.2))
    claim = claim_of(rollout, np.round(1000 * smooth(rollout, 0.0) * (1 + gain)))
    assert claim.since == pytest.approx((0.05, 0.2, 0.2), abs=1e-3)


def test_p_values_are_those_of_all_orders() -> None:
    rollout = rollout_of(groups=5, waves=5)
    visits = shocked(np.random.default_rng(5), smooth(rollout, 0.05), 5)
    cells = weekly(totals_of(rollout, visits), rollout)
    every = np.array(list(permutations(rollout.weeks.tolist())))
    logs = log_effect(cells.total, cells.usual, is_treated(cells.week, every))
    actual = log_effect(cells.total, cells.usual, is_treated(cells.week, rollout.weeks[None]))
    above, below = np.mean(logs >= actual - 1e-9), np.mean(logs <= actual + 1e-9)
    found = inferred(cells, rollout.weeks, every)
    assert found.p_value == pytest.approx(min(1, 2 * min(above, below)), abs=2 / 120)


def test_the_ends_of_the_interval_are_the_effects_that_are_just_rejected() -> None:
    rollout = rollout_of(groups=12)
    rng = np.random.default_rng(6)
    cells = weekly(totals_of(rollout, shocked(rng, smooth(rollout, 0.1), 12)), rollout)
    redrawn = rollout.redrawn(999, rng)
    found = inferred(cells, rollout.weeks, redrawn)
    treated = is_treated(cells.week, rollout.weeks[None])[0]
    for end in (found.low, found.high):
        for aside, is_inside in ((0.005, True), (-0.005, False)):
            supposed = end + aside * np.sign(found.share - end)
            without = replace(
                cells, total=np.where(treated, cells.total / (1 + supposed), cells.total)
            )
            p_value = inferred(without, rollout.weeks, redrawn).p_value
            assert (p_value > 0.05) == is_inside


def test_a_draw_of_which_nothing_is_told_counts_against_a_claim() -> None:
    excess = np.array([-1.0] * 30 + [np.nan] * 10)
    assert two_sided(excess) == pytest.approx(2 * 11 / 41)


def test_intervals_hold_the_truth_nineteen_times_in_twenty_and_nothing_is_found_as_rarely() -> None:
    held, rejected, number = 0, 0, 80
    for seed in range(number):
        rng = np.random.default_rng([8, seed])
        rollout = rollout_of(groups=12, seed=seed)
        redrawn = rollout.redrawn(199, rng)
        for effect in (0.0, 0.1):
            visits = shocked(rng, smooth(rollout, effect), 12, 0.1)
            found = inferred(weekly(totals_of(rollout, visits), rollout), rollout.weeks, redrawn)
            held += found.low <= effect <= found.high
            rejected += effect == 0 and found.p_value <= 0.05
    four_sigma = 4 * np.sqrt(0.05 * 0.95 / number)
    assert held / number / 2 == pytest.approx(0.95, abs=four_sigma / np.sqrt(2))
    assert rejected / number <= 0.05 + four_sigma


def test_figures_are_of_known_venues_a_week_with_what_would_have_been() -> None:
    rollout = rollout_of(groups=12)
    visits = totals_of(rollout, smooth(rollout, 0.2))
    visits.total[int(np.argmin(rollout.weeks))] = np.nan
    row = int(np.flatnonzero(rollout.weeks == 3)[0])
    subjects = {"one": [visits.venues[row]], "all": list(visits.venues)}
    one, everyone = figures({Measure.VISITS: visits}, rollout, subjects)
    last_wave = int(np.sum(rollout.weeks == rollout.weeks.max()))
    assert (one.venues, everyone.venues) == (1, 12 - 1 - last_wave)
    assert one.share == pytest.approx(0.2, abs=1e-4)
    assert everyone.share == pytest.approx(0.2, abs=1e-4)
    assert one.before == pytest.approx(visits.total[row, : 7 * WEEKS_BEFORE].sum() / WEEKS_BEFORE)


def test_utilisation_is_a_ratio_of_sums() -> None:
    rollout = rollout_of(groups=12)
    person_hours = totals_of(rollout, smooth(rollout, 0.2))
    places = np.ones_like(person_hours.total) * 400
    capacity_hours = replace(person_hours, total=places)
    measured = {Measure.PERSON_HOURS: person_hours, Measure.CAPACITY_HOURS: capacity_hours}
    found = figures(measured, rollout, {"all": person_hours.venues})
    by_measure = {f.measure: f for f in found}
    used = by_measure[Measure.UTILISATION]
    hours = by_measure[Measure.PERSON_HOURS]
    assert used.before == pytest.approx(hours.before / (hours.venues * 7 * 400))
    assert used.share == pytest.approx(0.2, abs=1e-4)


def test_a_figure_that_nobody_knows_is_not_nothing() -> None:
    rollout = rollout_of(groups=12)
    refused = totals_of(rollout, np.full(smooth(rollout, 0.0).shape, np.nan))
    (found,) = figures({Measure.REFUSED: refused}, rollout, {"all": refused.venues})
    assert found.venues == 0
    assert np.isnan([found.before, found.after, found.without, found.share]).all()
