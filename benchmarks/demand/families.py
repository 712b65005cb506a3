"""Simulated venues whose true rates are known, in families that are hard in different ways.

The generator shares no line with the estimator: rates are bells of random place and width, bent at
random; closing edges follow the distribution of stays; venues of a type differ in level and shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Mask = NDArray[np.bool_]

WEEKS, SLOTS = 8, 96
START = np.datetime64("2026-03-02T04:00:00", "s")
"""A Monday, when the business day begins."""
TRIALS = 0.15
"""Part of the venues whose hours are extended at random for some weeks."""
TYPES = {"library": 60.0, "sports_hall": 75.0, "canteen": 35.0}
"""Types of venue, and the mean stay, in minutes, that each world varies at random."""
SLOT = np.arange(SLOTS)


@dataclass(frozen=True, slots=True)
class World:
    """What was seen and what is true."""

    bins: Bins
    venues: list[Venue]
    rate: Floats
    """(venues, 7, 96) true expected arrivals in the week after the last."""
    opened: Mask
    """(venues, 7, 96) slots that were open at any time, trials included."""


@dataclass(frozen=True, slots=True)
class Family:
    """How a world is made.

    Attributes:
        peaks: centres, widths and sizes of the type's bells are drawn by it.
        windows: first and one past the last open slot of each venue and weekday, from the rates.
        drift: standard deviation of the log-level's slope a week.
        jump: part of the venues whose level changes at once.
        crowding: part of the venues that are too small for their peak.
    """

    peaks: Callable[[np.random.Generator], Floats]
    windows: Callable[[np.random.Generator, Floats], Ints]
    drift: float = 0.0
    jump: float = 0.0
    crowding: float = 0.0


def two_peaks(rng: np.random.Generator) -> Floats:
    """A late morning and a larger evening; rows of (centre, width, size), in slots."""
    return np.array(
        [
            [rng.uniform(24, 32), rng.uniform(6, 11), rng.uniform(0.5, 1.0)],
            [rng.uniform(50, 60), rng.uniform(6, 11), rng.uniform(0.8, 1.5)],
        ]
    )


def one_evening(rng: np.random.Generator) -> Floats:
    """One peak late in the day over a flat afternoon."""
    return np.array(
        [
            [rng.uniform(56, 66), rng.uniform(5, 9), 1.5],
            [rng.uniform(38, 46), rng.uniform(14, 20), 0.4],
        ]
    )


def anyhow(rng: np.random.Generator, rate: Floats) -> Ints:
    """Hours that have nothing to do with demand, and differ between venues."""
    number = len(rate)
    opens, closes = rng.integers(16, 28, number), rng.integers(54, 72, number)
    return _all_days(opens, closes)


def all_alike(rng: np.random.Generator, rate: Floats) -> Ints:
    """The same hours everywhere: no venue tells another what lies beyond."""
    number = len(rate)
    opens, closes = np.full(number, rng.integers(18, 24)), np.full(number, rng.integers(56, 66))
    return _all_days(opens, closes)


def by_demand(rng: np.random.Generator, rate: Floats) -> Ints:
    """Open where it is worth it: what is hidden is less busy than the edge suggests."""
    return _where_busy(rng, rate, share=rng.uniform(0.45, 0.7, len(rate)), cut=(0, 1))


def too_short(rng: np.random.Generator, rate: Floats) -> Ints:
    """Hours that have always been too short: the evening is cut off at its busiest."""
    return _where_busy(rng, rate, share=rng.uniform(0.35, 0.5, len(rate)), cut=(4, 10))


def _where_busy(
    rng: np.random.Generator, rate: Floats, share: Floats, cut: tuple[int, int]
) -> Ints:
    """The span of slots with more than a share of the venue's mean busy rate, cut at its end."""
    day = rate.mean(axis=1)
    known = day * rng.lognormal(0, 0.1, day.shape)
    smooth = np.apply_along_axis(np.convolve, 1, known, np.full(4, 0.25), mode="same")
    busy = smooth > share[:, None] * np.quantile(day, 0.85, axis=1)[:, None]
    opens = np.clip(np.argmax(busy, axis=1), 8, 36)
    closes = SLOTS - np.argmax(busy[:, ::-1], axis=1) - rng.integers(*cut, len(day))
    return _all_days(opens, np.clip(closes, opens + 16, 84))


def _all_days(opens: Ints, closes: Ints) -> Ints:
    return np.asarray(np.stack([opens, closes], axis=-1)[:, None, :].repeat(7, axis=1), np.intp)


FAMILIES: Mapping[str, Family] = {
    "two_peaks": Family(two_peaks, anyhow),
    "one_evening": Family(one_evening, anyhow),
    "all_alike": Family(two_peaks, all_alike),
    "by_demand": Family(two_peaks, by_demand),
    "too_short": Family(one_evening, too_short),
    "drift": Family(two_peaks, anyhow, drift=0.03, jump=0.25),
    "full_rooms": Family(one_evening, by_demand, crowding=0.5),
}


