"""From a family and a seed to a city: an estate that holds by its rules, and what is true of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import holidays
import numpy as np

from domain.calendars import day_types
from domain.estate import Estate, Limits, Venue
from domain.estate_rules import check
from domain.readings import CountKind
from simulator.city.best import best_week
from simulator.city.family import Family
from simulator.city.happenings import changes, counters, events
from simulator.city.kinds import Kind
from simulator.city.reading import kinds_of, scenario_of
from simulator.city.streets import areas, link_groups, places
from simulator.city.today import todays_hours
from simulator.managers import Habits
from simulator.rates import Floats, Rates
from simulator.scenario import Scenario
from simulator.streams import Purpose, Streams

_DAY_STARTS = "04:00"
_HOLIDAY_YEARS = 3
_ORDINARY_WEEKS = 9
"""Weekdays that are no holiday are looked for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city that can be played."""

    estate: Estate
    scenario: Scenario
    first_day: date
    """A Monday."""
    managers: Habits


def make(family: Family, seed: int) -> City:
    """The family's city of that seed. Raises `InvalidInput` or `InvalidEstate` by field."""
    kinds = kinds_of(family)
    rng_types, rng_places, rng_truth, rng_groups, rng_sensors, rng_hours = (
        Streams(seed).of(Purpose.CITY, family.first_day).spawn(6)
    )
    types = _types(family, list(kinds), rng_types)
    own = [_own(family, rng_truth) for _ in types]
    venues = [
        _venue(family, kinds[t], t, n, place)
        for n, (t, place) in enumerate(zip(types, places(family, rng_places), strict=True))
    ]
    base = scenario_of(family, kinds)
    ids = [v["id"] for v in venues]
    scenario = base.model_copy(update={"venues": dict(zip(ids, own, strict=True))})
    drafts = [Venue.model_validate(v) for v in venues]
    rates = _ordinary_week(family, drafts, scenario)
    for document, draft, rate in zip(venues, drafts, rates, strict=True):
        limits = _limits(family, draft, rate)
        hours = todays_hours(family.today, draft.hours, rate, limits, draft.day_starts, rng_hours)
        if limits.staff_hours:
            taken = hours.minutes / 60 * limits.staff
            limits = limits.model_copy(update={"staff_hours": max(taken, limits.staff_hours)})
        document |= {"limits": limits.model_dump(), "hours": hours}
    estate = check(
        {
            "areas": areas(family),
            "departments": _departments(kinds),
            "venues": venues,
            "rooms": [r for v, o in zip(drafts, own, strict=True) for r in _rooms(v, kinds, o)],
            "sensors": [s for v in drafts for s in _sensors(v, kinds)],
            "link_groups": link_groups(family.groups, drafts, rng_groups),
        }
    )
    shares = {
        v.id: {
            "room_shares": {
                r.id: k.share
                for r, k in zip(estate.rooms_by_venue[v.id], kinds[v.type].rooms, strict=True)
            }
        }
        for v in drafts
    }
    truth = scenario.model_copy(
        update={
            "venues": {v: {**its, **shares[v]} for v, its in scenario.venues.items()},
            "sensors": counters(family, estate.sensors, rng_sensors),
        }
    )
    return City(estate=estate, scenario=truth, first_day=family.first_day, managers=family.managers)


def _types(family: Family, kinds: list[str], rng: np.random.Generator) -> list[str]:
    """The type of each venue: shares of the mix by largest remainder, in random order."""
    weights = np.array([family.mix.get(k, 0.0) if family.mix else 1.0 for k in kinds])
    exact = weights / weights.sum() * family.venues
    counts = np.floor(exact).astype(int)
    rest = family.venues - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:rest]] += 1
    types = np.repeat(np.arange(len(kinds)), counts)
    return [kinds[t] for t in rng.permutation(types).tolist()]


def _own(family: Family, rng: np.random.Generator) -> dict[str, Any]:
    """Fields of a venue's profile that differ from its type's."""
    size, later, growth = rng.standard_normal(3).tolist()
    level = float(np.exp(family.differences.level_spread * size))
    return {
        "level": level,
        "later_minutes": family.differences.later_minutes * later,
        "yearly_growth": max(family.differences.growth_spread * growth, -0.9),
        "changes": changes(family.happenings, family.first_day, level, rng),
        "events": events(family.feasts, family.first_day, rng),
    }


def _venue(
    family: Family, kind: Kind, type_: str, number: int, place: Mapping[str, Any]
) -> dict[str, Any]:
    closed: list[dict[str, Any]] = []
    if family.closed_on_holidays:
        years = range(family.first_day.year, family.first_day.year + _HOLIDAY_YEARS)
        free = holidays.country_holidays(family.country, years=years)
        closed = [
            {"day": day, "hours": "closed", "name": name}
            for day, name in sorted(free.items())
            if day >= family.first_day
        ]
    return {
        "id": f"{type_}-{number + 1}",
        "name": f"{kind.name} {number + 1}",
        "name_zh": f"{kind.name_zh}{number + 1}" if kind.name_zh else "",
        "type": type_,
        **place,
        "department": kind.department,
        "zone": family.zone,
        "country": family.country,
        "day_starts": _DAY_STARTS,
        "hours": kind.hours,
        "limits": kind.limits.model_dump(),
        "special_days": closed,
    }


def _departments(kinds: Mapping[str, Kind]) -> list[dict[str, str]]:
    names = sorted({k.department for k in kinds.values()})
    return [{"id": name, "name": name.replace("-", " ").capitalize()} for name in names]


def _rooms(venue: Venue, kinds: Mapping[str, Kind], own: Mapping[str, Any]) -> list[dict[str, Any]]:
    kind = kinds[venue.type]
    return [
        {
            "id": f"{venue.id}-{n + 1}",
            "venue": venue.id,
            "name": room.name,
            "name_zh": room.name_zh,
            "capacity": room.capacity and max(1, round(room.capacity * kind.roomy * own["level"])),
        }
        for n, room in enumerate(kind.rooms)
    ]


def _sensors(venue: Venue, kinds: Mapping[str, Kind]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{venue.id}-{n + 1}-{letter}",
            "room": f"{venue.id}-{n + 1}",
            "kind": kind,
            "interval_s": 60 if kind is CountKind.PRESENT else 300,
        }
        for n, room in enumerate(kinds[venue.type].rooms)
        for letter, kind in zip("abcdefgh", room.sensors, strict=False)
    ]


def _ordinary_week(family: Family, venues: list[Venue], scenario: Scenario) -> Floats:
    """Expected arrivals of each venue's weekdays without holidays; (venues, 7, slots)."""
    rates = Rates(venues, scenario, [scenario.profile(v) for v in venues])
    days = [family.first_day + timedelta(days=n) for n in range(7 * _ORDINARY_WEEKS)]
    types = day_types(days, family.country).tolist()
    ordinary = [next(d for d, t in zip(days, types, strict=True) if t == w) for w in range(7)]
    return np.stack([rates.on(day) for day in ordinary], axis=1)


def _limits(family: Family, venue: Venue, rates: Floats) -> Limits:
    share = family.today.staff_share
    if share is None:
        return venue.limits
    free = best_week(rates, venue.limits, venue.day_starts)
    hours = max(share * free.minutes, venue.limits.core.minutes) / 60 * venue.limits.staff
    return venue.limits.model_copy(update={"staff_hours": max(hours, 0.25)})
