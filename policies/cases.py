"""One venue's case: its limits, what is known of its demand, its hours; and the numbers of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from domain.calendars import SLOT_MINUTES
from domain.errors import InvalidInput
from domain.estate import Venue
from domain.hours import WeeklyHours
from domain.planning import Effect, Fact
from policies.caution import Caution, VenueDemand
from policies.changes import open_shares, visits_change
from policies.course import Course, course
from policies.hours.conflicts import conflicts
from policies.hours.days import Mask
from policies.hours.kept import broken_limits, staffed_hours
from policies.hours.limits import staff_budget_hours
from policies.hours.venue import plan_venue
from policies.profile import Floats
from policies.reasons import rounded
from policies.trials.trial import Trial, with_stretches

_SLOTS_AN_HOUR = 60 // SLOT_MINUTES


@dataclass(frozen=True, slots=True)
class Tried:
    """What a venue's trials mean for its hours."""

    running: tuple[Trial, ...] = ()
    """Their days of the week are left alone: days with the stretch are compared with such without,
    and the hours of both have been announced."""
    proved: tuple[Trial, ...] = ()
    """Their stretches are to be opened on all their days."""

    def held(self) -> Mask:
        """(7, 1) days that stay as they are."""
        days = {day for trial in self.running for day in trial.days}
        return np.isin(np.arange(7), [*days])[:, None]


def holds(hours: WeeklyHours, trial: Trial) -> bool:
    """Whether hours have a trial's stretch on all its days."""
    try:
        return trial.kept_hours(hours) == hours
    except InvalidInput:
        return False


@dataclass(frozen=True)
class Case:
    """What a verdict is reached on."""

    venue: Venue
    demand: VenueDemand
    current: WeeklyHours
    caution: Caution
    tried: Tried = field(default_factory=Tried)
    booked: Mask | None = None
    """(7, 96) slots that must not be closed, as `policies.hours.bookings` finds them."""

    def shares(self, hours: WeeklyHours) -> Floats:
        """The share of each slot that `hours` open; shape (7, 96)."""
        return open_shares(hours, self.venue.day_starts)

    @cached_property
    def open_now(self) -> Floats:
        """`shares` of today's hours."""
        return self.shares(self.current)

    def staffed(self, hours: WeeklyHours) -> float:
        """Staffed hours a week."""
        return staffed_hours(hours, self.venue.limits)

    @cached_property
    def value(self) -> Floats:
        """(7, 96) worth of an open slot less its cost, visits; NaN where it stays as it is."""
        value = self.demand.value(
            self.open_now, self.venue.limits.break_even_visits, self.caution.doubt
        )
        return np.where(self.tried.held(), np.nan, value)

    @cached_property
    def proved(self) -> tuple[Trial, ...]:
        """Trials that were kept, whose stretch today's hours lack and can be given."""
        return tuple(t for t in self.tried.proved if self._may_be_given(t))

    def adopted(self, hours: WeeklyHours) -> tuple[Trial, ...]:
        """Of `proved`, the trials whose stretch is in `hours`."""
        return tuple(t for t in self.proved if holds(hours, t))

    @cached_property
    def to_plan(self) -> Venue:
        """The venue, with what trials have proved among its core hours."""
        core = self.venue.limits.core
        for trial in self.proved:
            core = with_stretches(core, trial.days, trial.start, trial.end)
        limits = self.venue.limits.model_copy(update={"core": core})
        wider = self.venue.model_copy(update={"limits": limits})
        return self.venue if conflicts(wider) else wider

    @cached_property
    def course(self) -> Course:
        """The best hours that could be reached in several changes, and the way to them."""
        limits = self.to_plan.limits.model_copy(update={"max_change_minutes": None})
        far = self.to_plan.model_copy(update={"limits": limits})
        best = plan_venue(
            far,
            self.value,
            self.current,
            hysteresis=self.caution.hysteresis_visits,
            edge=self.caution.edge_visits,
        )
        reach = self.venue.limits.max_change_minutes
        return course(self.shares(best.hours) > 0, self.open_now > 0, self.value, reach)

    def _may_be_given(self, trial: Trial) -> bool:
        try:
            hours = trial.kept_hours(self.current)
            with_stretches(self.venue.limits.core, trial.days, trial.start, trial.end)
        except InvalidInput:
            return False
        broken = broken_limits(self.venue, hours) - broken_limits(self.venue, self.current)
        return hours != self.current and all(b.limit == "staff_hours" for b in broken)

    def net_gain(self, hours: WeeklyHours) -> float:
        """Net visits a week, by the expected rates, by which `hours` beat today's."""
        change = self.shares(hours) - self.open_now
        net = self.demand.rate - self.venue.limits.break_even_visits / _SLOTS_AN_HOUR
        return float(np.sum((change * net)[change != 0]))

    def effect(self, hours: WeeklyHours) -> Effect:
        """What `hours` are expected to do; `visits_now` is NaN where demand is unknown."""
        demand = self.demand
        change = self.shares(hours) - self.open_now
        visits_now = float(np.sum((self.open_now * demand.rate)[self.open_now > 0]))
        return Effect(
            visits=visits_change(change, demand.rate, demand.low, demand.high),
            visits_now=math.nan if math.isnan(visits_now) else visits_now,
            staff_hours=self.staffed(hours) - self.staffed(self.current),
            staff_hours_now=self.staffed(self.current),
        )

    def evidence(self, hours: WeeklyHours) -> dict[str, Fact]:
        """Numbers behind a proposal of `hours`, as `policies.reasons.EVIDENCE` has them."""
        budget = staff_budget_hours(self.venue, self.current)
        return known(
            {
                "healthy_weeks": self.demand.weeks,
                "seen_slots": self.demand.seen_when_open(self.open_now),
                "unknown_hours": self.demand.unknown_hours(self.open_now),
                "break_even": self.venue.limits.break_even_visits,
                "visits_per_open_hour": self._an_hour(self.open_now),
                "first_hour_visits": self._an_hour(_first_hour(self.open_now)),
                "last_hour_visits": self._an_hour(_first_hour(self.open_now[:, ::-1])[:, ::-1]),
                "staff_budget_hours": budget,
                "staff_budget_used": self.staffed(hours) / budget if budget else math.nan,
            }
        )

    def _an_hour(self, shares: Floats) -> float:
        """Expected arrivals an hour over the slots; NaN where unknown or none is open."""
        hours = shares.sum() / _SLOTS_AN_HOUR
        return float(np.sum((shares * self.demand.rate)[shares > 0]) / hours) if hours else math.nan


def known(numbers: Mapping[str, float]) -> dict[str, Fact]:
    """The numbers that are known, rounded for people."""
    return {k: rounded(v) for k, v in numbers.items() if math.isfinite(v)}


def _first_hour(shares: Floats) -> Floats:
    """Of each day the first hour's worth of open slots; shape (7, 96)."""
    return np.asarray(shares * (np.cumsum(shares > 0, axis=1) <= _SLOTS_AN_HOUR))
