"""The lots of a roll-out."""

import math
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from domain.errors import InvalidInput
from policies.uplift.rollout import Rollout, drawn_rollout

FIRST = date(2026, 3, 2)
WAVES = [FIRST + timedelta(weeks=3 * n) for n in range(4)]
GROUPS = [f"g{n}" for n in range(10)]
BLOCKS = ["gyms"] * 6 + ["libraries"] * 4


def drawn(seed: int) -> Rollout:
    return drawn_rollout(GROUPS, BLOCKS, WAVES, seed)


def test_waves_are_alike_in_size_and_each_block_is_spread_over_all() -> None:
    for seed in range(30):
        made = drawn(seed)
        assert sorted(Counter(made.wave).values()) == [2, 2, 3, 3]
        for block in ("gyms", "libraries"):
            waves = [w for w, b in zip(made.wave, BLOCKS, strict=True) if b == block]
            assert set(waves) == {0, 1, 2, 3}


def test_the_same_seed_draws_the_same_order_whatever_order_the_groups_are_named_in() -> None:
    back = drawn_rollout(GROUPS[::-1], BLOCKS[::-1], WAVES, 7)
    assert dict(zip(GROUPS, drawn(7).wave, strict=True)) == dict(
        zip(back.groups, back.wave, strict=True)
    )


def test_a_group_gets_each_wave_as_often_as_its_propensity_says() -> None:
    number = 3000
    draws = [drawn(seed) for seed in range(number)]
    for place, group in enumerate(GROUPS):
        expected = draws[0].propensity[group]
        assert sum(expected.values()) == 1
        counts = Counter(WAVES[d.wave[place]] for d in draws)
        for wave, share in expected.items():
            sigma = math.sqrt(number * share * (1 - share))
            assert abs(counts[wave] - number * share) < 4 * sigma


def test_propensity_is_the_share_of_a_blocks_places() -> None:
    assert drawn(1).propensity["g9"] == dict.fromkeys(WAVES, Fraction(1, 4))
    assert drawn(1).propensity["g0"][WAVES[0]] == Fraction(2, 6)


def test_arrangements_are_counted_block_by_block() -> None:
    gyms = math.factorial(6) // (math.factorial(2) ** 2)
    assert drawn(1).arrangements == gyms * math.factorial(4)
    alone = drawn_rollout(GROUPS, GROUPS, WAVES, 1)
    assert alone.arrangements == 1


def test_redraws_stay_within_blocks_and_all_orders_are_equally_likely() -> None:
    made = drawn_rollout(["a", "b", "c", "d"], ["x", "x", "x", "y"], WAVES, 3)
    draws = made.redrawn(6000, np.random.default_rng(1))
    assert {int(w) for w in draws[:, 3]} == {int(made.weeks[3])}
    counts = Counter(map(tuple, draws.tolist()))
    assert len(counts) == made.arrangements == 6
    assert max(abs(n - 1000) for n in counts.values()) < 4 * math.sqrt(6000 * 5 / 36)


def test_an_order_that_its_seed_does_not_draw_is_not_by_lot() -> None:
    made = drawn(7)
    assert made.is_by_lot
    assert not replace(made, wave=made.wave[::-1]).is_by_lot
    assert not replace(made, seed=8).is_by_lot
    assert not replace(made, seed=None).is_by_lot


def test_weeks_count_from_the_first_wave() -> None:
    made = drawn(7)
    assert made.weeks.tolist() == [3 * w for w in made.wave]


@pytest.mark.parametrize(
    "waves",
    [[], [FIRST + timedelta(1)], [WAVES[1], WAVES[0]], [FIRST, FIRST]],
    ids=["none", "a Tuesday", "not in order", "twice"],
)
def test_waves_are_mondays_in_order(waves: list[date]) -> None:
    with pytest.raises(InvalidInput, match="Mondays"):
        drawn_rollout(GROUPS, BLOCKS, waves, 1)


def test_a_group_has_one_place() -> None:
    with pytest.raises(InvalidInput, match="once"):
        drawn_rollout(["a", "a"], ["x", "x"], WAVES, 1)
