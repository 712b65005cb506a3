"""What would be, were a venue closed, a budget smaller, hours or limits others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import yaml
from pydantic import ValidationError

from console.linkage.questions import Answer, Supposed, Way
from domain.clock import Clock
from domain.errors import InvalidInput
from domain.estate import Estate, Limits, LinkGroup, Venue
from domain.hours import WeeklyHours
from domain.schedules import latest
from openhours.planning.run import PlanningRun, run_name
from policies.caution import Caution, VenueDemand
from policies.changes import open_shares
from policies.demand import DemandEstimate
from policies.joint.jobs import members, people_an_hour, shares_of
from policies.links.change import Change, WhatIf, what_if
from policies.links.group import LinkedVenues


@dataclass(frozen=True, slots=True)
class Party:
    """The venues that a question is about: a group's members, or one venue."""

    venues: tuple[Venue, ...]
    change: Change


def read(supposed: Supposed, estate: Estate) -> Party:
    """The question, and whom it is about.

    Raises `InvalidInput` for what cannot be read or is of several groups, `NotFound` for a venue
    that is not there.
    """
    hours = {v: _hours(text, v) for v, text in _pairs(supposed.hours, "--hours")}
    limits: dict[str, dict[str, str]] = {}
    for name, text in _pairs(supposed.limit, "--limit"):
        venue, _, field = name.rpartition(".")
        limits.setdefault(venue, {})[field] = text
    budgets = [(_first_member(estate, n), t) for n, t in _pairs(supposed.budget, "--budget")]
    named = [*supposed.close, *hours, *limits, *(venue for venue, _ in budgets)]
    venues = _party(estate, named)
    return Party(
        venues,
        Change(
            budget_hours=_number(budgets[-1][1]) if budgets else None,
            limits={v: _limits(estate.venue(v), given) for v, given in limits.items()},
            hours=hours,
            closed=frozenset(supposed.close),
        ),
    )


def answer(
    party: Party, estate: Estate, demand: DemandEstimate, current: Mapping[str, WeeklyHours]
) -> Answer:
    """What the change would bring.

    Args:
        party: venues and change, as `read` makes them.
        estate: with the rooms and groups of the venues.
        demand: of the venues.
        current: hours in force, by venue.

    Raises:
        InvalidInput: limits conflict, or hours leave their business days.
    """
    venues = party.venues
    known = [VenueDemand.of(demand.profile, v.id) for v in venues]
    linked = LinkedVenues(
        venues=venues,
        today=tuple(current[v.id] for v in venues),
        rate=np.stack([d.rate for d in known]),
        low=np.stack([d.low for d in known]),
        high=np.stack([d.high for d in known]),
        weight=shares_of(estate, venues),
        people_an_hour=np.array([people_an_hour(estate, v, demand) for v in venues]),
    )
    supposed, best = what_if(linked, party.change), what_if(linked, Change())

    def way(found: WhatIf) -> Way:
        hours = {v.id: h for v, h in zip(venues, found.hours, strict=True)}
        return Way(hours=hours, outlook=found.then, over_budget=found.plan.over_budget)

    return Answer(
        today=Way(hours={v.id: current[v.id] for v in venues}, outlook=best.today),
        supposed=way(supposed),
        best=way(best),
        doubtful=tuple(
            v.id
            for v, d in zip(venues, known, strict=True)
            if d.shortfalls(open_shares(current[v.id], v.day_starts), Caution())
        ),
    )


def _party(estate: Estate, named: Sequence[str]) -> tuple[Venue, ...]:
    if not named:
        raise InvalidInput("nothing is supposed", hint="give --close, --budget, --hours or --limit")
    found = {members(_group_of(estate, name)) or (name,) for name in named}
    if len(found) > 1:
        raise InvalidInput(
            f"{', '.join(sorted({*named}))} are not of one link group",
            hint="ask of one group, or of one venue, at a time",
        )
    return tuple(estate.venue(venue) for venue in found.pop())


def _group_of(estate: Estate, venue: str) -> LinkGroup | None:
    estate.venue(venue)
    return next((g for g in estate.link_groups if venue in members(g)), None)


def _first_member(estate: Estate, name: str) -> str:
    """The hub of a group of that name, else the venue of that name."""
    return next((g.hub for g in estate.link_groups if g.id == name), name)


def _pairs(given: Sequence[str], where: str) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise InvalidInput(f"“{name}” has no value", where=where, hint="write NAME=VALUE")
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _hours(text: str, venue: str) -> WeeklyHours:
    """From "mon-fri 09:00-17:00; sat 10:00-12:00", or from a YAML file of days and hours."""
    file = Path(text)
    try:
        if file.suffix in {".yaml", ".yml"}:
            days = yaml.safe_load(file.read_text(encoding="utf-8"))
        else:
            days = dict(part.strip().split(None, 1) for part in text.split(";") if part.strip())
        return WeeklyHours.parse(days)
    except (OSError, ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise InvalidInput(
            f"“{text}” are no hours: {error}",
            where=f"--hours {venue}",
            hint="write “mon-fri 09:00-17:00; sat 10:00-12:00”, or name a YAML file of these",
        ) from error


def _limits(venue: Venue, given: Mapping[str, str]) -> Limits:
    """The venue's limits with some others."""
    kept = venue.limits.model_dump(mode="json", exclude_defaults=True)
    new: dict[str, Any] = {
        name: None
        if text in {"", "none"}
        else (_hours(text, venue.id).as_text() if name == "core" else text)
        for name, text in given.items()
    }
    try:
        return Limits.model_validate({**kept, **new})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InvalidInput(
            f"cannot be: {fault['msg'].lower()}",
            where=f"--limit {venue.id}.{'.'.join(map(str, fault['loc']))}",
            hint="limits and their values are listed in docs/estate.md",
        ) from error


def _number(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = -1.0
    if not 0 <= hours < 1e6:
        raise InvalidInput(f"“{text}” is no number of hours", where="--budget")
    return hours


@dataclass(slots=True)
class WhatIfDesk:
    """Answers questions in the running service, from the demand of the weeks that have ended.

    The demand is estimated with the first question of a week, or after the estate has changed.
    """

    planning: PlanningRun
    clock: Clock
    _known: tuple[Estate, str, DemandEstimate] | None = None
    _one_at_a_time: Lock = field(default_factory=Lock)

    def __call__(self, supposed: Supposed) -> Answer:
        """The answer. Raises as `read` and `answer` do."""
        ledger, now = self.planning.ledger, self.clock.now()
        estate, schedules = ledger.estate(), ledger.schedules()
        party = read(supposed, estate)
        week = run_name(party.venues[0], now)
        with self._one_at_a_time:
            if self._known is None or self._known[:2] != (estate, week):
                self._known = estate, week, self.planning.demand(estate, schedules, now)
            demand = self._known[2]
        return answer(
            party, estate, demand, {v.id: latest(schedules[v.id]).hours for v in party.venues}
        )
