"""The trials of a run: how those that run have fared, what they hold, and which begin."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from domain.calendars import day_types
from domain.errors import InvalidInput
from domain.estate import Estate, Venue
from domain.hours import DayHours, SpecialDay, WeeklyHours
from domain.planning import Proposal, ScheduleVersion, Verdict
from domain.schedules import earliest_effect, in_force, latest
from policies.cases import Tried, holds
from policies.caution import VenueDemand
from policies.changes import open_shares
from policies.hours.kept import staffed_hours
from policies.profile import DemandProfile
from policies.trials.candidates import Candidate, candidates
from policies.trials.choice import allowance, begun, chosen
from policies.trials.days import Days
from policies.trials.evidence import pair_scale
from policies.trials.trial import State, Trial
from policies.trials.verdict import advanced
from policies.trials.worth import Belief, believed, seen_share

Versions = Sequence[ScheduleVersion]


@dataclass(frozen=True, slots=True)
class Trying:
    """The trials of an estate as on the morning of a day."""

    estate: Estate
    schedules: Mapping[str, Versions]
    today: date
    at: datetime

    def judged(
        self, trials: Iterable[Trial], profile: DemandProfile, days: Days
    ) -> tuple[Trial, ...]:
        """The trials after a look at the days before this one, and at what is believed by now."""
        row = {venue.id: n for n, venue in enumerate(days.venues)}
        return tuple(
            advanced(
                t,
                days.told(t, row[t.venue], [row[v] for v in self._linked(t.venue) if v in row]),
                self.today,
                effect=self._effect(t.venue),
                belief=self._belief(t, profile),
            )
            if t.venue in row
            else t
            for t in trials
        )

    def started(
        self,
        proposals: Sequence[Proposal],
        profile: DemandProfile,
        days: Days,
        trials: Sequence[Trial],
    ) -> tuple[Trial, ...]:
        """Trials that begin, at venues whose hours stay as they are.

        Args:
            proposals: of this run.
            profile: what is believed of demand.
            days: of the venues watched.
            trials: at these venues so far.
        """
        stay = {p.venue: p for p in proposals if p.verdict is Verdict.KEEP and self._settled(p)}
        found: list[Candidate] = []
        for row, venue in enumerate(days.venues):
            if venue.trials == "allowed" and venue.id in stay:
                found += candidates(
                    venue,
                    VenueDemand.of(profile, venue.id),
                    stay[venue.id].current,
                    pair_scale(days.totals(row)),
                    trials=[t for t in trials if t.venue == venue.id],
                    first=self._effect(venue.id),
                )
        now = sum(
            staffed_hours(latest(self.schedules[v.id]).hours, v.limits) for v in self.estate.venues
        )
        seed = self.today.toordinal()
        drawn = chosen(found, trials, allowance(now, trials), np.random.default_rng(seed))
        return tuple(
            begun(c, p, run=stay[c.venue].run, first=self._effect(c.venue), seed=seed)
            for c, p in drawn
        )

    def tried(self, trials: Iterable[Trial]) -> dict[str, Tried]:
        """What the trials mean for the hours of their venues."""
        its: dict[str, list[Trial]] = {}
        for trial in trials:
            its.setdefault(trial.venue, []).append(trial)
        return {
            venue: Tried(
                running=tuple(t for t in of if t.state is State.RUNNING),
                proved=in_proof(of, self.schedules[venue]),
            )
            for venue, of in its.items()
            if venue in self.schedules
        }

    def to_announce(self, trials: Iterable[Trial]) -> dict[str, dict[date, DayHours]]:
        """Hours of the dates, by venue, on which a stretch is open: to the end of the notice."""
        by_venue: dict[str, list[Trial]] = {}
        for trial in trials:
            by_venue.setdefault(trial.venue, []).append(trial)
        return {
            venue: found
            for venue, its in by_venue.items()
            if (
                found := on_dates(
                    self.estate.venue(venue),
                    its,
                    self.schedules[venue],
                    self.today,
                    self._effect(venue) + timedelta(days=7),
                )
            )
        }

    def _belief(self, trial: Trial, profile: DemandProfile) -> Belief:
        venue = self.estate.venue(trial.venue)
        stretch = open_shares(trial.kept_hours(WeeklyHours()), venue.day_starts)
        demand = VenueDemand.of(profile, venue.id)
        seen = seen_share(venue, trial.edge, trial.end - trial.start)
        return believed(stretch, demand, venue.limits.break_even_visits, seen)

    def _effect(self, venue: str) -> date:
        return earliest_effect(self.estate.venue(venue), self.at)

    def _settled(self, proposal: Proposal) -> bool:
        """Whether the hours in force are those that have been decided last."""
        versions = self.schedules[proposal.venue]
        return latest(versions).number == in_force(versions, self.today).number

    def _linked(self, venue: str) -> set[str]:
        members = ({g.hub, *(walk.venue for walk in g.satellites)} for g in self.estate.link_groups)
        return {v for group in members if venue in group for v in group} - {venue}


def adopted(trial: Trial, versions: Versions) -> bool:
    """Whether hours that were decided after the trial began hold its stretch."""
    return any(holds(v.hours, trial) for v in versions if v.effective_from >= trial.first)


def in_proof(trials: Iterable[Trial], versions: Versions) -> tuple[Trial, ...]:
    """Trials that were kept, and whose stretch no hours hold yet."""
    return tuple(t for t in trials if t.state is State.KEPT and not adopted(t, versions))


def on_dates(
    venue: Venue, trials: Iterable[Trial], versions: Versions, first: date, end: date
) -> dict[date, DayHours]:
    """Hours of the dates from `first` and before `end` on which a stretch on trial is open.

    Special days and holidays keep their own hours.
    """
    own, its = {s.day for s in venue.special_days}, tuple(trials)
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    kinds = day_types(days, venue.country, venue.subdivision).tolist()
    found: dict[date, DayHours] = {}
    for day, kind in zip(days, kinds, strict=True):
        if day not in own and kind == day.weekday():
            until_then = [v for v in versions if v.effective_from <= day]
            usual = hours = in_force(until_then, day).hours.days[kind]
            for trial in its:
                hours = hours if adopted(trial, until_then) else _with(trial, day, hours)
            if hours != usual:
                found[day] = hours
    return found


def with_trial_days(venue: Venue, trials: Iterable[Trial], versions: Versions, end: date) -> Venue:
    """The venue with the days of its trials before `end` as special days."""
    its = [t for t in trials if t.venue == venue.id]
    if not its:
        return venue
    dates = on_dates(venue, its, versions, min(t.first for t in its), end)
    special = (*venue.special_days, *(SpecialDay(day, hours) for day, hours in dates.items()))
    return venue.model_copy(update={"special_days": special})


def _with(trial: Trial, day: date, hours: DayHours) -> DayHours:
    try:
        return trial.hours_on(day, hours)
    except InvalidInput:  # hours have moved into the stretch meanwhile
        return hours
