"""A planning run: from stored readings to proposals, for every venue whose week has ended.

Each run recomputes from stored state, and a proposal's id is its venue and week: run twice, or
killed in the middle and run again, it writes the same things once.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from multiprocessing import get_context
from threading import Lock

import numpy as np
import structlog

from domain.bins import Bins
from domain.calendars import epoch_us, from_epoch_us, instant
from domain.decisions import approve
from domain.errors import Conflict
from domain.estate import Estate, Venue
from domain.hand_checks import hand_checks
from domain.planning import Proposal, ScheduleVersion, Status, Verdict
from domain.ports import Ledger, TimeSeriesStore
from domain.schedules import earliest_effect, latest, openings_of
from domain.sensor_bins import BIN_US
from openhours.binning import Binning
from openhours.decision_inputs import keep_inputs
from policies.demand import DemandEstimate, estimate
from policies.flows import venue_bins
from policies.hours.bookings import booked_slots
from policies.hours.days import Mask
from policies.joint.jobs import jobs_of, propose_all
from policies.occupancy import followed_full

log = structlog.get_logger(__name__)

Schedules = Mapping[str, Sequence[ScheduleVersion]]

Pool = Callable[[], AbstractContextManager[Executor | None]]

WEEK = timedelta(weeks=1)
RULE = "rule"
"""The actor where the venue's own rule approves."""


@dataclass(frozen=True, slots=True)
class PlanningRun:
    """What a run needs; call `plan_due` with the clock's time as often as you like."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    binning: Binning
    history_weeks: int
    pool: Pool = nullcontext
    """Opens, for the time of a run, where venues are planned: `planners` or any other executor."""
    jointly: bool = False
    """Whether linked venues are planned together, sharing their staffed hours."""
    _one_at_a_time: Lock = field(default_factory=Lock)

    def plan_due(self, now: datetime, grace: timedelta = timedelta()) -> list[Proposal]:
        """Plan every venue whose last ended week has no proposal yet; return the new ones.

        What waits at venues whose rule approves is approved, also what an earlier run left behind.

        Args:
            now: the aware present instant.
            grace: how long ago a week must have ended.
        """
        with self._one_at_a_time:
            estate = self.ledger.estate()
            due = [v for v in estate.venues if not self._is_planned(v, now - grace)]
            if due:
                self.binning.update(now)
            proposals = self.decide(estate, due, now) if due else []
            self.ledger.add_proposals(proposals)
            self._approve_by_rule(estate, now)
        if proposals:
            verdicts = [p.verdict for p in proposals]
            log.info("planned", at=now.isoformat(), **{v.value: verdicts.count(v) for v in Verdict})
        return proposals

    def _is_planned(self, venue: Venue, now: datetime) -> bool:
        return bool(self.ledger.proposals(venue=venue.id, run=run_name(venue, now), limit=1))

    def decide(self, estate: Estate, due: Sequence[Venue], now: datetime) -> list[Proposal]:
        """Estimate the demand of all venues together, for they learn from each other; plan some.

        Linked venues are planned together where all are due, if they are to be. What is decided of
        one alone is kept with what it was decided on.
        """
        schedules = self.ledger.schedules()
        demand = self.demand(estate, schedules, now)
        current = {v.id: latest(schedules[v.id]).hours for v in due}
        run_of = functools.partial(run_name, now=now)
        linked = estate if self.jointly else estate.model_copy(update={"link_groups": ()})
        jobs = [*jobs_of(linked, due, demand, current, run_of, self._booked(due, now))]
        with self.pool() as executor:
            found = {p.venue: p for p in propose_all(jobs, now, executor)}
        alone = [case.venue for job in jobs for case in job.cases if job.is_simple]
        keep_inputs(self.ledger, alone, demand, [found[v.id] for v in alone])
        return [found[v.id] for v in due]

    def _booked(self, venues: Sequence[Venue], now: datetime) -> Mapping[str, Mask]:
        """By venue, slots of the week that bookings hold open once a change would take effect."""
        bookings = self.ledger.bookings(now)
        booked = {v.id for v in venues} & {b.venue for b in bookings}
        return {
            v.id: booked_slots(v, bookings, earliest_effect(v, now))
            for v in venues
            if v.id in booked
        }

    def demand(self, estate: Estate, schedules: Schedules, now: datetime) -> DemandEstimate:
        """The demand of all venues that have rooms, from the weeks that have ended at `now`."""
        watched = [v for v in estate.venues if estate.rooms_by_venue[v.id]]
        bins = self._history(estate, watched, schedules, now)
        return estimate(bins, watched, estate.school_terms)

    def _history(
        self, estate: Estate, venues: Sequence[Venue], schedules: Schedules, now: datetime
    ) -> Bins:
        """Bins of the venues, all with rooms, over the weeks that have ended."""
        end = max(instant(week_start(v, now), v.day_starts, v.tz) for v in estate.venues)
        start = end - timedelta(weeks=self.history_weeks)
        first, days = start.date() - timedelta(days=1), 7 * self.history_weeks + 3
        open_by_venue = {v.id: openings_of(v, schedules.get(v.id, ()), first, days) for v in venues}
        said = self.timeseries.bins(
            estate.sensor_by_id, epoch_us(start - WEEK) // BIN_US, epoch_us(end) // BIN_US
        )
        if len(said):  # nothing is known of the weeks before the first of them
            first = from_epoch_us(int(said.slot.min()) * BIN_US)
            start += (max(first, start) - start) // WEEK * WEEK
        rooms = [estate.rooms_by_venue[v.id] for v in venues]
        bins = venue_bins(said, [*chain(*rooms)], estate.sensors, start, end, open_by_venue)
        capacity = np.array([sum(r.capacity or math.nan for r in of_venue) for of_venue in rooms])
        space_of = {room.id: room.venue for of_venue in rooms for room in of_venue}
        hand = hand_checks(self.ledger, self.timeseries, estate, now).in_spaces(space_of)
        return followed_full(bins, venues, capacity, hand)

    def _approve_by_rule(self, estate: Estate, now: datetime) -> None:
        by_rule = [v.id for v in estate.venues if v.approval == "automatic"]
        waiting = (self.ledger.proposals(venue=v, status=Status.OPEN, limit=1) for v in by_rule)
        for proposal in chain.from_iterable(waiting):
            if not {*by_rule} >= {*proposal.linked}:
                continue
            try:
                approve(self.ledger, proposal.id, actor=RULE, at=now)
            except Conflict as error:
                log.debug("not approved", proposal=proposal.id, reason=str(error))


def planners(workers: int) -> Pool:
    """So many processes of this machine, begun with each run; 0: this one."""
    if not workers:
        return nullcontext
    return functools.partial(ProcessPoolExecutor, workers, mp_context=get_context("spawn"))


def week_start(venue: Venue, now: datetime) -> date:
    """The Monday on which the venue's business week that contains `now` began."""
    wall = now.astimezone(venue.tz).replace(tzinfo=None) - timedelta(minutes=venue.day_starts)
    return wall.date() - timedelta(days=wall.weekday())


def run_name(venue: Venue, now: datetime) -> str:
    """The ISO week that ended last at `now`, e.g. "2026-W47"."""
    year, week, _ = (week_start(venue, now) - timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02d}"


def next_week_end(venues: Sequence[Venue], after: datetime) -> datetime:
    """The first instant after `after` by which the business weeks of all `venues` have ended.

    A week has ended everywhere when it has in the westernmost zone.
    """
    monday = min(week_start(v, after) for v in venues) + timedelta(days=7)
    return max(instant(monday, v.day_starts, v.tz) for v in venues).astimezone(UTC)
