"""One week planned from bins and schedules alone: a function of its arguments."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.bins import Bins
from domain.estate import Estate
from domain.hours import DayHours
from domain.planning import Proposal
from domain.schedules import latest
from openhours.offline.known import Known, Schedules, known
from openhours.offline.memory import Memory
from openhours.planning.run import run_name
from openhours.planning.trying import Trying, in_proof
from policies.joint.jobs import jobs_of, propose_all
from policies.trials.days import Days
from policies.trials.trial import State, Trial


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """What a run says of every venue."""

    as_of: datetime
    """Nothing from this instant on was looked at."""
    proposals: tuple[Proposal, ...]
    trials: tuple[Trial, ...]
    """Those that run or are to be adopted, and those whose last days are still to come."""
    on_dates: Mapping[str, Mapping[date, DayHours]]
    """By venue, the hours of the dates to come on which a stretch on trial is open."""
    memory: Memory
    """What the next run must be given."""


def plan(
    bins: Bins,
    estate: Estate,
    schedules: Schedules,
    as_of: date,
    *,
    history_weeks: int = 104,
    jointly: bool = False,
    memory: Memory | None = None,
) -> WeekPlan:
    """Plan every venue of the estate as on the morning of a day; equal arguments, equal plans.

    Args:
        bins: of rooms, as `tables.read_bins` reads them; those from `as_of` on are not looked at.
        estate: venues, with the limits that hours must keep; sensors are not needed.
        schedules: versions by venue, those of the past included: they tell when rooms were open.
        as_of: a date, usually a Monday; the day begins for all when it has in every zone.
        history_weeks: weeks before `as_of` that are looked at.
        jointly: whether linked venues are planned together.
        memory: that the run before this one left, at first an empty one; None: nothing is tried,
            for a trial that is forgotten cannot be told from other days.

    Raises:
        InvalidInput: nothing is known of the time before `as_of`.
    """
    before = memory or Memory()
    seen = known(
        bins,
        estate,
        schedules,
        as_of,
        history_weeks=history_weeks,
        trials=before.trials,
        nights=before.nights,
    )
    return planned(seen, jointly=jointly, memory=memory)


def planned(seen: Known, *, jointly: bool = False, memory: Memory | None = None) -> WeekPlan:
    """The plan by what is known; `jointly` and `memory` as of `plan`."""
    estate, schedules, at, demand = seen.estate, seen.schedules, seen.at, seen.demand
    trying = Trying(estate, schedules, seen.as_of, at)
    days, trials = Days.of(seen.venues, seen.watched), (memory or Memory()).trials
    trials = trying.judged(trials, demand.profile, days)
    linked = estate if jointly else estate.model_copy(update={"link_groups": ()})
    current = {v.id: latest(schedules[v.id]).hours for v in estate.venues}
    run_of = functools.partial(run_name, now=at)
    jobs = jobs_of(linked, estate.venues, demand, current, run_of, tried=trying.tried(trials))
    found = {p.venue: p for p in propose_all(jobs, at)}
    proposals = tuple(found[v.id] for v in estate.venues)
    if memory is not None:
        trials += trying.started(proposals, demand.profile, days, trials)
    return WeekPlan(
        as_of=at,
        proposals=proposals,
        trials=tuple(t for t in trials if _is_going_on(t, seen.as_of, schedules)),
        on_dates=trying.to_announce(trials),
        memory=replace(memory or Memory(), trials=trials),
    )


def _is_going_on(trial: Trial, today: date, schedules: Schedules) -> bool:
    if trial.ended is not None:
        return trial.ended >= today
    return trial.state is State.RUNNING or bool(in_proof([trial], schedules[trial.venue]))
