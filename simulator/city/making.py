"""From a family and a seed to a city: an estate that holds by its rules, and what is true of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from domain.calendars import day_types
from domain.estate import Estate, Limits, Venue
from domain.estate_rules import check
from simulator.city.best import best_week
from simulator.city.family import Family
from simulator.city.happenings import counters
from simulator.city.kinds import Kind
from simulator.city.reading import kinds_of, scenario_of
from simulator.city.streets import areas, link_groups, places
from simulator.city.today import todays_hours
from simulator.city.venues import own_truth, rooms, sensors, types_of, venue
from simulator.faults.rates import FaultRates
from simulator.managers import Habits
from simulator.rates import Floats, Rates
from simulator.scenario import Scenario
from simulator.streams import Purpose, Streams

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
    faults: FaultRates


def make(family: Family, seed: int) -> City:
    """The family's city of that seed. Raises `InvalidInput` or `InvalidEstate` by field."""
    kinds = kinds_of(family)
    # one each, so that e.g. another way to set hours changes nothing but the hours
    of_types, of_places, of_truth, of_groups, of_sensors, of_hours = (
        Streams(seed).of(Purpose.CITY, family.first_day).spawn(6)
    )
    types = types_of(family, list(kinds), of_types)
    drafts = [
        Venue.model_validate(venue(family, kinds[t], t, n, place))
        for n, (t, place) in enumerate(zip(types, places(family, of_places), strict=True))
    ]
    own = {v.id: own_truth(family, kinds[v.type], v, of_truth) for v in drafts}
    scenario = scenario_of(family, kinds).model_copy(update={"venues": own})
    groups = link_groups(family.groups, drafts, of_groups)
    estate = _estate(family, kinds, _with_hours(family, drafts, scenario, of_hours), own, groups)
    return City(
        estate=estate,
        scenario=scenario.model_copy(
            update={"sensors": counters(family, estate.sensors, of_sensors)}
        ),
        first_day=family.first_day,
        managers=family.managers,
        faults=family.faults,
    )


def _estate(
    family: Family,
    kinds: Mapping[str, Kind],
    venues: Sequence[Venue],
    own: Mapping[str, Mapping[str, float]],
    groups: Sequence[Mapping[str, object]],
) -> Estate:
    departments = sorted({k.department for k in kinds.values()})
    return check(
        {
            "areas": areas(family),
            "departments": [
                {"id": name, "name": name.replace("-", " ").capitalize()} for name in departments
            ],
            "venues": [v.model_dump() for v in venues],
            "rooms": [r for v in venues for r in rooms(v, kinds[v.type], own[v.id]["level"])],
            "sensors": [s for v in venues for s in sensors(v, kinds[v.type])],
            "link_groups": groups,
        }
    )


def _with_hours(
    family: Family, venues: Sequence[Venue], scenario: Scenario, rng: np.random.Generator
) -> list[Venue]:
    """The venues with today's hours, and as much staff as the family's rule gives them."""
    found = []
    for its, rate in zip(venues, _ordinary_week(family, venues, scenario), strict=True):
        limits = _with_staff(family, its, rate)
        hours = todays_hours(family.today, its.hours, rate, limits, its.day_starts, rng)
        if limits.staff_hours:
            taken = hours.minutes / 60 * limits.staff
            limits = limits.model_copy(update={"staff_hours": max(taken, limits.staff_hours)})
        found.append(its.model_copy(update={"hours": hours, "limits": limits}))
    return found


def _with_staff(family: Family, its: Venue, rates: Floats) -> Limits:
    share = family.today.staff_share
    if share is None:
        return its.limits
    free = best_week(rates, its.limits, its.day_starts)
    hours = share * free.minutes / 60 * its.limits.staff
    return its.limits.model_copy(update={"staff_hours": max(hours, 0.25)})


def _ordinary_week(family: Family, venues: Sequence[Venue], scenario: Scenario) -> Floats:
    """Expected arrivals of each venue's weekdays without holidays; (venues, 7, slots)."""
    rates = Rates(venues, scenario, [scenario.profile(v) for v in venues])
    days = [family.first_day + timedelta(days=n) for n in range(7 * _ORDINARY_WEEKS)]
    types = day_types(days, family.country).tolist()
    ordinary = [next(d for d, t in zip(days, types, strict=True) if t == w) for w in range(7)]
    return np.stack([rates.on(day) for day in ordinary], axis=1)
