"""Venues with known demand: rates, hours and visits for the tests of the demand profile."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.estate import Venue

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

START = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""A Monday, when the business day begins."""
WEEKS = 8
SLOT = np.arange(96)
"""Of a business day; slot 0 begins at 04:00."""
CURVE = np.exp(-(((SLOT - 30) / 10) ** 2)) + 1.3 * np.exp(-(((SLOT - 54) / 9) ** 2)) + 0.05


def venues(number: int, country: str = "", kind: str = "library") -> list[Venue]:
    return [
        Venue.model_validate(
            {
                "id": f"v{n}",
                "name": "V",
                "type": kind,
                "area": "a",
                "zone": "UTC",
                "country": country,
                "hours": {},
            }
        )
        for n in range(number)
    ]


def hours(opens: int, closes: int, days: int = 7) -> Mask:
    """Open slots of a week, (7, 96), on its first `days` days."""
    mask = np.zeros((7, 96), dtype=np.bool_)
    mask[:days, opens:closes] = True
    return mask


def bins(visits: Floats, is_open: Mask, **others: Floats) -> Bins:
    """Bins of visits (venues, days, 96), at doors open by the week, (venues, 7, 96)."""
    number, days = visits.shape[:2]
    flat = (number, days * 96)
    openings = np.resize(is_open[:, np.arange(days) % 7], visits.shape).astype(float)
    first = np.datetime64(START.replace(tzinfo=None), "s")
    said: dict[str, Floats] = {
        "entered": np.where(openings > 0, visits, 0).reshape(flat),
        "left": np.zeros(flat),
        "present": np.full(flat, np.nan),
        "healthy": np.ones(flat),
        "open": openings.reshape(flat),
        "full": np.zeros(flat),
    }
    return Bins(
        rooms=tuple(f"v{n}" for n in range(number)),
        start=first + np.timedelta64(15, "m") * np.arange(days * 96),
        minutes=15,
        **(said | {k: v.reshape(flat) for k, v in others.items()}),
    )


def visits_at(
    rng: np.random.Generator, rate: Floats, weeks: int = WEEKS, day_spread: float = 0.1
) -> Floats:
    """Poisson visits at weekly rates (venues, 7, 96), with good and bad days."""
    weather = rng.gamma(day_spread**-2, day_spread**2, (len(rate), weeks * 7, 1))
    return rng.poisson(np.tile(rate, (1, weeks, 1)) * weather).astype(float)


def kin_world(rng: np.random.Generator, number: int) -> tuple[Floats, Mask]:
    """Rates of venues of one type that differ in level, shape and, at random, in hours."""
    bend = np.cumsum(rng.normal(0, 0.06, (number, 1, 96)), axis=2)
    level = np.exp(rng.normal(1.5, 0.5, (number, 1, 1)))
    week = np.array([1, 1, 0.9, 1, 1.1, 1.3, 0.8])[:, None]
    rate = level * week * CURVE * np.exp(bend - bend.mean(axis=2, keepdims=True))
    opens, closes = rng.integers(16, 26, number), rng.integers(56, 74, number)
    return rate, np.array([hours(a, b) for a, b in zip(opens, closes, strict=True)])
