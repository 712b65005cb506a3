"""What goes on after the first day: change points, events, sensors that fall silent."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from domain.estate import Sensor
from simulator.city.family import Family, Feasts, Happening, Watching
from simulator.profile import Peak

_EVENT_DAYS = 3 * 365
"""Events and silences are drawn for so long."""
_HALF_YEAR, _TWO_YEARS = 182, 730


def changes(
    happenings: Sequence[Happening], first_day: date, level: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Change points of one venue of that level; as much is drawn whether they befall it or not."""
    found = []
    for happening in happenings:
        befalls = rng.random() < happening.share
        first, last = happening.weeks
        day = first_day + timedelta(days=int(rng.integers(7 * first, 7 * last + 7)))
        strength, later = rng.uniform(*happening.level), rng.uniform(*happening.later_minutes)
        if befalls:
            more = _times(level, happening.more)
            found.append({"since": day, "level": strength, "later_minutes": later, "more": more})
    return sorted(found, key=lambda c: c["since"])


def _times(level: float, peaks: Sequence[Peak]) -> tuple[Peak, ...]:
    return tuple(p.model_copy(update={"visits": p.visits * level}) for p in peaks)


def events(
    feasts: Feasts, first_day: date, level: float, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Single days at one venue of that level."""
    days = rng.integers(_EVENT_DAYS, size=rng.poisson(feasts.a_year * _EVENT_DAYS / 365))
    more = _times(level, feasts.more)
    return [
        {
            "day": first_day + timedelta(days=day),
            "factor": rng.uniform(*feasts.factor),
            "more": more,
        }
        for day in sorted(set(days.tolist()))
    ]


def counters(
    family: Family, sensors: Sequence[Sensor], rng: np.random.Generator
) -> dict[str, dict[str, Any]]:
    """What is true of each sensor, by id."""
    return {sensor.id: _counter(family.watching, rng) for sensor in sensors}


def _counter(watching: Watching, rng: np.random.Generator) -> dict[str, Any]:
    gaps = rng.poisson(watching.gaps_a_year * _EVENT_DAYS / 365)
    begins = rng.integers(_EVENT_DAYS, size=gaps).tolist()
    lengths = rng.geometric(1 / watching.gap_days, size=gaps).tolist()
    dies, late = rng.random(2)
    died, came = int(rng.integers(1, _TWO_YEARS)), int(rng.integers(1, _HALF_YEAR))
    return {
        "in_rate": rng.uniform(*watching.in_rate),
        "out_rate": rng.uniform(*watching.out_rate),
        "crowding": watching.crowding,
        "drift": watching.drift,
        "ghosts": watching.ghosts,
        "installed_day": came if late < watching.come_late else 0,
        "dead_from_day": died if dies < watching.die else None,
        "silent_days": frozenset(
            day
            for begin, length in zip(begins, lengths, strict=True)
            for day in range(begin, begin + length)
        ),
    }
