"""Measures what came of decisions some weeks after they took effect, and keeps it beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from console.proposals.effects import KEY, MeasuredEffect, effects
from domain.estate import Estate
from domain.planning import AuditLine, Origin, ScheduleVersion
from domain.ports import Ledger, TimeSeriesStore
from openhours.measuring.rollouts import members
from openhours.measuring.uplift import measured_days
from openhours.planning.history import Schedules, week_start
from openhours.planning.trials import without_trial_days
from policies.uplift.decision import LEAST_WEEKS, decision_effect
from policies.uplift.figures import Measure
from policies.uplift.panel import DayTotals

ACTOR = "planner"
AFTER_WEEKS = (4, 8, 12)
"""A decision is measured after so many whole weeks; later ones are another season's."""
MOST_WEEKS = max(AFTER_WEEKS)


@dataclass(frozen=True, slots=True)
class _Due:
    """A decision to be measured, and the days with one set of hours before it and one since."""

    version: ScheduleVersion
    weeks: int
    first: date
    end: date


def measure_effects(ledger: Ledger, timeseries: TimeSeriesStore, now: datetime) -> int:
    """Measure the decisions that are due at the aware instant `now`; return how many were told.

    The bins must be up to date. Measured twice, they are measured once.
    """
    estate, schedules = without_trial_days(ledger.estate()), ledger.schedules()
    known = effects(ledger)
    due = [
        d
        for d in _due(estate, schedules, now)
        if d.version.source not in known or known[d.version.source].after_weeks < d.weeks
    ]
    if not due:
        return 0
    span = min(d.first for d in due), max(d.end for d in due)
    watched = {v.id: v.id for v in estate.venues if estate.rooms_by_venue[v.id]}
    totals = measured_days(ledger, timeseries, watched, span, now)[Measure.VISITS]
    told = [m for d in due if (m := _measured(ledger, d, totals, estate, schedules, now))]
    for effect in told:
        key, text = KEY + effect.proposal, effect.model_dump_json()
        detail = f"{effect.share:+.1%} ({effect.low:+.1%} to {effect.high:+.1%}) visits"
        line = AuditLine(
            at=now, actor=ACTOR, action="effect.measured", subject=effect.proposal, detail=detail
        )
        ledger.change_state(key, ledger.state(key), text, line)
    return len(told)


def _due(estate: Estate, schedules: Schedules, now: datetime) -> Iterator[_Due]:
    """Decisions that have had one of `AFTER_WEEKS`, with weeks before them to compare with."""
    for venue in estate.venues:
        if not estate.rooms_by_venue[venue.id]:
            continue
        monday, versions = week_start(venue, now), schedules.get(venue.id, ())
        for version in (v for v in versions if v.origin is Origin.PROPOSAL):
            day = version.effective_from
            before = max((d for d in _changes(versions) if d < day), default=date.min)
            end = min((d for d in _changes(versions) if d > day), default=monday)
            first = max(before, day - timedelta(weeks=MOST_WEEKS))
            passed = (min(end, monday) - day).days // 7
            weeks = max((w for w in AFTER_WEEKS if w <= passed), default=0)
            holds = _holds(version, versions)
            if weeks and holds and (day - first).days >= 7 * LEAST_WEEKS:
                yield _Due(version, weeks, first, day + timedelta(weeks=weeks))


def _changes(versions: Sequence[ScheduleVersion]) -> set[date]:
    """Days on which hours changed, as far as later versions let them."""
    return {v.effective_from for v in versions if _holds(v, versions)}


def _holds(version: ScheduleVersion, versions: Sequence[ScheduleVersion]) -> bool:
    """Whether a version was ever in force: no later one took its place before or on its day."""
    return not any(
        v.number > version.number and v.effective_from <= version.effective_from for v in versions
    )


def _measured(
    ledger: Ledger,
    due: _Due,
    totals: DayTotals,
    estate: Estate,
    schedules: Schedules,
    now: datetime,
) -> MeasuredEffect | None:
    version, proposal = due.version, ledger.proposal(due.version.source)
    within = (totals.day >= np.datetime64(due.first)) & (totals.day < np.datetime64(due.end))
    some = DayTotals(
        venues=totals.venues,
        group=totals.group,
        day=totals.day[within],
        day_type=totals.day_type[:, within],
        total=totals.total[:, within],
    )
    linked = {v for its in members(estate).values() if version.venue in its for v in its}
    steady = [
        v not in linked and not any(due.first < d < due.end for d in _changes(schedules.get(v, ())))
        for v in totals.venues
    ]
    found = decision_effect(
        some, totals.venues.index(version.venue), np.array(steady), version.effective_from
    )
    if found is None:
        return None
    return MeasuredEffect(
        proposal=proposal.id,
        venue=version.venue,
        version=version.number,
        effective_from=version.effective_from,
        measured_at=now,
        weeks_before=found.weeks_before,
        weeks_after=found.weeks_after,
        after_weeks=due.weeks,
        controls=found.controls,
        before=found.before,
        after=found.after,
        share=found.share.mean,
        low=found.share.low,
        high=found.share.high,
        expected=proposal.effect.visits.mean,
    )
