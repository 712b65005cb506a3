"""Trials in the running service: proposed, decided on, announced, judged, kept or withdrawn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.trials.kept import (
    KeptTrial,
    approve_trial,
    end_trial,
    kept_trials,
    put_trial,
    reject_trial,
)
from console.words.i18n import LANGUAGES
from console.words.sentences import reason
from domain.calendars import instant
from domain.clock import ManualClock
from domain.decisions import approve
from domain.errors import Conflict, NotFound
from domain.planning import AuditLine, Status, Verdict
from domain.readings import CountKind, CountReading
from openhours.entering.estates import import_estate
from openhours.planning.run import PlanningRun
from openhours.planning.trials import DAY_NAME, announce_trials
from openhours.receiving.binning import Binning
from policies.trials.trial import MOST_WEEKS, State, Trial
from simulator.city.family import Family
from simulator.city.making import make
from simulator.loop import ClosedLoop, Week
from store.ledger import SqlLedger
from store.timeseries import DuckDBStore

SHORT = {"mon-sun": "10:00-18:00"}
EVERY = {
    "hours": SHORT,
    "trials": "allowed",
    "limits": {
        "notice_days": 7,
        "core": SHORT,
        "break_even_visits": 8,
        "max_change_minutes": 30,
    },
}
BEFORE = 6
"""Weeks that are counted before the first plan."""
QUARTER = timedelta(minutes=15)


class Town:
    """Three sports halls that close early, their counts, and a service that plans them."""

    def __init__(self, folder: Path, approval: str = "manual", **every: Any) -> None:
        family = {"about": "Halls that close early.", "venues": 3, "streets": 1, "country": ""}
        of = Family.model_validate({**family, "mix": {"sports_hall": 1}, "every": EVERY | every})
        self.loop = ClosedLoop(make(of, 1), 1)
        self.ledger = SqlLedger.open(f"sqlite:///{folder / 'ledger.sqlite'}")
        self.timeseries = DuckDBStore(None)
        binning = Binning(self.ledger, self.timeseries)
        self.run = PlanningRun(self.ledger, self.timeseries, binning, history_weeks=26)
        self._approval = approval
        self._totals: dict[str, list[int]] = {}
        self.enter()
        for _ in range(BEFORE):
            self.play()

    def enter(self) -> None:
        """Enter the estate, as its file has it."""
        sensors = (s.model_copy(update={"interval_s": 900}) for s in self.loop.estate.sensors)
        venues = (
            v.model_copy(update={"approval": self._approval}) for v in self.loop.estate.venues
        )
        changes = {"sensors": tuple(sensors), "venues": tuple(venues)}
        estate = self.loop.estate.model_copy(update=changes)
        import_estate(self.ledger, estate, actor="test", clock=ManualClock(self.now))

    def have_staff_hours(self, hours: float) -> None:
        """Let each venue have so many staffed hours a week."""
        estate = self.ledger.estate()
        venues = (
            v.model_copy(update={"limits": v.limits.model_copy(update={"staff_hours": hours})})
            for v in estate.venues
        )
        changed = estate.model_copy(update={"venues": tuple(venues)})
        import_estate(self.ledger, changed, actor="test", clock=ManualClock(self.now))

    @property
    def now(self) -> datetime:
        """An hour after the week to be played next has begun."""
        venue = self.loop.estate.venues[0]
        began = instant(self.loop.monday, venue.day_starts, venue.tz)
        return (began + timedelta(hours=1)).astimezone(UTC)

    def play(self) -> Week:
        """A week under the hours that were announced; its counts are stored."""
        for venue in self.ledger.estate().venues:
            coming = {d: b for d, b in self.trial_days(venue.id).items() if d >= self.loop.monday}
            self.loop.announce(venue.id, coming)
        week = self.loop.play_week()
        start = self.now - timedelta(hours=1, weeks=1)
        for row, sensor in enumerate(self.loop.estate.sensors):
            total = self._totals.setdefault(sensor.id, [0, 0])
            readings = []
            counted = zip(week.sensors.entered[row], week.sensors.left[row], strict=True)
            for slot, (came, went) in enumerate(counted):
                time_us = int((start + (slot + 1) * QUARTER).timestamp()) * 10**6
                total[0] += int(came)
                total[1] += int(went)
                is_total = sensor.kind is CountKind.TOTAL
                into, out = total if is_total else (int(came), int(went))
                period_s = 0 if is_total else 900
                readings.append(
                    CountReading(sensor.id, sensor.kind, time_us, into, out, period_s=period_s)
                )
            self.timeseries.add(readings)
        return week

    def trial_days(self, venue: str) -> dict[date, Any]:
        """Hours of the dates on which a stretch is said to be open."""
        special = self.ledger.estate().venue(venue).special_days
        return {s.day: s.blocks for s in special if s.name == DAY_NAME}

    def planned(self) -> KeptTrial:
        """The trial that a planning run proposes."""
        self.run.plan_due(self.now)
        (found,) = kept_trials(self.ledger).values()
        return found

    def close(self) -> None:
        self.timeseries.close()
        self.ledger.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.close()


def test_a_trial_is_lived_through_from_its_proposal_to_its_end(town: Town) -> None:
    proposed = town.planned()
    trial, venue = proposed.trial, proposed.trial.venue
    assert (proposed.status, trial.state) == (Status.OPEN, State.RUNNING)
    assert 0 < trial.propensity <= 1
    assert not town.trial_days(venue), "nothing opens before somebody has agreed"

    trial = approve_trial(town.ledger, trial.id, actor="ana", at=town.now)
    assert trial.first == town.loop.monday + timedelta(weeks=1)
    weeks = []
    for _ in range(MOST_WEEKS + 1):
        announce_trials(town.ledger, town.now)
        weeks.append(town.play())  # the simulator refuses days that are said too late
    row = [v.id for v in town.loop.estate.venues].index(venue)
    hours = {
        week.monday + timedelta(days=day): week.venues.open[row, day * 96 :][:96].sum() / 4
        for week in weeks
        for day in range(7)
    }
    longer = {day for day, opened in hours.items() if opened > 8}
    assert longer == {day for day in hours if trial.is_on(day)}
    assert len(longer) == MOST_WEEKS // 2 * len(trial.days)

    town.run.plan_due(town.now)
    ended = kept_trials(town.ledger)[trial.id].trial
    assert ended.state is not State.RUNNING
    assert ended.reasons[-1].code in {"trial_kept", "trial_withdrawn", "trial_undecided"}
    assert all(reason(language, ended.reasons[-1]) for language in LANGUAGES.values())
    lines = [line for line in town.ledger.audit() if line.subject == trial.id]
    assert [line.action for line in reversed(lines)] == [
        "trial.proposed",
        "trial.approved",
        f"trial.{ended.state}",
    ]
    assert f"propensity {trial.propensity:.4g}" in lines[-1].detail


def kept(town: Town, proposed: KeptTrial) -> Trial:
    """The trial as it is after its days have proved it."""
    trial = replace(proposed.trial, state=State.KEPT)
    line = AuditLine(at=town.now, actor="test", action="trial.kept", subject=trial.id)
    now = replace(proposed, trial=trial, status=Status.APPROVED)
    put_trial(town.ledger, proposed, now, line)
    return trial


def test_what_a_trial_proved_is_proposed_and_once_in_force_is_no_trial_any_more(town: Town) -> None:
    trial = kept(town, town.planned())
    town.play()
    town.have_staff_hours(500)  # for the stretch needs more than today's hours take
    proposals = town.run.plan_due(town.now)
    (proposal,) = (p for p in proposals if p.venue == trial.venue)
    assert proposal.verdict is Verdict.CHANGE
    assert trial.kept_hours(proposal.current) != proposal.current
    assert trial.kept_hours(proposal.proposed) == proposal.proposed
    version = approve(town.ledger, proposal.id, actor="ana", at=town.now)
    announce_trials(town.ledger, town.now + timedelta(weeks=2))
    days = town.trial_days(trial.venue)
    assert days
    assert max(days) < version.effective_from


def test_a_trial_that_nobody_decides_on_is_superseded(town: Town) -> None:
    first = town.planned().trial
    town.play()
    town.run.plan_due(town.now)
    assert kept_trials(town.ledger)[first.id].status is Status.SUPERSEDED
    with pytest.raises(Conflict, match="superseded"):
        approve_trial(town.ledger, first.id, actor="ana", at=town.now)


def test_what_was_declined_is_not_tried_and_not_proposed_again(town: Town) -> None:
    first = town.planned().trial
    reject_trial(town.ledger, first.id, actor="ana", at=town.now, note="no staff")
    announce_trials(town.ledger, town.now)
    assert not town.trial_days(first.venue)
    town.play()
    town.run.plan_due(town.now)
    again = [k.trial for k in kept_trials(town.ledger).values() if k.status is Status.OPEN]
    assert all((t.venue, t.edge, t.days) != (first.venue, first.edge, first.days) for t in again)


def test_a_run_that_is_repeated_proposes_the_same_trial_once(town: Town) -> None:
    first = town.planned()
    again = town.run.decide(town.ledger.estate(), town.ledger.estate().venues, town.now)
    assert again.started == (first.trial,)


def test_a_trial_that_is_ended_closes_after_the_notice(town: Town) -> None:
    trial = approve_trial(town.ledger, town.planned().trial.id, actor="ana", at=town.now)
    later = town.now + timedelta(weeks=2)
    announce_trials(town.ledger, later)
    before = town.trial_days(trial.venue)
    ended = end_trial(town.ledger, trial.id, actor="ana", at=later)
    announce_trials(town.ledger, later)
    after = town.trial_days(trial.venue)
    assert ended.ended == town.loop.monday + timedelta(weeks=3)
    assert after == {day: blocks for day, blocks in before.items() if day < ended.ended}
    with pytest.raises(Conflict):
        end_trial(town.ledger, trial.id, actor="ana", at=later)
    with pytest.raises(NotFound):
        end_trial(town.ledger, "nowhere:2026-W01", actor="ana", at=later)


def test_an_estate_that_is_imported_again_loses_no_announced_day(town: Town) -> None:
    trial = approve_trial(town.ledger, town.planned().trial.id, actor="ana", at=town.now)
    later = town.now + timedelta(weeks=2)
    announce_trials(town.ledger, later)
    said = town.trial_days(trial.venue)
    assert said
    town.enter()
    announce_trials(town.ledger, later)
    assert town.trial_days(trial.venue) == said
    topics = {q.message.topic for q in town.ledger.queued(later)}
    assert f"openhours/v1/venues/{trial.venue}/schedule" in topics


def test_where_the_rule_approves_a_trial_begins_by_itself(tmp_path: Path) -> None:
    town = Town(tmp_path, approval="automatic")
    found = town.planned()
    assert (found.status, found.actor) == (Status.APPROVED, "rule")
    town.close()


def test_without_consent_nothing_is_tried(tmp_path: Path) -> None:
    town = Town(tmp_path, trials="refused")
    town.run.plan_due(town.now)
    assert not kept_trials(town.ledger)
    town.close()
