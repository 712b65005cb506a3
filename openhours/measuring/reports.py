"""Makes reports on areas from stored bins, schedules, decisions and measured effects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import isnan, nan
from statistics import fmean, median
from threading import Lock

from console.linkage.coverage import coverage
from console.proposals.effects import effects
from console.reports.report import Report, Row
from domain.clock import Clock
from domain.errors import InvalidInput, NotFound
from domain.estate import Estate, Venue
from domain.hours import WeeklyHours
from domain.people import Scope, ScopeKind
from domain.periods import Period
from domain.planning import Reason, Status
from domain.ports import Ledger, TimeSeriesStore
from domain.schedules import in_force
from openhours.measuring.rollouts import members
from openhours.measuring.uplift import DAY, measured_days, outcome
from openhours.planning.history import Schedules, business_day
from openhours.planning.run import RULE
from policies.reports import Line, added, lines

VENUES_AT_ONCE = 50
"""Bounds the memory: a quarter of so many venues takes some 100 MB while it is worked on."""
MADE_ANEW_EVERY, WHOLE_MADE_ANEW_EVERY = timedelta(minutes=15), timedelta(days=1)
"""Late readings and mended sensors reach the report of a period that is over within a day."""
MOST_KEPT = 64
MOST_DECISIONS = 20_000
"""Latest of each outcome that are looked at."""


@dataclass(slots=True)
class Reporter:
    """Makes reports, and keeps the latest."""

    ledger: Ledger
    timeseries: TimeSeriesStore
    clock: Clock
    _made: dict[tuple[str, str], Report] = field(default_factory=dict)
    _one_at_a_time: Lock = field(default_factory=Lock)

    def report(self, area: str, period: Period) -> Report:
        """The report on an area, bins being up to date.

        Raises `NotFound` for no such area and for periods of which no day has ended, and
        `StoreUnavailable`.
        """
        key = area, period.name
        with self._one_at_a_time:
            now, known = self.clock.now(), self._made.pop(key, None)
            if known is None or not timedelta() <= now - known.at < _fresh_for(known):
                known = report(self.ledger, self.timeseries, area, period, now)
            self._made[key] = known
            if len(self._made) > MOST_KEPT:
                del self._made[next(iter(self._made))]
            return known


def _fresh_for(made: Report) -> timedelta:
    return WHOLE_MADE_ANEW_EVERY if made.is_whole else MADE_ANEW_EVERY


def report(
    ledger: Ledger, timeseries: TimeSeriesStore, area_id: str, period: Period, now: datetime
) -> Report:
    """The report on an area by what is stored at the aware instant `now`. Raises `NotFound`."""
    estate, schedules = ledger.estate(), ledger.schedules()
    area = estate.area(area_id)
    here = venues_in(estate, area_id)
    until = min([period.end, *(business_day(v, now) for v in here)])
    if until <= period.first:
        raise NotFound(
            f"no day of {period.name} has ended", hint="come back a day after it has begun"
        )
    watched = [v for v in here if estate.rooms_by_venue[v.id]]
    told = _lines(ledger, timeseries, watched, (period.first, until), now)
    near = _covered(estate, _hours(estate, schedules, until - DAY))
    took = _decision_days(ledger, {v.id: v for v in here}, period)
    return Report(
        area=area,
        period=period,
        until=until,
        rows=tuple(
            (v, _row(told[v.id], [near.get(v.id, nan)], took.get(v.id, []))) for v in watched
        ),
        total=_row(
            added([*told.values()]),
            [near.get(v.id, nan) for v in watched],
            [days for its in took.values() for days in its],
        ),
        without_rooms=tuple(v for v in here if v not in watched),
        claim=_claim(ledger, timeseries, {v.id for v in here}, period, now),
        effects=tuple(
            e
            for e in effects(ledger).values()
            if e.venue in {v.id for v in here} and _is_in(e.measured_at, period, estate, e.venue)
        ),
        at=now,
    )


def venues_in(estate: Estate, area_id: str) -> list[Venue]:
    """Venues of an area and of the areas that are part of it."""
    scope = Scope(ScopeKind.AREA, area_id)
    return [v for v in estate.venues if scope.covers(v.id, estate)]


def _row(line: Line, covered: Sequence[float], days: Sequence[float]) -> Row:
    known = [share for share in covered if not isnan(share)]
    return Row(
        line=line,
        covered=fmean(known) if known else nan,
        decision_days=median(days) if days else nan,
        decisions=len(days),
    )


def _lines(
    ledger: Ledger,
    timeseries: TimeSeriesStore,
    venues: Sequence[Venue],
    span: tuple[date, date],
    now: datetime,
) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for n in range(0, len(venues), VENUES_AT_ONCE):
        some = venues[n : n + VENUES_AT_ONCE]
        measured = measured_days(ledger, timeseries, {v.id: v.id for v in some}, span, now)
        found |= lines(measured, [v.limits.staff for v in some])
    return found


def _hours(estate: Estate, schedules: Schedules, day: date) -> dict[str, WeeklyHours]:
    """The usual week of each venue by the version in force on a day."""
    found = {}
    for venue in estate.venues:
        versions = [v for v in schedules.get(venue.id, ()) if v.effective_from <= day]
        found[venue.id] = in_force(versions, day).hours if versions else venue.hours
    return found


def _covered(estate: Estate, hours: Mapping[str, WeeklyHours]) -> dict[str, float]:
    """Of each linked venue: the share of its group's open time with somebody open within a walk.

    Of a venue in several groups, the largest.
    """
    found: dict[str, float] = {}
    for group in estate.link_groups:
        told = coverage(estate, group, hours)
        for venue, share in zip(told.venues, told.share, strict=True):
            found[venue.id] = max(found.get(venue.id, 0.0), share)
    return found


def _decision_days(
    ledger: Ledger, here: Mapping[str, Venue], period: Period
) -> dict[str, list[float]]:
    """Days from proposal to decision, by venue, of what people decided in the period."""
    proposals = {
        p.id: p
        for status in (Status.APPROVED, Status.REJECTED)
        for p in ledger.proposals(status=status, limit=MOST_DECISIONS)
        if p.venue in here and p.created_at.date() <= period.end
    }
    found: dict[str, list[float]] = {}
    for decision in ledger.decisions(proposals).values():
        proposal = proposals[decision.proposal]
        day = decision.at.astimezone(here[proposal.venue].tz).date()
        if decision.actor != RULE and period.first <= day < period.end:
            took = (decision.at - proposal.created_at) / DAY
            found.setdefault(proposal.venue, []).append(took)
    return found


def _is_in(at: datetime, period: Period, estate: Estate, venue: str) -> bool:
    return period.first <= at.astimezone(estate.venue(venue).tz).date() < period.end


def _claim(
    ledger: Ledger, timeseries: TimeSeriesStore, here: set[str], period: Period, now: datetime
) -> tuple[Reason, ...]:
    """What the roll-out drawn last did, by the weeks that had ended with the period."""
    drawn = ledger.rollouts()
    if not drawn or drawn[-1].waves[0] >= period.end:
        return ()
    known = members(ledger.estate())
    if not here & {v for group in drawn[-1].groups for v in known.get(group, ())}:
        return ()
    ended = datetime.combine(period.end, time(), UTC) + DAY
    try:
        return outcome(ledger, timeseries, min(now, ended)).claim.reasons
    except (InvalidInput, NotFound):
        return ()
