"""Rooms whose true occupancy is known, of many kinds, and counters that miss people."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rng = np.random.Generator

DAY = 96
OPENS, CLOSES = 32, 88
"""Slots of the day, 08:00 to 22:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Days of one room; arrays (days, 96)."""

    came: Floats
    went: Floats
    entered: Floats
    """Those of `came` that the counters saw."""
    left: Floats

    @property
    def present(self) -> Floats:
        """People present at the end of each bin."""
        return np.cumsum(self.came - self.went, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How people come to a room, how long they stay, and how counters miss them."""

    shape: Callable[[Floats], Floats]
    """Arrivals by slot of the day, to any scale."""
    stays: Callable[[Rng, Floats, Floats], Floats]
    """Minutes that people stay, by the day and the slot at which they came."""
    mean_stay: float
    """Minutes, to choose how many come."""
    closes: Callable[[int], int] = lambda _: CLOSES
    """Slot at which the room closes, by day of the week."""
    together: int = 1
    """People come in groups of up to so many."""
    misses: Callable[[Floats, Floats, float], Floats] = lambda _, crossings, caught: np.full(
        crossings.shape, 1 - caught
    )
    """Share missed, by day (a column), crossings and the usual share that is caught."""


def two_peaks(slot: Floats) -> Floats:
    """A morning and an evening."""
    return np.asarray(
        np.exp(-(((slot - 44) / 11) ** 2)) + 1.2 * np.exp(-(((slot - 70) / 10) ** 2)) + 0.15
    )


def log_normal(mean: float, sigma: float) -> Callable[[Rng, Floats, Floats], Floats]:
    """Stays of a mean in minutes, whatever the day and time."""
    return lambda rng, _, slot: rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, len(slot))


def _two_kinds(rng: Rng, _: Floats, slot: Floats) -> Floats:
    """Half look in, half stay for a class of two hours."""
    look_in = rng.random(len(slot)) < 0.5
    return np.where(look_in, rng.exponential(12, len(slot)), rng.normal(108, 20, len(slot)))


FAMILIES = {
    "stated": Family(shape=two_peaks, stays=log_normal(60, 0.6), mean_stay=60),
    "one peak, exponential": Family(
        shape=lambda slot: np.exp(-(((slot - 56) / 8) ** 2)) + 0.02,
        stays=lambda rng, _, slot: rng.exponential(60, len(slot)),
        mean_stay=60,
    ),
    "long stays": Family(shape=two_peaks, stays=log_normal(180, 0.4), mean_stay=180),
    "two kinds": Family(shape=two_peaks, stays=_two_kinds, mean_stay=60),
    "longer later": Family(
        shape=two_peaks,
        stays=lambda rng, _, slot: rng.lognormal(
            np.log(np.where(slot < 56, 40, 90)) - 0.18, 0.6, len(slot)
        ),
        mean_stay=65,
    ),
    "ragged days": Family(
        shape=two_peaks,
        stays=log_normal(60, 0.6),
        mean_stay=60,
        closes=lambda weekday: (72, 72, 88, 72, 60, 64, 0)[weekday],
    ),
    "groups": Family(shape=two_peaks, stays=log_normal(60, 0.6), mean_stay=60, together=4),
    "crowds missed": Family(
        shape=two_peaks,
        stays=log_normal(60, 0.6),
        mean_stay=60,
        misses=lambda _, crossings, caught: (
            (1 - caught) * (0.5 + 2 * crossings / max(crossings.max(), 1))
        ),
    ),
    "rates drift": Family(
        shape=two_peaks,
        stays=log_normal(60, 0.6),
        mean_stay=60,
        misses=lambda day, crossings, caught: (
            np.full(crossings.shape, 1 - caught) + 0.04 * day / 56 * (caught > 0.95)
        ),
    ),
    "stays change": Family(
        shape=two_peaks,
        stays=lambda rng, day, slot: rng.lognormal(
            np.log(np.where(day < 35, 60, 90)) - 0.18, 0.6, len(slot)
        ),
        mean_stay=60,
    ),
}
"""“stated” is what the stated figures are of; no method was fitted to any of the others."""


def world(
    rng: Rng, family: Family, days: int, mean_present: float, caught: tuple[float, float]
) -> World:
    """Days of a room: good and bad ones, everybody gone within 20 minutes of closing.

    Args:
        rng: of all chance.
        family: the kind of room.
        days: how many.
        mean_present: people present while open, about.
        caught: shares of those entering and leaving that are counted.
    """
    slot = np.arange(DAY, dtype=np.float64)
    closes = np.array([family.closes(day % 7) for day in range(days)])[:, None]
    shape = np.where((slot >= OPENS) & (slot < closes - 2), family.shape(slot), 0)
    usual = mean_present * (CLOSES - OPENS) * 15 / family.mean_stay
    visits = usual * rng.gamma(25, 1 / 25, (days, 1)) * (closes > 0)
    mean = visits * shape / np.maximum(shape.sum(axis=1, keepdims=True), 1e-9)
    arrivals = rng.poisson(2 * mean / (1 + family.together))
    groups = arrivals.ravel()
    size = rng.integers(1, family.together + 1, groups.sum())
    cell = np.repeat(np.arange(days * DAY), groups)
    came = np.repeat(cell + rng.random(len(cell)), size)
    day = came // DAY
    stay = np.maximum(family.stays(rng, day, came % DAY), 1) / 15
    latest = day * DAY + closes[day.astype(np.intp), 0] + rng.random(len(came)) * 20 / 15
    went = np.maximum(np.minimum(came + stay, latest), came)
    true = [np.bincount(x.astype(np.intp), minlength=days * DAY) for x in (came, went)]
    column = np.arange(days, dtype=np.float64)[:, None]
    seen = [
        rng.binomial(n, 1 - np.clip(family.misses(column, n.astype(np.float64), c), 0, 1))
        for n, c in zip((t.reshape(days, DAY) for t in true), caught, strict=True)
    ]
    arrays = (x.reshape(days, DAY).astype(np.float64) for x in (*true, *seen))
    return World(**dict(zip(("came", "went", "entered", "left"), arrays, strict=True)))