def world(
    rng: np.random.Generator, family: Family, a_type: int = 15, trials: float = TRIALS
) -> World:
    """A world of three types with `a_type` venues each."""
    types = np.repeat(list(TYPES), a_type)
    rate = np.concatenate([_rates(rng, family.peaks(rng), a_type) for _ in TYPES])
    windows = np.concatenate([family.windows(rng, part) for part in np.split(rate, len(TYPES))])
    stays = np.repeat([s * rng.uniform(0.7, 1.4) for s in TYPES.values()], a_type)
    opened = _opened(windows)[:, None].repeat(WEEKS, axis=1)
    _extend(rng, opened, windows, trials)
    came = _level(rng, family, len(rate))[..., None, None] * rate[:, None] * _days(rng, len(rate))
    seen = rng.poisson(came * _closing(opened, stays) * _opening(rng, opened)).astype(np.float64)
    full = _full(rng, family, seen)
    seen = rng.binomial(seen.astype(np.int64), 1 - full).astype(np.float64)
    venues = [_venue(f"v{n}", kind) for n, kind in enumerate(types.tolist())]
    return World(_bins(seen, opened, full), venues, rate, np.asarray(opened.any(axis=1)))


def _rates(rng: np.random.Generator, peaks: Floats, number: int) -> Floats:
    """(venues, 7, 96) of one type: level × weekday × bells that are moved and bent at random."""
    moved = peaks[None].repeat(number, axis=0)
    moved[:, :, 0] += rng.normal(0, 2, moved.shape[:2])
    moved[:, :, 2] *= rng.lognormal(0, 0.2, moved.shape[:2])
    centre, width, size = (moved[:, :, i, None] for i in range(3))
    day = (size * np.exp(-0.5 * ((SLOT - centre) / width) ** 2)).sum(axis=1) + 0.04
    bend = np.cumsum(rng.normal(0, 0.03, (number, SLOTS)), axis=1)
    day *= np.exp(bend - bend.mean(axis=1, keepdims=True))
    week = np.array([1, 1, 0.95, 1, 1.1, 1.25, 0.8]) * rng.lognormal(0, 0.08, (number, 7))
    level = rng.lognormal(np.log(6), 0.6, number)
    return np.asarray(level[:, None, None] * week[:, :, None] * day[:, None, :])


def _opened(windows: Ints) -> Mask:
    return np.asarray((windows[..., :1] <= SLOT) & (windows[..., 1:] > SLOT))


def _extend(rng: np.random.Generator, opened: Mask, windows: Ints, trials: float) -> None:
    """Open some venues half an hour or an hour longer, at one end, in weeks drawn at random."""
    for venue in rng.choice(len(opened), round(trials * len(opened)), replace=False).tolist():
        longer, first = int(rng.choice([2, 4])), int(rng.integers(2, 5))
        late = rng.random() < 0.5
        for day in range(7):
            opens, closes = windows[venue, day]
            span = slice(closes, closes + longer) if late else slice(opens - longer, opens)
            opened[venue, first:, day, span] = True


def _level(rng: np.random.Generator, family: Family, number: int) -> Floats:
    """(venues, weeks) level relative to the week after the last."""
    age = np.arange(WEEKS, 0, -1)
    log_level = -rng.normal(0, family.drift, (number, 1)) * age
    jumps = rng.random((number, 1)) < family.jump
    size = rng.normal(0, 0.4, (number, 1))
    log_level = log_level - jumps * size * (age > rng.integers(2, 7, (number, 1)))
    return np.exp(log_level)


def _days(rng: np.random.Generator, number: int) -> Floats:
    """(venues, weeks, 7, 1) good and bad days: common weather, and each venue's own."""
    weather = rng.normal(0, 0.07, (1, WEEKS, 7, 1))
    own = rng.gamma(100, 1 / 100, (number, WEEKS, 7, 1))
    return np.exp(weather) * own


def _closing(opened: Mask, stays: Floats) -> Floats:
    """Share of those who come though closing is near: of stays, who wants less than is left."""
    left = np.zeros(opened.shape)
    run = np.zeros(opened.shape[:-1])
    for slot in range(SLOTS - 1, -1, -1):
        run = np.where(opened[..., slot], run + 15, 0)
        left[..., slot] = run
    wanted = 0.6 * stays[:, None, None, None]
    return np.asarray(opened * np.minimum(1, 0.15 + 0.85 * np.maximum(left - 7.5, 0) / wanted))


def _opening(rng: np.random.Generator, opened: Mask) -> Floats:
    """Those who waited for the door to open."""
    first = opened & ~np.concatenate([np.zeros_like(opened[..., :1]), opened[..., :-1]], axis=-1)
    return np.asarray(1 + rng.uniform(0.2, 0.8) * first)


def _full(rng: np.random.Generator, family: Family, seen: Floats) -> Floats:
    """Share of each slot for which the room is full, where it is too small for its peak."""
    small = rng.random((len(seen), 1, 1, 1)) < family.crowding
    peak = np.quantile(seen, 0.98, axis=(1, 2, 3), keepdims=True)
    return np.asarray(np.where(small, np.clip((seen / np.maximum(peak, 1) - 0.6), 0, 0.5), 0.0))


def _venue(name: str, kind: str) -> Venue:
    return Venue.model_validate(
        {"id": name, "name": name, "type": kind, "area": "a", "zone": "UTC", "hours": {}}
    )


def _bins(seen: Floats, opened: Mask, full: Floats) -> Bins:
    number = len(seen)
    flat = (number, WEEKS * 7 * SLOTS)
    return Bins(
        rooms=tuple(f"v{n}" for n in range(number)),
        start=START + np.timedelta64(15, "m") * np.arange(flat[1]),
        minutes=15,
        entered=seen.reshape(flat),
        left=np.zeros(flat),
        present=np.full(flat, np.nan),
        healthy=np.ones(flat),
        open=opened.reshape(flat).astype(np.float64),
        full=full.reshape(flat),
    )
