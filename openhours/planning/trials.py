"""The trials of the running service: kept in the ledger, and announced as special days."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from console.trials.kept import (
    KeptTrial,
    approve_trial,
    decided_trials,
    kept_trials,
    put_trial,
)
from domain.clock import ManualClock
from domain.errors import Conflict
from domain.estate import Estate, Venue
from domain.hours import SpecialDay
from domain.planning import AuditLine, Status
from domain.ports import Ledger
from domain.schedules import earliest_effect
from openhours.entering.estates import import_estate
from openhours.planning.trying import Versions, on_dates
from policies.trials.trial import Trial

ACTOR = "planner"
DAY_NAME = "Trial opening · 试开放"
"""Of the special days on which a stretch is open; by it they are told from those of the estate."""


def without_trial_days(estate: Estate) -> Estate:
    """The estate as it was entered: days on trial are ordinary days with other hours."""
    venues = tuple(
        v.model_copy(update={"special_days": _own(v)}) if _own(v) != v.special_days else v
        for v in estate.venues
    )
    return estate.model_copy(update={"venues": venues})


def keep_trials(
    ledger: Ledger,
    judged: Iterable[Trial],
    started: Iterable[Trial],
    planned: Iterable[str],
    at: datetime,
) -> None:
    """Keep what a run makes of the trials, and those it proposes.

    What an earlier run proposed and nobody decided on is superseded. Kept twice, it is kept once.

    Args:
        ledger: where.
        judged: after a look at their days.
        started: new ones.
        planned: venues that the run was about.
        at: the moment of the run.
    """
    before, new = kept_trials(ledger), {t.id: t for t in started}
    for trial in judged:
        was = before[trial.id]
        if trial != was.trial:
            _put(ledger, was, replace(was, trial=trial), f"trial.{trial.state}", at)
    for was in before.values():
        trial = was.trial
        if was.status is Status.OPEN and trial.id not in new and trial.venue in planned:
            _put(ledger, was, replace(was, status=Status.SUPERSEDED), "trial.superseded", at)
    for trial in new.values():
        if trial.id not in before:
            _put(ledger, None, KeptTrial(trial=trial), "trial.proposed", at)


def approve_by_rule(ledger: Ledger, estate: Estate, actor: str, at: datetime) -> None:
    """Approve the trials that wait at venues whose rule approves."""
    for kept in kept_trials(ledger).values():
        venue = estate.venue_by_id.get(kept.trial.venue)
        if kept.status is Status.OPEN and venue and venue.approval == "automatic":
            with suppress(Conflict):
                approve_trial(ledger, kept.trial.id, actor=actor, at=at)


def announce_trials(ledger: Ledger, at: datetime) -> None:
    """Make the days on which a stretch is open special days of their venues, and tell the doors.

    Days are announced a notice period ahead, a week at a time; past ones stay for good, for they
    tell when the venue was open. What is announced already is left as it is.
    """
    estate = ledger.estate()
    its: dict[str, list[Trial]] = {}
    for trial in decided_trials(kept_trials(ledger).values()):
        its.setdefault(trial.venue, []).append(trial)
    venues = tuple(
        _with_days(v, its.get(v.id, ()), ledger.schedules(v.id)[v.id] if v.id in its else (), at)
        for v in estate.venues
    )
    if venues != estate.venues:
        changed = estate.model_copy(update={"venues": venues})
        import_estate(ledger, changed, actor=ACTOR, clock=ManualClock(at))


def _with_days(venue: Venue, trials: Sequence[Trial], versions: Versions, at: datetime) -> Venue:
    own = _own(venue)
    if trials:
        plain = venue.model_copy(update={"special_days": own})
        end = earliest_effect(venue, at) + timedelta(days=7)
        dates = on_dates(plain, trials, versions, min(t.first for t in trials), end)
        own = (*own, *(SpecialDay(day, hours, DAY_NAME) for day, hours in dates.items()))
    if own == venue.special_days:
        return venue
    return venue.model_copy(update={"special_days": own})


def _own(venue: Venue) -> tuple[SpecialDay, ...]:
    return tuple(s for s in venue.special_days if s.name != DAY_NAME)


def _put(
    ledger: Ledger, before: KeptTrial | None, now: KeptTrial, action: str, at: datetime
) -> None:
    """Keep a trial; where a person has decided meanwhile, the next run sees to it."""
    trial = now.trial
    detail = f"seed {trial.seed}, propensity {trial.propensity:.4g}, {trial.state}"
    line = AuditLine(at=at, actor=ACTOR, action=action, subject=trial.id, detail=detail)
    with suppress(Conflict):
        put_trial(ledger, before, now, line)
