"""A planning run: from stored readings to proposals, for every venue whose week has ended.

Each run recomputes from stored state, and a proposal's id is its venue and week: run twice, or
killed in the middle and run again, it writes the same things once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from threading import Lock

import structlog

from console.unmet_report import STATE as UNMET
from domain.calendars import instant
from domain.decisions import approve
from domain.errors import Conflict
from domain.estate import Estate, Venue
from domain.planning import Proposal, Status, Verdict
from domain.ports import Ledger, TimeSeriesStore
from domain.schedules import latest
from openhours.binning import Binning
from openhours.history import History, week_start
from openhours.underuse import USUAL_WEEKS
from openhours.unmet import idle_rooms, unmet_of
from policies.demand import estimate
from policies.proposals import propose

log = structlog.get_logger(__name__)

RULE = "rule"
"""The actor where the venue's own rule approves."""


@dataclass(frozen=True, slots=True)
class PlanningRun:
    """What a run needs; call `plan_due` with the clock's time as often as you like."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    binning: Binning
    history_weeks: int
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
            proposals = self._propose(estate, due, now) if due else []
            self.ledger.add_proposals(proposals)
            self._approve_by_rule(estate, now)
        if proposals:
            verdicts = [p.verdict for p in proposals]
            log.info("planned", at=now.isoformat(), **{v.value: verdicts.count(v) for v in Verdict})
        return proposals

    def _is_planned(self, venue: Venue, now: datetime) -> bool:
        return bool(self.ledger.proposals(venue=venue.id, run=run_name(venue, now), limit=1))

    def _propose(self, estate: Estate, due: Sequence[Venue], now: datetime) -> list[Proposal]:
        """Estimate the demand of all venues together, for they learn from each other; plan some.

        Who would come and is not served is kept beside, by the same estimate.
        """
        schedules = self.ledger.schedules()
        watched = [v for v in estate.venues if estate.rooms_by_venue[v.id]]
        history = History(self.ledger, self.timeseries, self.history_weeks)
        bins = history.of_venues(estate, watched, schedules, now)
        demand = estimate(bins, watched, estate.school_terms)
        hours = {v.id: latest(schedules[v.id]).hours for v in estate.venues}
        idle = idle_rooms(estate, hours, history.of_rooms(estate, schedules, now, USUAL_WEEKS))
        found = unmet_of(demand.profile, bins, watched, estate, hours, idle, now)
        self.ledger.set_state(UNMET, found.model_dump_json())
        return [
            propose(
                venue,
                demand.profile,
                hours[venue.id],
                run=run_name(venue, now),
                at=now,
                noted=demand.noted(venue.id),
            )
            for venue in due
        ]

    def _approve_by_rule(self, estate: Estate, now: datetime) -> None:
        by_rule = [v.id for v in estate.venues if v.approval == "automatic"]
        waiting = (self.ledger.proposals(venue=v, status=Status.OPEN, limit=1) for v in by_rule)
        for proposal in chain(*waiting):
            try:
                approve(self.ledger, proposal.id, actor=RULE, at=now)
            except Conflict as error:
                log.debug("not approved", proposal=proposal.id, reason=str(error))


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
