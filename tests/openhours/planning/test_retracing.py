"""A decision made again is the same to the byte, and what came later is named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from typer.testing import CliRunner

from console.words.i18n import LANGUAGES
from console.words.retraced import SENTENCES, sentence
from domain.bookings import Booking
from domain.clock import ManualClock
from domain.decisions import approve
from domain.estate import Estate
from domain.estate_rules import check
from domain.hours import WeeklyHours
from domain.planning import Proposal, Reason, Verdict
from domain.readings import CountKind, CountReading
from openhours.cli import app
from openhours.entering.estates import import_estate
from openhours.planning.inputs import DecisionInputs, unpacked
from openhours.planning.retracing import Found, inputs_of, retraced, retraced_today
from openhours.planning.run import PlanningRun
from openhours.receiving.binning import Binning
from policies.cases import Case, Tried
from policies.caution import Caution, VenueDemand
from policies.joint.jobs import Job
from store.ledger import SqlLedger
from store.ledger.input_rows import KEPT
from store.timeseries import DuckDBStore
from tests.contract.samples import venue
from tests.openhours import linked_halls
from tests.policies.test_proposals_trials import TRIAL

MONDAY = datetime(2026, 9, 7, 4, tzinfo=UTC)
WEEKS = 5
NOW = MONDAY + timedelta(weeks=WEEKS, hours=1)


def estate_of(**limits: str) -> Estate:
    """A hall that is open from 8 to 20 and visited from 12 to 18, and an office nobody counts."""
    common = {"area": "street", "zone": "UTC", "hours": {"mon-sun": "08:00-20:00"}}
    limits = {"break_even_visits": "4", "notice_days": "7", "max_blocks": "1", **limits}
    return check(
        {
            "areas": [{"id": "street", "name": "Street"}],
            "venues": [
                {"id": "hall", "name": "Hall", "type": "sports_hall", "limits": limits, **common},
                {"id": "office", "name": "Office", "type": "office", **common},
            ],
            "rooms": [{"id": "court", "venue": "hall", "name": "Court"}],
            "sensors": [{"id": "door", "room": "court", "kind": "period"}],
        }
    )


def readings(weeks: int, busy: int = 5) -> list[CountReading]:
    found = []
    for n in range(weeks * 7 * 96):
        start = MONDAY + timedelta(minutes=15 * n)
        end_us = int((start + timedelta(minutes=15)).timestamp()) * 1_000_000
        visits = busy if 12 <= start.hour < 18 else 0
        found.append(
            CountReading("door", CountKind.PERIOD, end_us, visits, visits, None, period_s=900)
        )
    return found


@pytest.fixture
def run(tmp_path: Path) -> Iterator[PlanningRun]:
    (tmp_path / "data").mkdir()
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'data' / 'ledger.sqlite'}")
    timeseries = DuckDBStore(tmp_path / "readings.duckdb")
    import_estate(ledger, estate_of(), actor="test", clock=ManualClock(MONDAY))
    timeseries.add(readings(WEEKS))
    yield PlanningRun(ledger, timeseries, Binning(ledger, timeseries), history_weeks=8)
    timeseries.close()
    ledger.close()


def codes(found: list[Reason]) -> list[str]:
    return [reason.code for reason in found]


def planned(run: PlanningRun) -> Proposal:
    hall, _ = run.plan_due(NOW)
    assert hall.verdict is Verdict.CHANGE
    return hall


def test_a_decision_is_the_same_again_whatever_was_heard_or_changed_since(run: PlanningRun) -> None:
    proposal = planned(run)
    run.timeseries.add(readings(WEEKS, busy=9))
    changed = estate_of(break_even_visits="1")
    import_estate(run.ledger, changed, actor="test", clock=ManualClock(NOW))
    approve(run.ledger, proposal.id, actor="ana", at=NOW)
    assert codes(retraced(run.ledger, run.ledger.proposal(proposal.id))) == [Found.SAME]


def test_a_venue_without_counts_is_decided_the_same_again(run: PlanningRun) -> None:
    _, office = run.plan_due(NOW)
    assert office.verdict is Verdict.NOT_ENOUGH_DATA
    assert codes(retraced(run.ledger, office)) == [Found.SAME]


def test_a_proposal_that_was_tampered_with_is_found_out(run: PlanningRun) -> None:
    proposal = planned(run)
    longer = replace(proposal, proposed=proposal.current)
    (found,) = retraced(run.ledger, longer)
    assert (found.code, found.facts["parts"]) == (Found.DIFFERS, "proposed")


def test_another_policy_is_named(run: PlanningRun) -> None:
    earlier = replace(planned(run), policy="hours-dp/0")
    assert codes(retraced(run.ledger, earlier)) == [Found.OTHER_POLICY, Found.DIFFERS]


def test_the_stores_say_the_same_where_nothing_came(run: PlanningRun) -> None:
    proposal = planned(run)
    approve(run.ledger, proposal.id, actor="ana", at=NOW + timedelta(days=1))
    lines = run.ledger.audit()
    assert codes(retraced_today(run, proposal)) == [Found.SAME_TODAY]
    assert run.ledger.audit() == lines


def test_readings_that_came_later_are_named_with_what_they_change(run: PlanningRun) -> None:
    proposal = planned(run)
    run.timeseries.add(readings(WEEKS, busy=10))
    run.binning.update(NOW)
    demand, outcome = retraced_today(run, proposal)
    assert demand.code == Found.DEMAND_CHANGED
    then, now = (float(demand.facts[f"visits_{when}"]) for when in ("then", "now"))
    assert now == pytest.approx(2 * then, rel=0.1)
    assert outcome.code in {Found.DECIDES_ALIKE, Found.DECIDES_OTHERWISE}
    assert codes(retraced(run.ledger, proposal)) == [Found.SAME]


def test_limits_changed_since_are_named_by_field(run: PlanningRun) -> None:
    proposal = planned(run)
    changed = estate_of(break_even_visits="0")
    import_estate(run.ledger, changed, actor="test", clock=ManualClock(NOW))
    estate, outcome = retraced_today(run, proposal)
    assert (estate.code, estate.facts["fields"]) == (
        Found.ESTATE_CHANGED,
        "limits.break_even_visits",
    )
    assert outcome.code == Found.DECIDES_OTHERWISE


def test_a_venue_that_left_the_estate_is_still_decided_again(run: PlanningRun) -> None:
    proposal = planned(run)
    import_estate(run.ledger, Estate(), actor="test", clock=ManualClock(NOW))
    assert codes(retraced(run.ledger, proposal)) == [Found.SAME]
    assert codes(retraced_today(run, proposal)) == [Found.VENUE_GONE]


def booking(start: datetime) -> Booking:
    return Booking(venue="hall", room="court", start=start, end=start + timedelta(hours=2))


def test_a_decision_for_which_hours_were_booked_is_made_again(run: PlanningRun) -> None:
    then = [booking(NOW + timedelta(days=7 * n + 15, hours=3)) for n in range(3)]
    run.ledger.put_bookings(then, actor="test", at=NOW)
    proposal = planned(run)
    assert codes(retraced(run.ledger, proposal)) == [Found.SAME]
    assert codes(retraced_today(run, proposal)) == [Found.SAME_TODAY]
    run.ledger.put_bookings([], actor="test", at=NOW)
    assert Found.BOOKINGS_CHANGED in codes(retraced_today(run, proposal))
    assert codes(retraced(run.ledger, proposal)) == [Found.SAME]


def test_a_decision_on_linked_venues_is_made_again_for_each(tmp_path: Path) -> None:
    ledger = SqlLedger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    timeseries = DuckDBStore(None)
    timeseries.add(linked_halls.linked_readings())
    both = linked_halls.linked_estate("manual", "manual")
    import_estate(ledger, both, actor="test", clock=ManualClock(MONDAY))
    run = PlanningRun(ledger, timeseries, Binning(ledger, timeseries), 8, jointly=True)
    found = run.plan_due(linked_halls.NOW)
    assert {p.verdict for p in found} == {Verdict.CHANGE}
    approve(ledger, found[0].id, actor="ana", at=linked_halls.NOW + timedelta(days=1))
    ledger.keep_inputs({}, linked_halls.NOW + 2 * KEPT)
    for proposal in found:
        assert codes(retraced(ledger, proposal)) == [Found.SAME]
        assert codes(retraced_today(replace(run, jointly=False), proposal)) == [Found.SAME_TODAY]
    hub, side = both.venues
    limits = side.limits.model_copy(update={"break_even_visits": 0.0})
    changed = both.model_copy(update={"venues": (hub, side.model_copy(update={"limits": limits}))})
    import_estate(ledger, changed, actor="test", clock=ManualClock(linked_halls.NOW))
    cause = retraced_today(run, found[0])[0]
    assert (cause.code, cause.facts["venues"]) == (Found.LINKED_CHANGED, "Side")
    timeseries.close()
    ledger.close()


def test_inputs_are_forgotten_in_time_unless_somebody_decided(run: PlanningRun) -> None:
    hall, office = run.plan_due(NOW)
    approve(run.ledger, hall.id, actor="ana", at=NOW)
    run.ledger.keep_inputs({}, NOW + KEPT)
    assert inputs_of(run.ledger, office) is not None
    run.ledger.keep_inputs({}, NOW + KEPT + timedelta(seconds=1))
    assert inputs_of(run.ledger, hall) is not None
    assert codes(retraced(run.ledger, office)) == [Found.NOT_KEPT]


@given(
    table=arrays(np.float64, (2, 4, 7, 96), elements=st.floats(allow_infinity=False, width=64)),
    booked=arrays(np.bool_, (7, 96)),
    weeks=st.floats(0, 200),
)
def test_what_is_kept_comes_back_to_the_bit(
    table: np.ndarray, booked: np.ndarray, weeks: float
) -> None:
    cases = [
        Case(
            venue=venue(name, special_days=({"day": "2026-12-25", "hours": "10:00-12:00"},)),
            demand=VenueDemand(rate=rate, low=low, high=high, seen=seen, weeks=weeks),
            current=WeeklyHours.parse({"fri": "20:00-02:00"}),
            caution=Caution(doubt=0.1),
            tried=Tried(running=(TRIAL,)),
            booked=mask,
        )
        for name, (rate, low, high, seen), mask in zip(
            ("pool", "hall"), table, (booked, None), strict=True
        )
    ]
    noted = {"pool": {"days_left_out": 2, "assumed_stay_minutes": 75.5}, "hall": {}}
    weight = np.array([[1.0, 1 / 3], [0.1, 1.0]])
    job = Job(tuple(cases), "2026-W41", noted, weight, np.array([np.inf, 20.0]))
    back = unpacked(DecisionInputs(job, NOW).packed())
    assert back.at == NOW
    for before, after in zip(job.cases, back.job.cases, strict=True):
        for part in ("rate", "low", "high", "seen"):
            one, other = getattr(before.demand, part), getattr(after.demand, part)
            assert np.array_equal(one, other, equal_nan=True)
        for name in ("venue", "current", "caution", "tried"):
            assert getattr(before, name) == getattr(after, name)
        assert np.array_equal(np.asarray(before.booked), np.asarray(after.booked))
        assert after.demand.weeks == weeks
    assert np.array_equal(back.job.weight, weight)
    assert back.job.people_an_hour.tolist() == [np.inf, 20.0]
    assert (back.job.run, back.job.noted) == (job.run, job.noted)


def test_the_command_says_so_in_both_languages(run: PlanningRun, tmp_path: Path) -> None:
    proposal = planned(run)
    flags = ["--set", f"data_dir={tmp_path / 'data'}", "retrace", proposal.id]
    english = CliRunner().invoke(app, flags, catch_exceptions=False)
    chinese = CliRunner().invoke(app, [*flags, "--lang", "zh"], catch_exceptions=False)
    assert "the same to the byte" in english.stdout
    assert "逐字节相同" in chinese.stdout


def test_every_finding_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Found)
    otherwise = Reason(Found.DECIDES_OTHERWISE, {"verdict": "keep", "hours": ""})
    assert sentence(LANGUAGES["en"], otherwise).startswith("Today it would say:")
