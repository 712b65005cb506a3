"""One policy played through one city."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.policy.contenders import Contender
from benchmarks.policy.guarantees import broken, broken_on_dates
from domain.estate import Venue
from domain.hours import WeeklyHours
from policies.changes import open_shares
from policies.trials.trial import State, Trial
from simulator.bins import joined
from simulator.city.family import Family
from simulator.city.making import make
from simulator.loop import ClosedLoop

Floats = NDArray[np.float64]

QUANTITIES = ("net_value", "visits", "staffed_hours", "person_hours", "latent", "at_closed_door")


@dataclass(slots=True)
class Played:
    """What came of it; arrays (weeks, venues)."""

    venues: tuple[str, ...]
    sums: dict[str, Floats]
    """By `QUANTITIES`."""
    edge_moves: Floats
    broken: list[str] = field(default_factory=list)
    """Guarantees that were not kept, in words."""
    trials: dict[str, float] = field(default_factory=dict)
    """By the trial's id: net visits a week, in truth, of the stretch of each that was kept, in the
    week after; NaN for those that were not."""


def play(contender: Contender, family: Family, seed: int, weeks: int, *, equal: bool) -> Played:
    """Let a policy choose hours for some weeks.

    Args:
        contender: the policy.
        family: of the city.
        seed: of the city and of all that happens in it.
        weeks: how many.
        equal: staffed hours cost nothing and are as many as today's, so that visits compare.
    """
    city = make(family, seed)
    if equal:
        venues = tuple(_at_equal_hours(v) for v in city.estate.venues)
        city = replace(city, estate=city.estate.model_copy(update={"venues": venues}))
    loop = ClosedLoop(city, seed)
    choose = contender.begin(loop)
    bins, moves = None, []
    sums: dict[str, list[Floats]] = {name: [] for name in QUANTITIES}
    found: list[str] = []
    before, trials = dict(loop.hours), dict[str, float]()
    for _ in range(weeks):
        proposed, on_dates, tried = choose(loop, bins)
        for venue, hours in on_dates.items():
            loop.announce(venue, hours)
        found += broken_on_dates(loop, on_dates)
        trials |= _truly_worth(loop, [t for t in tried if math.isnan(trials.get(t.id, math.nan))])
        if contender.needs_notice:
            promised = {v: c[-1][1] if c else loop.hours[v] for v, c in loop.coming.items()}
            found += broken(loop, promised, loop.decide(proposed))
        else:
            loop.hours |= proposed
        moves.append([_moves(before[v], loop.hours[v]) for v in loop.hours])
        before = dict(loop.hours)
        week = loop.play_week()
        bins = week.rooms if bins is None else joined([bins, week.rooms])
        for name, values in sums.items():
            values.append(getattr(week.truth, name))
    return Played(
        tuple(loop.hours),
        {name: np.array(values) for name, values in sums.items()},
        np.array(moves, np.float64),
        found,
        trials,
    )


def _truly_worth(loop: ClosedLoop, trials: Iterable[Trial]) -> dict[str, float]:
    """Net visits of the stretches that were kept, by the rates of the week to come."""
    order = [v.id for v in loop.estate.venues]
    rates = loop.rates(loop.monday, 7)
    found = {}
    for trial in trials:
        venue = loop.estate.venue(trial.venue)
        net = rates[order.index(venue.id)] - venue.limits.break_even_visits / 4
        stretch = open_shares(trial.kept_hours(WeeklyHours()), venue.day_starts)
        kept = trial.state is State.KEPT
        found[trial.id] = float((net * stretch).sum()) if kept else math.nan
    return found


def _at_equal_hours(venue: Venue) -> Venue:
    hours = venue.limits.staff * venue.hours.minutes / 60
    change = {"break_even_visits": 0.0, "staff_hours": hours}
    return venue.model_copy(update={"limits": venue.limits.model_copy(update=change)})


def _moves(before: WeeklyHours, after: WeeklyHours) -> int:
    """Edges that moved, those that move alike on several days once."""
    moves = set()
    for was, now in zip(before.days, after.days, strict=True):
        edges = {e for b in was for e in b} ^ {e for b in now for e in b}
        moves |= {tuple(sorted(edges))} if edges else set()
    return sum(max(1, len(edges) // 2) for edges in moves)
