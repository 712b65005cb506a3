"""Limits that clash are named, no more of them than it takes."""

from typing import Any

import numpy as np

from domain.hours import Block, WeeklyHours
from policies.hours.conflicts import conflicts
from tests.policies.venues import venue_with

LOOSE: dict[str, Any] = {
    "core": WeeklyHours(),
    "earliest": 4 * 60,
    "latest": 28 * 60,
    "max_blocks": 4,
    "min_block_minutes": 15,
    "max_block_minutes": 1440,
    "min_gap_minutes": 15,
    "min_shift_minutes": 0,
    "staff_hours": None,
}


def random_limits(rng: np.random.Generator) -> dict[str, Any]:
    """Tight ones, so that many clash."""
    starts = sorted(rng.choice(np.arange(6, 20), 2, replace=False).tolist())
    core = tuple(Block(h * 60, h * 60 + 15 * int(rng.integers(2, 5))) for h in starts)
    return {
        "core": WeeklyHours((core, core[:1], *[()] * 5)),
        "earliest": int(rng.integers(5, 9)) * 60,
        "latest": int(rng.integers(17, 24)) * 60,
        "max_blocks": int(rng.integers(1, 3)),
        "min_block_minutes": int(rng.integers(1, 17)) * 15,
        "max_block_minutes": int(rng.integers(16, 40)) * 15,
        "min_gap_minutes": int(rng.integers(1, 25)) * 15,
        "min_shift_minutes": int(rng.integers(0, 17)) * 15,
        "staff_hours": float(rng.integers(3, 15)),
    }


def test_loosening_any_limit_of_a_conflict_ends_it_and_loosening_all_others_does_not() -> None:
    rng = np.random.default_rng(4)
    found, sets = 0, set()
    for _ in range(60):
        limits = random_limits(rng)
        for conflict in conflicts(venue_with(WeeklyHours(), **limits)):
            found += 1
            sets.add(conflict.limits)
            alone = {**LOOSE, **{name: limits[name] for name in conflict.limits}}
            assert [c.limits for c in conflicts(venue_with(WeeklyHours(), **alone))] == [
                conflict.limits
            ]
            for name in conflict.limits:
                mended = {**alone, name: LOOSE[name]}
                assert conflicts(venue_with(WeeklyHours(), **mended)) == ()
    assert found > 20, "too few conflicts to say anything"
    assert len(sets) > 5
