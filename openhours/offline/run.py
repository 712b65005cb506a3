"""One week planned from bins and schedules alone: a function of its arguments."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from domain.bins import Bins
from domain.calendars import instant
from domain.errors import InvalidInput
from domain.estate import Estate, Venue
from domain.hours import DayHours
from domain.planning import Proposal, ScheduleVersion
from domain.schedules import latest, openings_of
from openhours.offline.memory import Memory
from openhours.offline.trying import Trying, in_proof, with_trial_days
from openhours.planning_run import run_name
from policies.cases import Tried
from policies.demand import estimate
from policies.flows import open_share_of
from policies.grid import Grid
from policies.occupancy import Nights, followed_full
from policies.proposals import propose
from policies.trials.days import Days
from policies.trials.trial import State, Trial

Floats = NDArray[np.float64]
Schedules = Mapping[str, Sequence[ScheduleVersion]]


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
    memory: Memory | None = None,
) -> WeekPlan:
    """Plan every venue of the estate as on the morning of a day; equal arguments, equal plans.

    Args:
        bins: of rooms, as `tables.read_bins` reads them; those from `as_of` on are not looked at.
        estate: venues, with the limits that hours must keep; sensors are not needed.
        schedules: versions by venue, those of the past included: they tell when rooms were open.
        as_of: a date, usually a Monday; the day begins for all when it has in every zone.
        history_weeks: weeks before `as_of` that are looked at.
        memory: that the run before this one left, at first an empty one; None: nothing is tried,
            for a trial that is forgotten cannot be told from other days.

    Raises:
        InvalidInput: nothing is known of the time before `as_of`.
    """
    at = max(instant(as_of, v.day_starts, v.tz) for v in estate.venues)
    known = _before(bins, at, history_weeks)
    watched = [v for v in estate.venues if set(known.rooms) & _rooms_of(estate, v)]
    before = memory or Memory()
    trials = before.trials
    timetable = [with_trial_days(v, trials, schedules[v.id], as_of) for v in watched]
    joined = _with_open(_of_venues(known, estate, watched), timetable, schedules)
    demand = estimate(_with_full(joined, estate, watched, before.nights), watched)
    trying, days = Trying(estate, schedules, as_of, at), Days.of(joined, watched)
    trials = trying.judged(trials, demand.profile, days)
    proposals = tuple(
        propose(
            venue,
            demand.profile,
            latest(schedules[venue.id]).hours,
            run=run_name(venue, at),
            at=at,
            noted=demand.noted(venue.id),
            tried=_tried(venue, trials, schedules),
        )
        for venue in estate.venues
    )
    if memory is not None:
        trials += trying.started(proposals, demand.profile, days, trials)
    return WeekPlan(
        as_of=at,
        proposals=proposals,
        trials=tuple(t for t in trials if _is_going_on(t, as_of, schedules)),
        on_dates=trying.to_announce(trials),
        memory=replace(before, trials=trials),
    )


def _is_going_on(trial: Trial, today: date, schedules: Schedules) -> bool:
    if trial.ended is not None:
        return trial.ended >= today
    return trial.state is State.RUNNING or bool(in_proof([trial], schedules[trial.venue]))


def _tried(venue: Venue, trials: Sequence[Trial], schedules: Schedules) -> Tried:
    its = [t for t in trials if t.venue == venue.id]
    running = tuple(t for t in its if t.state is State.RUNNING)
    return Tried(running, in_proof(its, schedules[venue.id]))


def _rooms_of(estate: Estate, venue: Venue) -> set[str]:
    return {room.id for room in estate.rooms_by_venue[venue.id]}


def _before(bins: Bins, at: datetime, weeks: int) -> Bins:
    """The bins of the weeks that end at an instant."""
    end = np.datetime64(at.replace(tzinfo=None), "s")
    used = (bins.start < end) & (bins.start >= end - np.timedelta64(7 * weeks, "D"))
    if not used.any():
        raise InvalidInput(f"there are no bins before {at.isoformat()}")
    arrays = ("entered", "left", "present", "healthy", "open", "full")
    return replace(
        bins, start=bins.start[used], **{name: getattr(bins, name)[:, used] for name in arrays}
    )


def _of_venues(bins: Bins, estate: Estate, venues: Sequence[Venue]) -> Bins:
    """Venues as one space: counts of rooms add up, and are unknown where one room's are.

    The venue is as healthy, and as open, as the least and the most of its rooms; it is full where
    all are.
    """
    row = {room: n for n, room in enumerate(bins.rooms)}
    of_venue = [[row[r.id] for r in estate.rooms_by_venue[v.id] if r.id in row] for v in venues]

    def joined(values: Floats, how: np.ufunc) -> Floats:
        return np.array([how.reduce(values[rows], axis=0) for rows in of_venue])

    return Bins(
        rooms=tuple(v.id for v in venues),
        start=bins.start,
        minutes=bins.minutes,
        entered=joined(bins.entered, np.add),
        left=joined(bins.left, np.add),
        present=joined(bins.present, np.add),
        healthy=joined(bins.healthy, np.minimum),
        open=joined(bins.open, np.fmax),
        full=joined(bins.full, np.minimum),
    )


def _with_open(bins: Bins, venues: Sequence[Venue], schedules: Schedules) -> Bins:
    """The bins, with the schedules' word where nothing says when a venue was open."""
    first = bins.start[0].astype("datetime64[D]").item() - timedelta(days=1)
    days = int((bins.start[-1] - bins.start[0]) / np.timedelta64(1, "D")) + 3
    grid = Grid(int(bins.start[0].astype(np.int64)), len(bins.start))
    openings = [openings_of(v, schedules[v.id], first, days) for v in venues]
    scheduled = open_share_of(openings, grid)
    return replace(bins, open=np.where(np.isnan(bins.open), scheduled, bins.open))


def _with_full(bins: Bins, estate: Estate, venues: Sequence[Venue], known: Nights) -> Bins:
    """The bins, with what occupancy and capacity say where nothing says when a venue was full."""
    if not np.isnan(bins.full).any():
        return bins
    rooms = [estate.rooms_by_venue[v.id] for v in venues]
    capacity = np.array([sum(r.capacity or math.nan for r in its) for its in rooms])
    inferred = followed_full(bins, venues, capacity, known=known).full
    return replace(bins, full=np.where(np.isnan(bins.full), inferred, bins.full))
