"""Rooms with a true use that is known: what the benchmark of under-used rooms is measured on."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from policies.occupancy.rates import RATIO_LIMIT
from policies.underuse.weeks import RoomWeeks

Floats = NDArray[np.float64]

ROOMS, WEEKS = 50, 156
TYPES = ("activity_room", "canteen", "library", "sports_hall", "service_centre")
THRESHOLD = 0.15
"""Utilisation that a room should have."""
CAPACITY, OPEN_HOURS, STAY_HOURS = 30, 56.0, 1.0
UNDERUSED_SHARE = 0.25
"""Of the rooms, half of them from the start, half from some week on."""

_TYPES = tuple(np.repeat(TYPES, ROOMS // len(TYPES)).tolist())


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What 50 rooms did in three years, and how much they were truly used."""

    seen: RoomWeeks
    types: tuple[str, ...]
    level: Floats
    """(rooms, weeks) true use over a year of such weeks, in thresholds."""
    use: Floats
    """(rooms, weeks) true use in each week, in thresholds."""


def levels(rng: np.random.Generator, least: float = 0.9, spread: float = 0.6) -> Floats:
    """(rooms, weeks) use in thresholds: enough in most rooms, too little in others from a week on.

    Args:
        rng: source of all chance.
        least: no room that is used enough is used less than this.
        spread: standard deviation of the logarithm of the others.
    """
    of_type = np.repeat(rng.normal(np.log(2), 0.3, len(TYPES)), ROOMS // len(TYPES))
    enough = np.maximum(np.exp(of_type + rng.normal(0, spread, ROOMS)), least)
    low = rng.uniform(0.05, 0.6, ROOMS)
    is_low = rng.random(ROOMS) < UNDERUSED_SHARE
    since = np.where(rng.random(ROOMS) < 1 / 2, 0, rng.integers(26, WEEKS - 16, ROOMS))
    fallen = is_low[:, None] & (np.arange(WEEKS) >= since[:, None])
    return np.where(fallen, low[:, None], enough[:, None])


def wander(rng: np.random.Generator, sd: float, correlation: float = 0.3) -> Floats:
    """(rooms, weeks) lognormal factors of mean 1, AR(1) on the log scale."""
    noise = rng.normal(0, sd, (ROOMS, WEEKS))
    for week in range(1, WEEKS):
        noise[:, week] *= np.sqrt(1 - correlation**2)
        noise[:, week] += correlation * noise[:, week - 1]
    return np.asarray(np.exp(noise - sd**2 / 2))


def seen(rng: np.random.Generator, use: Floats) -> RoomWeeks:
    """What faultless counters say of rooms with such use, in thresholds: visits are Poisson."""
    hours = np.full(use.shape, OPEN_HOURS)
    visits = rng.poisson(use * THRESHOLD * CAPACITY * hours / STAY_HOURS).astype(np.float64)
    days = np.full(use.shape, 7.0)
    return RoomWeeks(
        rooms=tuple(f"r{n:02d}" for n in range(ROOMS)),
        week=np.datetime64("2023-01-02") + 7 * np.arange(WEEKS),
        used=visits * STAY_HOURS,
        offered=CAPACITY * hours,
        open_hours=hours,
        healthy_hours=hours.copy(),
        entered=visits,
        left=visits.copy(),
        open_days=days,
        empty_days=np.where(visits == 0, days, 0),
    )


def steady(rng: np.random.Generator) -> World:
    """Every week much like the last."""
    level = levels(rng)
    return _world(rng, level, level * wander(rng, 0.25))


def seasonal(rng: np.random.Generator) -> World:
    """Each room with a year of its own, or all of a type with the same; mean 1 over the year."""
    level = levels(rng)
    phase = np.where(rng.random() < 1 / 2, rng.random(ROOMS), np.repeat(rng.random(5), ROOMS // 5))
    depth = rng.uniform(0.2, 0.8, ROOMS)[:, None]
    year = 1 + depth * np.sin(2 * np.pi * (np.arange(WEEKS) / 52 + phase[:, None]))
    return _world(rng, level, level * year * wander(rng, 0.25))


def holidays(rng: np.random.Generator) -> World:
    """Rooms that nearly stand still in two holidays a year, of two and of seven weeks."""
    level = levels(rng)
    week = np.arange(WEEKS) % 52
    off = ((week >= 5) & (week < 7)) | ((week >= 27) & (week < 34))
    closes = rng.random((ROOMS, 1)) < 0.6
    factor = np.where(off & closes, rng.uniform(0.05, 0.4, (ROOMS, 1)), 1)
    return _world(
        rng, level * factor.mean(axis=1, keepdims=True), level * factor * wander(rng, 0.25)
    )


def drifting(rng: np.random.Generator) -> World:
    """Use that wanders by a fifth a quarter for good."""
    steps = np.cumsum(rng.normal(0, 0.05, (ROOMS, WEEKS)), axis=1)
    level = levels(rng) * np.exp(steps)
    return _world(rng, level, level * wander(rng, 0.2))


def overdispersed(rng: np.random.Generator) -> World:
    """Weeks of anything between nothing and thrice the usual."""
    level = levels(rng)
    busy = rng.random((ROOMS, WEEKS)) < 0.85
    return _world(rng, level, level * busy / 0.85 * wander(rng, 0.7, 0.5))


def near(rng: np.random.Generator) -> World:
    """Rooms that are used just enough: all within a fifth of the threshold, or far below."""
    level = levels(rng)
    just = rng.uniform(0.8, 1.2, (ROOMS, 1))
    level = np.where(level < 0.7, level, just)
    return _world(rng, level, level * wander(rng, 0.3))


def faulty(rng: np.random.Generator) -> World:
    """Counters that die unnoticed, fall silent, or miss people, both ways or those who come in."""
    level = levels(rng)
    use = level * wander(rng, 0.25)
    truth = seen(rng, use)
    week = np.arange(WEEKS)
    kind = rng.integers(0, 6, (ROOMS, 1))
    begins = rng.integers(10, WEEKS - 20, (ROOMS, 1))
    struck = (week >= begins) & (week < begins + rng.integers(3, 30, (ROOMS, 1)))
    caught = np.where(kind == 0, rng.uniform(0.8, 1, (ROOMS, 1)), 1)
    caught = np.where((kind == 1) & struck, 0, caught)
    came = caught * np.where((kind == 2) & struck, rng.uniform(0.2, 0.7, (ROOMS, 1)), 1)
    known = rng.uniform(0.55, 1, (ROOMS, WEEKS)) * ~((kind == 3) & struck)
    entered, left = (rng.binomial(truth.entered.astype(int), c * known) for c in (came, caught))
    counted = replace(
        truth,
        used=truth.used * known * np.minimum(caught, came * RATIO_LIMIT),
        offered=truth.offered * known,
        healthy_hours=truth.open_hours * known,
        entered=entered.astype(np.float64),
        left=left.astype(np.float64),
        open_days=np.round(7 * known),
        empty_days=np.where(entered + left == 0, np.round(7 * known), 0),
    )
    return World(seen=counted, types=_TYPES, level=level, use=use)


def _world(rng: np.random.Generator, level: Floats, use: Floats) -> World:
    return World(seen=seen(rng, use), types=_TYPES, level=level, use=use)


FAMILIES: tuple[Callable[[np.random.Generator], World], ...] = (
    steady,
    seasonal,
    holidays,
    drifting,
    overdispersed,
    near,
    faulty,
)
