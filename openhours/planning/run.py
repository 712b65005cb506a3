"""A planning run: from stored readings to proposals, for every venue whose week has ended.

Each run recomputes from stored state, and a proposal's id is its venue and week: run twice, or
killed in the middle and run again, it writes the same things once.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from multiprocessing import get_context
from threading import Lock

import structlog

from console.rooms.unmet import STATE as UNMET
from console.trials.kept import decided_trials, kept_trials
from domain.bins import Bins
from domain.calendars import instant
from domain.clock import ManualClock
from domain.decisions import approve
from domain.errors import Conflict
from domain.estate import Estate, Venue
from domain.planning import Proposal, Status, Verdict
from domain.ports import Ledger, TimeSeriesStore
from domain.schedules import earliest_effect, latest
from openhours.measuring.effects import measure_effects
from openhours.planning.forecasts import keep_forecasts
from openhours.planning.history import History, Schedules, week_start
from openhours.planning.holidays import Holidays, coming_holidays, enter_holidays
from openhours.planning.inputs import keep_inputs
from openhours.planning.trials import (
    announce_trials,
    approve_by_rule,
    keep_trials,
    without_trial_days,
)
from openhours.planning.trying import Trying
from openhours.planning.unmet import idle_rooms, unmet_of
from openhours.receiving.binning import Binning
from openhours.rooms.underuse import USUAL_WEEKS
from policies.demand import DemandEstimate, estimate
from policies.hours.bookings import booked_slots
from policies.hours.days import Mask
from policies.joint.jobs import jobs_of, propose_all
from policies.trials.days import Days
from policies.trials.trial import Trial

log = structlog.get_logger(__name__)

Pool = Callable[[], AbstractContextManager[Executor | None]]

RULE = "rule"
"""The actor where the venue's own rule approves."""
HOLIDAY_WEEKS = 13
"""How far ahead a venue's rule sees to its holidays."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run comes to."""

    proposals: tuple[Proposal, ...] = ()
    judged: tuple[Trial, ...] = ()
    """Trials after a look at their days."""
    started: tuple[Trial, ...] = ()
    """Trials that are proposed."""
    holidays: Holidays = field(default_factory=dict)
    """Hours of the holidays ahead, of venues whose rule approves."""


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

        What waits at venues whose rule approves is approved, also what an earlier run left behind,
        and their holidays are entered; days of trials are announced in time, and what came of
        decisions is measured. Trials are kept before the proposals by which a run is known to be
        done.

        Args:
            now: the aware present instant.
            grace: how long ago a week must have ended.
        """
        with self._one_at_a_time:
            estate = self.ledger.estate()
            due = [v for v in estate.venues if not self._is_planned(v, now - grace)]
            if due:
                self.binning.update(now)
            found = self.decide(estate, due, now) if due else Decided()
            keep_trials(self.ledger, found.judged, found.started, {v.id for v in due}, now)
            self.ledger.add_proposals(found.proposals)
            self._approve_by_rule(estate, now)
            approve_by_rule(self.ledger, estate, RULE, now)
            enter_holidays(self.ledger, found.holidays, actor=RULE, clock=ManualClock(now))
            announce_trials(self.ledger, now - grace)
            if due:
                measure_effects(self.ledger, self.timeseries, now)
        if due:
            verdicts = [p.verdict for p in found.proposals]
            log.info("planned", at=now.isoformat(), **{v.value: verdicts.count(v) for v in Verdict})
        return [*found.proposals]

    def _is_planned(self, venue: Venue, now: datetime) -> bool:
        return bool(self.ledger.proposals(venue=venue.id, run=run_name(venue, now), limit=1))

    def decide(self, estate: Estate, due: Sequence[Venue], now: datetime) -> Decided:
        """Estimate the demand of all venues together, for they learn from each other; plan some.

        Linked venues are planned together where all are due, if they are to be. Proposals are kept
        with what they were decided on; and, by the same estimate, who would come and is not served,
        and what the coming days will be like.
        """
        schedules, plain = self.ledger.schedules(), without_trial_days(estate)
        watched, bins = self._watched(estate, schedules, now)
        demand = estimate(bins, watched, estate.school_terms)
        self._keep_prospects(plain, schedules, watched, bins, demand, now)
        monday = min(week_start(v, now) for v in estate.venues)
        trying, days = Trying(plain, schedules, monday, now), Days.of(bins, watched)
        trials = trying.judged(
            decided_trials(kept_trials(self.ledger).values()), demand.profile, days
        )
        due = [plain.venue(v.id) for v in due]
        current = {v.id: latest(schedules[v.id]).hours for v in due}
        run_of = functools.partial(run_name, now=now)
        linked = plain if self.jointly else plain.model_copy(update={"link_groups": ()})
        tried = trying.tried(trials)
        jobs = [*jobs_of(linked, due, demand, current, run_of, self._booked(due, now), tried)]
        with self.pool() as executor:
            found = {p.venue: p for p in propose_all(jobs, now, executor)}
        keep_inputs(self.ledger, jobs, found, now)
        proposals = tuple(found[v.id] for v in due)
        started = trying.started(proposals, demand.profile, days, trials)
        by_rule = [v for v in due if v.approval == "automatic"]
        until = monday + timedelta(weeks=HOLIDAY_WEEKS)
        holidays = coming_holidays(
            by_rule, schedules, demand.profile, self.ledger.bookings(now), now, until
        )
        return Decided(proposals, trials, started, holidays)

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
        watched, bins = self._watched(estate, schedules, now)
        return estimate(bins, watched, estate.school_terms)

    def _watched(
        self, estate: Estate, schedules: Schedules, now: datetime
    ) -> tuple[list[Venue], Bins]:
        """Venues that have rooms, and their bins of the weeks that have ended at `now`.

        Days on trial were open as announced; to the venues they are days like others.
        """
        watched = [v for v in estate.venues if estate.rooms_by_venue[v.id]]
        history = History(self.ledger, self.timeseries, self.history_weeks)
        bins = history.of_venues(estate, watched, schedules, now)
        plain = without_trial_days(estate)
        return [plain.venue(v.id) for v in watched], bins

    def _keep_prospects(
        self,
        estate: Estate,
        schedules: Schedules,
        watched: Sequence[Venue],
        bins: Bins,
        demand: DemandEstimate,
        now: datetime,
    ) -> None:
        history = History(self.ledger, self.timeseries, self.history_weeks)
        hours = {v.id: latest(schedules[v.id]).hours for v in estate.venues}
        idle = idle_rooms(estate, hours, history.of_rooms(estate, schedules, now, USUAL_WEEKS))
        found = unmet_of(demand.profile, bins, watched, estate, hours, idle, now)
        self.ledger.set_state(UNMET, found.model_dump_json())
        keep_forecasts(self.ledger, estate, demand, hours, idle, now)

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
