"""Single venues of a city: what each is called, its rooms and sensors, and how it differs."""

from collections.abc import Iterator, Mapping
from typing import Any

import holidays
import numpy as np

from domain.estate import Venue
from domain.readings import CountKind
from simulator.city.family import Family
from simulator.city.happenings import changes, events
from simulator.city.kinds import Kind

DAY_STARTS = "04:00"
_HOLIDAY_YEARS = 3
_LEAST_GROWTH = -0.9


def types_of(family: Family, kinds: list[str], rng: np.random.Generator) -> list[str]:
    """The type of each venue: shares of the mix by largest remainder, in random order."""
    weights = np.array([family.mix.get(k, 0.0) if family.mix else 1.0 for k in kinds])
    exact = weights / weights.sum() * family.venues
    counts = np.floor(exact).astype(int)
    rest = family.venues - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:rest]] += 1
    types = np.repeat(np.arange(len(kinds)), counts)
    return [kinds[t] for t in rng.permutation(types).tolist()]


def venue(
    family: Family, kind: Kind, type_: str, number: int, place: Mapping[str, Any]
) -> dict[str, Any]:
    """A venue with the hours of its type, as an estate file would have it."""
    return {
        "id": f"{type_}-{number + 1}",
        "name": f"{kind.name} {number + 1}",
        "name_zh": f"{kind.name_zh}{number + 1}" if kind.name_zh else "",
        "type": type_,
        **place,
        "department": kind.department,
        "zone": family.zone,
        "country": family.country,
        "day_starts": DAY_STARTS,
        "hours": kind.hours,
        "limits": kind.limits,
        "trials": kind.trials,
        "special_days": _closed_days(family),
    }


def own_truth(family: Family, kind: Kind, its: Venue, rng: np.random.Generator) -> dict[str, Any]:
    """Fields of a venue's profile that differ from its type's."""
    size, later, growth = rng.standard_normal(3).tolist()
    differences, profile = family.differences, kind.profile
    level = profile.level * float(np.exp(differences.level_spread * size))
    growth = profile.yearly_growth + differences.growth_spread * growth
    happened = [
        *(c.model_dump() for c in profile.changes),
        *changes(family.happenings, family.first_day, level, rng),
    ]
    return {
        "level": level,
        "later_minutes": profile.later_minutes + differences.later_minutes * later,
        "yearly_growth": max(growth, _LEAST_GROWTH),
        "changes": sorted(happened, key=lambda c: c["since"]),
        "events": [*profile.events, *events(family.feasts, family.first_day, level, rng)],
        "room_shares": {room_id(its, n): r.share for n, r in enumerate(kind.rooms)},
    }


def rooms(its: Venue, kind: Kind, level: float) -> Iterator[dict[str, Any]]:
    """The rooms of a venue to which so many times as many come as to an ordinary one."""
    for number, room in enumerate(kind.rooms):
        size = level / kind.profile.level if kind.profile.level else 1.0
        capacity = room.capacity and max(1, round(room.capacity * kind.roomy * size))
        yield {
            "id": room_id(its, number),
            "venue": its.id,
            "name": room.name,
            "name_zh": room.name_zh,
            "capacity": capacity,
        }


def sensors(its: Venue, kind: Kind) -> Iterator[dict[str, Any]]:
    """The sensors of a venue's rooms."""
    for number, room in enumerate(kind.rooms):
        for nth, counts in enumerate(room.sensors):
            yield {
                "id": f"{room_id(its, number)}-{nth + 1}",
                "room": room_id(its, number),
                "kind": counts,
                "interval_s": 60 if counts is CountKind.PRESENT else 300,
            }


def room_id(its: Venue, number: int) -> str:
    """Id of a venue's room, counted from 0."""
    return f"{its.id}-{number + 1}"


def _closed_days(family: Family) -> list[dict[str, Any]]:
    if not family.closed_on_holidays:
        return []
    years = range(family.first_day.year, family.first_day.year + _HOLIDAY_YEARS)
    free = holidays.country_holidays(family.country, years=years)
    return [
        {"day": day, "hours": "closed", "name": name}
        for day, name in sorted(free.items())
        if day >= family.first_day
    ]
