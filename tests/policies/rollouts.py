"""Roll-outs whose effect is known, for the tests of uplift."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from policies.uplift.panel import DayTotals
from policies.uplift.rollout import Rollout, drawn_rollout

Floats = NDArray[np.float64]

FIRST = date(2026, 3, 2)
WEEKS_BEFORE, WEEKS_AFTER = 6, 12


def rollout_of(groups: int = 12, waves: int = 4, seed: int = 1) -> Rollout:
    starts = [FIRST + timedelta(weeks=3 * n) for n in range(waves)]
    return drawn_rollout([f"g{n}" for n in range(groups)], ["all"] * groups, starts, seed)


def week_of_days() -> NDArray[np.intp]:
    days = np.arange(7 * (WEEKS_BEFORE + WEEKS_AFTER))
    return days // 7 - WEEKS_BEFORE


def totals_of(rollout: Rollout, visits: Floats, venues: int = 1) -> DayTotals:
    """Day totals, (groups × venues, days), of groups of as many venues, one after another."""
    days = np.arange(visits.shape[1])
    return DayTotals(
        venues=tuple(f"{g}.{n}" for g in rollout.groups for n in range(venues)),
        group=tuple(g for g in rollout.groups for _ in range(venues)),
        day=np.datetime64(FIRST) - 7 * WEEKS_BEFORE + days,
        day_type=np.tile(days % 7, (len(visits), 1)).astype(np.int8),
        total=visits,
    )


def smooth(rollout: Rollout, effect: float, venues: int = 1) -> Floats:
    """Expected visits: every venue its level, every weekday, week and season its own, an effect."""
    week = week_of_days()
    rows = len(rollout.groups) * venues
    level = 20.0 * (1 + np.arange(rows) % 7)[:, None]
    weekday = np.array([1, 0.9, 1.1, 1, 1.2, 1.6, 0.5])[np.arange(len(week)) % 7]
    season = np.exp(0.3 * np.sin(week / 3))
    starts = np.repeat(rollout.weeks, venues)[:, None]
    return np.asarray(level * weekday * season * np.where(week >= starts, 1 + effect, 1.0))
